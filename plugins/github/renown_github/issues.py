"""Issues: opened, changed, closed, opened again, assigned, taken away."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, ObjectRef, Payload, Skipped, Tag
from renown_github import reasons
from renown_github.delivery import Delivery, account, stamp


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    issue = delivery.body.object("issue")
    if _moved(delivery):
        yield Skipped(reasons.MOVED, what=f"issues.{delivery.action}")
        return
    thing = delivery.written(issue, delivery.numbered(issue), "issue", titled=True)
    yield from lifecycle(delivery, issue, thing)


def _moved(delivery: Delivery) -> bool:
    changes = delivery.body.maybe("changes")
    return delivery.action == "transferred" or (
        delivery.action == "opened" and changes is not None and "old_issue" in changes
    )


def lifecycle(delivery: Delivery, told: Payload, thing: ObjectRef) -> Iterator[CloudEvent | Skipped]:
    """What issues and pull requests have in common."""
    action = delivery.action
    if action == "opened":
        # By its author, whoever's token sent it.
        when = delivery.time(told, "created_at")
        yield delivery.act("create", "Create", thing, thing.id, when, actor=thing.attributedTo)
    elif action == "edited":
        yield delivery.edited(thing, delivery.time(told, "updated_at"))
    elif action in ("closed", "merged"):
        when = delivery.time(told, "closed_at")
        yield delivery.act(
            "resolve", "Update", _bare(thing, _end(told, action)), f"{thing.id}:closed:{stamp(when)}", when
        )
    elif action == "reopened":
        when = delivery.time(told, "updated_at")
        yield delivery.act("reopen", "Update", _bare(thing, "open"), f"{thing.id}:reopened:{stamp(when)}", when)
    elif action == "assigned":
        yield _assigned(delivery, told, thing)
    elif action == "deleted":
        yield delivery.deleted(thing, thing.id)
    else:
        yield Skipped(reasons.NO_ACT, what=f"{delivery.event}.{action}")


def _assigned(delivery: Delivery, told: Payload, thing: ObjectRef) -> CloudEvent | Skipped:
    """Work given to somebody: the object names them, as a mention does."""
    assignee = account(delivery.body.maybe("assignee")) or account(told.maybe("assignee"))
    if assignee is None:
        return Skipped(reasons.TRIMMED, what=f"{delivery.event}.assigned")
    when = delivery.time(told, "updated_at")
    given = _bare(thing, "assigned")
    given.tag = [Tag(type="Mention", href=assignee.id)]
    return delivery.act("assign", "Add", given, f"{thing.id}:assigned:{assignee.id}:{stamp(when)}", when)


def _end(told: Payload, action: str) -> str:
    """How it ended: "merged", or GitHub's own reason, "completed" or "not_planned", else "closed"."""
    if action == "merged" or "merged_at" in told or told.flag("merged"):
        return "merged"
    return told.label("state_reason", 64) or "closed"


def _bare(thing: ObjectRef, state: str) -> ObjectRef:
    """The object as an act names it that wrote nothing."""
    return ObjectRef(id=thing.id, kind=thing.kind, url=thing.url, attributedTo=thing.attributedTo, state=state)
