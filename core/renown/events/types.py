"""The contract: a CloudEvents 1.0 envelope with ActivityStreams-2-shaped data. Its JSON Schema is generated from it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

#: What may stand in `data.type`, as ActivityStreams spells it.
ACTIVITIES = (
    "Create", "Update", "Delete", "Like", "Dislike", "Undo", "Accept", "Reject",
    "Announce", "Add", "Remove", "Join", "Leave", "Follow", "View", "Offer",
)  # fmt: skip
#: The verbs of the types `collab.<verb>.v1`.
VERBS = (
    "create", "reply", "ask", "answer", "accept", "react", "vote", "edit", "delete", "share", "resolve",
    "reopen", "review", "publish", "assign", "join", "leave", "follow", "award", "view",
)  # fmt: skip
#: Kinds of objects that every plugin knows; a plugin's own are `<plugin>:<kind>`.
KINDS = (
    "message", "question", "answer", "comment", "issue", "change", "commit", "document",
    "idea", "file", "release", "channel", "repo", "person", "badge",
)  # fmt: skip

#: One of ACTIVITIES.
Activity = Literal[
    "Create", "Update", "Delete", "Like", "Dislike", "Undo", "Accept", "Reject",
    "Announce", "Add", "Remove", "Join", "Leave", "Follow", "View", "Offer",
]  # fmt: skip

Key = Annotated[str, Meta(min_length=1, max_length=256)]
LongKey = Annotated[str, Meta(min_length=1, max_length=512)]
Url = Annotated[str, Meta(max_length=2048)]
Name = Annotated[str, Meta(max_length=256)]
Kind = Annotated[
    str,
    Meta(
        max_length=51,
        extra_json_schema={"pattern": rf"^({'|'.join(KINDS)}|[a-z][a-z0-9]{{1,24}}:[a-z][a-z0-9-]{{0,24}})$"},
    ),
]
# Patterns of types and kinds stand in the schema only: what is declared is a set, which says more and costs less.
Type = Annotated[
    str, Meta(max_length=128, extra_json_schema={"pattern": r"^[a-z][a-z0-9]{1,24}\.[a-z][a-z-]{1,40}\.v[1-9]$"})
]


class _Shape(Struct, omit_defaults=True, kw_only=True, gc=False):
    """None and absent mean the same, so that what is not known is not written."""


class Ref(_Shape):
    """Something by its id in the source: a place, or what an object answers."""

    id: LongKey
    type: Annotated[str, Meta(max_length=64)] | None = None
    name: Name | None = None
    url: Url | None = None


class Actor(_Shape):
    """An account of the source. `emailVerified` is believed from sources alone that are set to vouch."""

    id: LongKey
    type: Literal["Person", "Service", "Application", "Group", "Organization"] = "Person"
    name: Name | None = None
    url: Url | None = None
    username: Annotated[str, Meta(max_length=128)] | None = None
    email: Annotated[str, Meta(max_length=320)] | None = None
    emailVerified: bool | None = None  # noqa: N815 - ActivityStreams and OpenID spell it so


class Tag(_Shape):
    """A mention (`href` is the account's id) or a hashtag (`name`)."""

    type: Literal["Mention", "Hashtag"] | None = None
    href: Annotated[str, Meta(max_length=512)] | None = None
    name: Name | None = None


class ObjectRef(_Shape):
    """What was acted upon. `words` and `digest` stand for its text; `content` and `title` are kept where texts are."""

    id: LongKey
    kind: Kind | None = None
    type: Annotated[str, Meta(max_length=64)] | None = None
    name: Name | None = None
    url: Url | None = None
    attributedTo: Actor | None = None  # noqa: N815 - ActivityStreams
    inReplyTo: Ref | None = None  # noqa: N815 - ActivityStreams
    tag: Annotated[list[Tag], Meta(max_length=100)] | None = None
    state: Annotated[str, Meta(max_length=64)] | None = None
    words: Annotated[int, Meta(ge=0, le=2_147_483_647)] | None = None
    digest: Annotated[str, Meta(max_length=80)] | None = None
    content: Annotated[str, Meta(max_length=20_000)] | None = None
    title: Annotated[str, Meta(max_length=300)] | None = None


class Quality(_Shape):
    """How far an event is to be trusted, and whether it is private or comes from an export."""

    time: Literal["exact", "lower-bound", "day", "received"] = "exact"
    actor: Literal["known", "inferred", "anonymous"] = "known"
    bot: bool = False
    private: bool = False
    backfill: bool = False


class Data(_Shape):
    """Who did what to which object, and where (`target`). `retracts` is the natural key of the event it undoes."""

    type: Activity
    actor: Actor
    object: ObjectRef
    target: Ref | None = None
    content: Annotated[str, Meta(max_length=64)] | None = None
    value: Annotated[float, Meta(ge=-100, le=100)] | None = None
    quality: Quality | None = None
    retracts: Key | None = None
    statekey: Key | None = None


class CloudEvent(_Shape):
    """One act. `(source, id)` is its natural key."""

    specversion: Literal["1.0"]
    id: Key
    source: Key
    type: Type
    time: Annotated[datetime, Meta(tz=True)]
    data: Data
    subject: Annotated[str, Meta(max_length=512)] | None = None
    datacontenttype: Literal["application/activity+json", "application/json"] | None = None


def collab(verb: str) -> str:
    """The CloudEvents type of a verb of ours: "react" is "collab.react.v1"."""
    return f"collab.{verb}.v1"


__all__ = [
    "ACTIVITIES",
    "KINDS",
    "VERBS",
    "Activity",
    "Actor",
    "CloudEvent",
    "Data",
    "ObjectRef",
    "Quality",
    "Ref",
    "Tag",
    "collab",
]
