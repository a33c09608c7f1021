"""Releases. GitHub sends up to three deliveries for one; "published" comes for every kind of it, once."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, ObjectRef, Skipped, clean_text
from renown_github import reasons, text
from renown_github.delivery import Delivery, account


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    told = delivery.body.object("release")
    said = told.prose("body")
    thing = ObjectRef(
        id=f"release:{told.number('id')}",
        kind="release",
        url=told.label("html_url", 2048),
        attributedTo=account(told.maybe("author")),
        words=text.count(said),
        title=(told.label("name", 300) or told.label("tag_name", 300)) if delivery.source.keep_text else None,
        content=clean_text(said, 20_000) or None if delivery.source.keep_text else None,
    )
    if delivery.action == "published":
        when = delivery.time(told, "published_at")
        yield delivery.act("publish", "Create", thing, thing.id, when, actor=thing.attributedTo)
    elif delivery.action == "edited":
        # A release tells when it was changed only since 2024.
        name = "updated_at" if "updated_at" in told else "published_at"
        yield delivery.edited(thing, delivery.time(told, name))
    elif delivery.action == "deleted":
        yield delivery.deleted(thing, thing.id)
    elif delivery.action in ("released", "prereleased", "created"):
        yield Skipped(reasons.TWICE, what=f"release.{delivery.action}")
    else:
        yield Skipped(reasons.NO_ACT, what=f"release.{delivery.action}")
