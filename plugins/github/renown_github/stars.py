"""Stars, which GitHub tells twice: as "star" with its time, and as "watch" without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from renown.api import Activity, CloudEvent, ObjectRef, Skipped
from renown_github import reasons
from renown_github.delivery import ANONYMOUS, Delivery, Timing, stamp


def star(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    if delivery.action == "created":
        when = delivery.body.moment("starred_at")
        yield _act(delivery, "Follow", when, "exact", str(stamp(when)))
    elif delivery.action == "deleted":
        # It tells no time; the repository's changes with its stars, and a retry brings the same.
        when = delivery.repository.moment("updated_at")
        yield _act(delivery, "Undo", when, "exact", f"off:{stamp(when)}")
    else:
        yield Skipped(reasons.NO_ACT, what=f"star.{delivery.action}")


def watch(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    """A star once more. It has a time only in archives; without one it counts while no timed star is known."""
    if delivery.action != "started":
        yield Skipped(reasons.NO_ACT, what=f"watch.{delivery.action}")
    elif delivery.archived:
        yield _act(delivery, "Follow", delivery.at, "exact", str(stamp(delivery.at)))
    else:
        yield _act(delivery, "Follow", delivery.at, "received", "")


def _act(delivery: Delivery, activity: Activity, when: datetime, timing: Timing, suffix: str) -> CloudEvent:
    state = f"{delivery.repo}:star:{(delivery.sender or ANONYMOUS).id}"
    thing = ObjectRef(id=delivery.repo, kind="repo")
    key = f"{state}:{suffix}" if suffix else state
    return delivery.act("follow", activity, thing, key, when, timing=timing, statekey=state)
