"""Reviews of pull requests: approved, changes requested, or commented."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, Ref, Skipped
from renown_github import reasons
from renown_github.delivery import Delivery, account


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    told, pull = delivery.body.object("review"), delivery.body.object("pull_request")
    thing = delivery.written(told, f"review:{told.number('id')}", "comment")
    thing.inReplyTo = Ref(id=delivery.numbered(pull))
    thing.state = (told.label("state", 64) or "commented").casefold()
    author = account(pull.maybe("user"))
    if author and thing.attributedTo and author.id == thing.attributedTo.id:
        yield Skipped(reasons.OWN_REVIEW, what=f"pull_request_review.{delivery.action}", key=thing.id)
    elif delivery.action in ("submitted", "created"):
        when = delivery.time(told, "submitted_at")
        yield delivery.act("review", "Create", thing, thing.id, when, actor=thing.attributedTo)
    elif delivery.action == "edited":
        # A review tells no time of its change; the pull request's is that.
        yield delivery.edited(thing, delivery.time(pull, "updated_at"))
    else:
        yield Skipped(reasons.NO_ACT, what=f"pull_request_review.{delivery.action}")
