"""Pull requests, and what is said in reviews of them line by line."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, Ref, Skipped
from renown_github.comments import changed
from renown_github.delivery import Delivery
from renown_github.issues import lifecycle


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    pull = delivery.body.object("pull_request")
    thing = delivery.written(pull, delivery.numbered(pull), "change", titled=True)
    yield from lifecycle(delivery, pull, thing)


def comment(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    """A remark on a line. It answers the remark it was written under, else the pull request."""
    pull, told = delivery.body.object("pull_request"), delivery.body.object("comment")
    thing = delivery.written(told, f"review-comment:{told.number('id')}", "comment")
    above = told.maybe_number("in_reply_to_id")
    thing.inReplyTo = Ref(id=f"review-comment:{above}" if above else delivery.numbered(pull))
    yield from changed(delivery, told, thing, "reply")
