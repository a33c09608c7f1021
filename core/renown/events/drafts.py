"""From the contract's events to rows of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from renown import clock
from renown.events.models import (
    ACTOR_ANONYMOUS,
    ACTOR_INFERRED,
    BACKFILL,
    BOT,
    HASHTAGS,
    MENTIONS,
    OWN_KIND,
    OWN_OWNER,
    OWN_PARENT,
    OWN_SPACE,
    OWN_WORDS,
    PRIVATE,
    TIME_DAY,
    TIME_LOWER_BOUND,
    TIME_RECEIVED,
)
from renown.events.objects import MADE, NAMED, NOTHING, TOLD, TOLD_OWNER, Facts, Objects, makes
from renown.events.spaces import Place
from renown.events.terms import Terms
from renown.events.types import ACTIVITIES, Actor, CloudEvent, Quality

if TYPE_CHECKING:
    from renown.sources.connector import SourceInfo

COLUMNS = (
    "id", "source_id", "key", "type", "verb", "kind", "actor_id", "owner_id", "asker_id", "object_id", "parent_id",
    "space_id", "words", "value", "content", "state", "statekey", "occurred_at", "recorded_at", "quality", "retracts",
    "cites", "own", "extra",
)  # fmt: skip

#: What is added to an event on the way in, by its source's id and its key: by plugin, JSON-like.
Extras = Mapping[tuple[int, str], Mapping[str, Any]]

_ACTIVITY = {name: index for index, name in enumerate(ACTIVITIES)}
_TIME = {"exact": 0, "lower-bound": TIME_LOWER_BOUND, "day": TIME_DAY, "received": TIME_RECEIVED}
_ACTOR = {"known": 0, "inferred": ACTOR_INFERRED, "anonymous": ACTOR_ANONYMOUS}
_MACHINES = frozenset({"Service", "Application"})
_ALL_OWN = OWN_OWNER | OWN_KIND | OWN_PARENT | OWN_SPACE | OWN_WORDS
_PLAIN = Quality()
_encode = msgspec.json.Encoder().encode


class Draft(Struct, gc=False):
    """One event on its way, with the ids of what it names filled in step by step."""

    source: SourceInfo
    event: CloudEvent
    at: int
    quality: int
    retracts: str | None
    statekey: str | None
    actor: int | None = None
    owner: int | None = None
    space: int | None = None
    #: Identities, rising, each once.
    mentioned: tuple[int, ...] = ()
    #: What its object is tagged with from then on, by number, rising; None where it does not say.
    hashtags: tuple[int, ...] | None = None
    own: int = 0
    facts: Facts = NOTHING

    @property
    def parent_key(self) -> str | None:
        thing = self.event.data.object
        return thing.inReplyTo.id if thing.inReplyTo is not None and thing.inReplyTo.id != thing.id else None


def draft(source: SourceInfo, event: CloudEvent) -> Draft:
    data = event.data
    quality = data.quality or _PLAIN
    bits = _TIME[quality.time] | _ACTOR[quality.actor]
    if quality.bot or data.actor.type in _MACHINES:
        bits |= BOT
    if quality.private:
        bits |= PRIVATE
    if quality.backfill:
        bits |= BACKFILL
    return Draft(source, event, clock.from_datetime(event.time), bits, data.retracts, data.statekey)


def mentions(event: CloudEvent) -> set[str]:
    """The accounts that an event mentions, by their ids in its source."""
    return {tag.href for tag in event.data.object.tag or () if tag.href and tag.type == "Mention"}


class Named:
    """The accounts and places that the events of one source name, each once, with the most that is said of it.

    `actors` did something or made it; who is only mentioned is not among them.
    """

    def __init__(self) -> None:
        self.actors: dict[str, Actor] = {}
        self.mentioned: set[str] = set()
        self.bots: set[str] = set()
        self.places: dict[str, Place] = {}

    def take(self, draft: Draft) -> None:
        data = draft.event.data
        if not draft.quality & ACTOR_ANONYMOUS:
            self._actor(data.actor)
            if draft.quality & BOT:
                self.bots.add(data.actor.id)
        if data.object.attributedTo is not None:
            self._actor(data.object.attributedTo)
        if data.object.tag:
            self.mentioned |= mentions(draft.event)
        if data.target is not None:
            place = self.places.setdefault(data.target.id, Place())
            place.name = data.target.name or place.name
            place.url = data.target.url or place.url
            place.private = place.private or bool(draft.quality & PRIVATE)

    def _actor(self, actor: Actor) -> None:
        known = self.actors.get(actor.id)
        if known is None:
            self.actors[actor.id] = actor
        elif known != actor:
            self.actors[actor.id] = _fuller(known, actor)


def _fuller(known: Actor, told: Actor) -> Actor:
    """What is known first, completed by what is told later; a verified e-mail goes before one that is not."""
    mail = told if told.email and (not known.email or (told.emailVerified and not known.emailVerified)) else known
    return Actor(
        id=known.id,
        type=known.type if known.type != "Person" else told.type,
        name=known.name or told.name,
        url=known.url or told.url,
        username=known.username or told.username,
        email=mail.email,
        emailVerified=mail.emailVerified,
    )


def tell(drafted: Draft, objects: Objects, terms: Terms) -> None:
    """Note what the event says itself, and let its object know."""
    event, data, thing = drafted.event, drafted.event.data, drafted.event.data.object
    source_id, parent_key, own = drafted.source.id, drafted.parent_key, 0
    made = makes(event)
    owner = drafted.owner if thing.attributedTo is not None else drafted.actor if made else None
    kind = None if thing.kind is None else terms.ids[thing.kind]
    parent = None if parent_key is None else objects.by_key[source_id, parent_key].id
    if owner is not None:
        own |= OWN_OWNER
    if kind is not None:
        own |= OWN_KIND
    if parent is not None:
        own |= OWN_PARENT
    if drafted.space is not None:
        own |= OWN_SPACE
    if thing.words is not None:
        own |= OWN_WORDS
    drafted.own = own
    drafted.facts = Facts(kind, owner, drafted.space, parent, thing.words)
    # What is shared is shared to a place, and is not of it.
    space = drafted.space if data.type != "Announce" else None
    facts = Facts(kind, owner, space, parent, thing.words) if space != drafted.space else drafted.facts
    rank = MADE if made else TOLD_OWNER if owner is not None else TOLD if facts != NOTHING else NAMED
    if rank:
        objects.by_key[source_id, thing.id].tell(rank, drafted.at, event.id, facts, thing.url, thing.title)


def filled(own: int, said: Facts, known: Facts) -> Facts:
    """What the event said itself, and the rest as it is known of its object."""
    if own == _ALL_OWN:
        return said
    return Facts(
        said.kind if own & OWN_KIND else known.kind,
        said.owner if own & OWN_OWNER else known.owner,
        said.space if own & OWN_SPACE else known.space,
        said.parent if own & OWN_PARENT else known.parent,
        said.words if own & OWN_WORDS else known.words,
    )


def row(
    drafted: Draft, position: int, objects: Objects, terms: Terms, recorded_at: int, extra: Mapping[str, Any] | None
) -> tuple[Any, ...]:
    """The row of the log, in the order of `COLUMNS`."""
    event, data = drafted.event, drafted.event.data
    thing = objects.by_key[drafted.source.id, data.object.id]
    facts = filled(drafted.own, drafted.facts, thing.facts)
    kept = _kept(drafted, extra)
    return (
        position,
        drafted.source.id,
        event.id,
        _ACTIVITY[data.type],
        terms.ids[event.type],
        facts.kind,
        drafted.actor,
        facts.owner,
        objects.owner(facts.parent),
        thing.id,
        facts.parent,
        facts.space,
        facts.words,
        None if data.value is None else round(data.value * 1000),
        data.content,
        data.object.state,
        drafted.statekey,
        drafted.at,
        recorded_at,
        drafted.quality,
        drafted.retracts,
        None,
        drafted.own,
        None if kept is None else _encode(kept).decode(),
    )


def _kept(drafted: Draft, extra: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What has no column: who is mentioned, hashtags, the digest, the text where the source keeps it, additions."""
    thing = drafted.event.data.object
    kept: dict[str, Any] = dict(extra) if extra else {}
    if drafted.mentioned:
        kept[MENTIONS] = drafted.mentioned
    if drafted.hashtags is not None:
        kept[HASHTAGS] = drafted.hashtags
    if thing.digest is not None:
        kept["digest"] = thing.digest
    if thing.content is not None:
        kept["text"] = thing.content
    return kept or None
