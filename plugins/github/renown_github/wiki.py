"""Wiki pages: a delivery may name several."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, ObjectRef, Payload, Skipped, natural_key
from renown_github import reasons
from renown_github.delivery import Delivery, Timing


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    yield from delivery.each("pages", lambda page: _page(delivery, page))


def _page(delivery: Delivery, page: Payload) -> CloudEvent | Skipped:
    # GitHub tells no time of a page; the version's digest is the key, so that a retry is the same act.
    timing: Timing = "exact" if delivery.archived else "received"
    action = page.text("action", 32)
    if action not in ("created", "edited"):
        return Skipped(reasons.NO_ACT, what=f"gollum.{action}")
    thing = ObjectRef(
        id=natural_key("wiki", delivery.repo, page.text("page_name", 1024), limit=200),
        kind="document",
        url=page.label("html_url", 2048),
        title=page.label("title", 300) if delivery.source.keep_text else None,
    )
    made = action == "created"
    if made:
        thing.attributedTo = delivery.sender
    key = f"{thing.id}:{page.text('sha', 50)}"
    return delivery.act(
        "create" if made else "edit", "Create" if made else "Update", thing, key, delivery.at, timing=timing
    )
