"""Comments on issues, pull requests and commits."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, ObjectRef, Payload, Ref, Skipped
from renown_github import reasons
from renown_github.delivery import Delivery


def on_issue(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    told = delivery.body.object("comment")
    thing = delivery.written(told, f"comment:{told.number('id')}", "comment")
    thing.inReplyTo = Ref(id=delivery.numbered(delivery.body.object("issue")))
    yield from changed(delivery, told, thing, "reply")


def on_commit(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    told = delivery.body.object("comment")
    thing = delivery.written(told, f"commit-comment:{told.number('id')}", "comment")
    thing.inReplyTo = Ref(id=f"commit:{told.text('commit_id', 64)}")
    yield from changed(delivery, told, thing, "reply")


def changed(delivery: Delivery, told: Payload, thing: ObjectRef, verb: str) -> Iterator[CloudEvent | Skipped]:
    """A comment was written, changed or taken away."""
    if delivery.action == "created":
        when = delivery.time(told, "created_at")
        yield delivery.act(verb, "Create", thing, thing.id, when, actor=thing.attributedTo)
    elif delivery.action == "edited":
        yield delivery.edited(thing, delivery.time(told, "updated_at"))
    elif delivery.action == "deleted":
        yield delivery.deleted(thing, thing.id)
    else:
        yield Skipped(reasons.NO_ACT, what=f"{delivery.event}.{delivery.action}")
