"""The log: events get their positions here, under one lock that is held to the commit.

So positions become visible in order, without gaps, and who reads `id > cursor` skips nothing. What is known of objects
is written under the same lock: at each position it is a function of the log before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select, text

from renown import clock
from renown.db.engine import LOG_LOCK, lock, ring
from renown.db.sets import among, listed
from renown.db.spelled import Spelled, spelled_among
from renown.db.staging import copy_in
from renown.events import drafts, hashtags, spaces, terms
from renown.events.drafts import COLUMNS, Draft, Extras, Named
from renown.events.models import ACTOR_ANONYMOUS, OWN_PARENT, Event, Mention, Object
from renown.events.objects import Objects
from renown.events.resolve import Resolved, resolve
from renown.events.terms import Terms
from renown.events.types import ACTIVITIES, Actor, CloudEvent
from renown.people import changes, claims, pseudonym, recognise
from renown.people.pseudonym import Hasher

if TYPE_CHECKING:
    from renown.sources.connector import SourceInfo

#: The source of the core's own events.
CORE = "renown"
RESOLVED = "renown.resolved.v1"

_LAST = Spelled(
    "SELECT (SELECT max(id) FROM core_event), (SELECT max(id) FROM core_object), (SELECT max(id) FROM core_hashtag)"
)
_KEYS = spelled_among("SELECT key FROM core_event WHERE source_id = :source AND key {among}")
_UPDATE = ACTIVITIES.index("Update")
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Appended:
    """What became of the events: `taken` are the (source id, key) that are new, `first` to `last` their positions.

    `erased` are those of accounts whose person was erased: they are skipped.
    """

    accepted: int = 0
    duplicates: int = 0
    resolved: int = 0
    first: int = 0
    last: int = 0
    taken: frozenset[tuple[int, str]] = frozenset()
    erased: frozenset[tuple[int, str]] = frozenset()


def head(conn: Connection) -> int:
    """The last position, 0 in an empty log."""
    return conn.scalar(select(func.max(Event.id))) or 0


def append(
    conn: Connection, batches: Iterable[tuple[SourceInfo, Sequence[CloudEvent]]], extras: Extras | None = None
) -> Appended:
    """Take events in, in the caller's writing transaction. What is in the log already counts as duplicate."""
    drafted, duplicates = _drafted(batches)
    if not drafted:
        return Appended(duplicates=duplicates)
    by_source: dict[int, list[Draft]] = defaultdict(list)
    for one in drafted:
        by_source[one.source.id].append(one)
    now = clock.now()
    accounts = _recognise(conn, by_source, now)
    alive = [one for one in drafted if one.event.data.actor.id not in accounts[one.source.id].erased]
    lock(conn, LOG_LOCK)
    for source_id in sorted(accounts):
        claims.settle(conn, accounts[source_id])
    hashed = pseudonym.hasher(conn)
    fresh = _unknown(conn, alive, hashed)
    erased = _keys(drafted) - _keys(alive)
    duplicates += len(alive) - len(fresh)
    if not fresh:
        return Appended(duplicates=duplicates, erased=erased)
    kinds = {one.event.data.object.kind for one in fresh}
    known = terms.ensure(conn, {RESOLVED, *filter(None, kinds), *(one.event.type for one in fresh)})
    at, things, tags = _LAST(conn, {}).one()
    objects = _objects(conn, fresh, known, hashed, things or 0)
    first = (at or 0) + 1
    tags = hashtags.number(conn, fresh, tags or 0, hashed)
    extras = extras or {}
    rows = [
        drafts.row(one, position, objects, known, now, extras.get((one.source.id, one.event.id)))
        for position, one in enumerate(fresh, first)
    ]
    last = first + len(rows) - 1
    resolved = resolve(conn, objects, objects.write(), known.ids[RESOLVED])
    if resolved:
        rows += _resolved_rows(resolved, last + 1, core_source(conn), known, now)
    copy_in(conn, Event.__table__, COLUMNS, rows)
    mentions = sorted((identity, position) for position, one in enumerate(fresh, first) for identity in one.mentioned)
    copy_in(conn, Mention.__table__, ("identity_id", "event_id"), mentions)
    if tags:
        hashtags.settle(conn, fresh, objects)
    spaces.call(conn, _named_spaces(fresh, first))
    ring(conn, "log")
    return Appended(len(fresh), duplicates, len(resolved), first, last, _keys(fresh), erased)


def append_core(
    conn: Connection, verb: str, *, cites: int | None = None, extra: Mapping[str, Any] | None = None
) -> int:
    """Append `renown.<verb>.v1` at once and return its position. `extra` holds ids, never names.

    The transaction holds the log's lock from here on; rows of facts that it writes carry `known=position`.
    """
    return _append_core(conn, verb, [extra], cites)


def append_core_all(conn: Connection, verb: str, extras: Sequence[Mapping[str, Any]]) -> int:
    """The same for several at once: the position of the first, the others follow without a gap."""
    return _append_core(conn, verb, extras, None)


def _append_core(conn: Connection, verb: str, extras: Sequence[Mapping[str, Any] | None], cites: int | None) -> int:
    lock(conn, LOG_LOCK)
    type_ = f"renown.{verb}.v1"
    known = terms.ensure(conn, {type_})
    first, source, now = head(conn) + 1, core_source(conn), clock.now()
    rows = [
        _core_row(position, verb, source, known.ids[type_], now, {"cites": cites, "extra": _json(extra)})
        for position, extra in enumerate(extras, first)
    ]
    copy_in(conn, Event.__table__, COLUMNS, rows)
    ring(conn, "log")
    return first


def _json(extra: Mapping[str, Any] | None) -> str | None:
    return _encode(extra).decode() if extra else None


changes.appended_by(append_core_all)


def core_source(conn: Connection) -> int:
    """The id of the core's own source, made where it is missing."""
    find = text("SELECT id FROM core_source WHERE name = :name")
    found: int | None = conn.scalar(find, {"name": CORE})
    if found is None:
        conn.execute(
            text(
                "INSERT INTO core_source (name, network, slug, title, affiliation, vouches, keep_text, keep_private,"
                " settings, secrets, state, step, created_at) VALUES (:name, :name, :name, 'Renown', 'employee', false,"
                " false, false, '{}', '[]', 'live', 0, :now) ON CONFLICT DO NOTHING"
            ),
            {"name": CORE, "now": clock.now()},
        )
        found = conn.scalar(find, {"name": CORE})
        assert found is not None
    return found


def _named_spaces(fresh: Iterable[Draft], first: int) -> Iterator[tuple[int, int, str]]:
    for position, one in enumerate(fresh, first):
        target = one.event.data.target
        if target is not None and target.name and one.space is not None:
            yield position, one.space, target.name


def _drafted(batches: Iterable[tuple[SourceInfo, Sequence[CloudEvent]]]) -> tuple[list[Draft], int]:
    """One draft per natural key, the first one said, and how many were said again."""
    found: dict[tuple[int, str], Draft] = {}
    count = 0
    for source, events in batches:
        for event in events:
            count += 1
            if (source.id, event.id) not in found:
                found[source.id, event.id] = drafts.draft(source, event)
    return list(found.values()), count - len(found)


def _keys(drafted: Iterable[Draft]) -> frozenset[tuple[int, str]]:
    return frozenset((one.source.id, one.event.id) for one in drafted)


def _recognise(conn: Connection, by_source: Mapping[int, list[Draft]], now: int) -> dict[int, recognise.Recognised]:
    """Fill in accounts and places. All writers take the same order: spaces, accounts, each by source and key."""
    named = {source_id: Named() for source_id in sorted(by_source)}
    for source_id, names in named.items():
        for one in by_source[source_id]:
            names.take(one)
    places = {source_id: spaces.recognise(conn, source_id, names.places) for source_id, names in named.items()}
    accounts = {
        source_id: _accounts(conn, by_source[source_id][0].source, names, now) for source_id, names in named.items()
    }
    for source_id, found in accounts.items():
        here = places[source_id]
        for one in by_source[source_id]:
            data = one.event.data
            one.actor = None if one.quality & ACTOR_ANONYMOUS else found[data.actor.id]
            one.owner = None if data.object.attributedTo is None else found[data.object.attributedTo.id]
            one.space = None if data.target is None else here[data.target.id]
            if data.object.tag:
                one.mentioned = tuple(sorted({found[key] for key in drafts.mentions(one.event)}))
    return accounts


def _accounts(conn: Connection, source: SourceInfo, names: Named, now: int) -> recognise.Recognised:
    mentioned = names.mentioned - names.actors.keys()
    actors = names.actors | {key: Actor(id=key) for key in mentioned}
    return recognise.identities(conn, source, actors, now, names.bots, mentioned)


def _unknown(conn: Connection, drafted: list[Draft], hashed: Hasher | None) -> list[Draft]:
    """Those not in the log, be it under their key or, where an erased account's id was in it, under its hash."""
    known: set[tuple[int, str]] = set()
    by_source: dict[int, list[str]] = defaultdict(list)
    for one in drafted:
        by_source[one.source.id].append(one.event.id)
    for source_id, keys in by_source.items():
        known.update((source_id, key) for key in _keys_present(conn, source_id, keys))
        known.update((source_id, key) for key in _pseudonyms(conn, Event.key, source_id, keys, hashed))
    fresh = [one for one in drafted if (one.source.id, one.event.id) not in known]
    if hashed is not None:
        _speak_of_erased(conn, fresh, hashed)
    return fresh


def _present(conn: Connection, column: Any, source_id: int, values: Iterable[str]) -> list[str]:
    table = column.class_
    return list(conn.scalars(select(column).where(table.source_id == source_id, among(conn, column, list(values)))))


def _keys_present(conn: Connection, source_id: int, keys: Iterable[str]) -> list[str]:
    return list(_KEYS(conn, {"source": source_id, "given": listed(conn, keys)}).scalars())


def _pseudonyms(
    conn: Connection, column: Any, source_id: int, values: Iterable[str], hashed: Hasher | None
) -> dict[str, str]:
    """The hash under which each value is kept, for those that are."""
    digests = {} if hashed is None else {hashed(value): value for value in values}
    if not digests:
        return {}
    return {digests[digest]: digest for digest in set(_present(conn, column, source_id, digests))}


def _speak_of_erased(conn: Connection, drafted: list[Draft], hashed: Hasher) -> None:
    """Statekeys and retracted keys that were hashed are meant by their hash."""
    for source_id in {one.source.id for one in drafted}:
        mine = [one for one in drafted if one.source.id == source_id]
        state = _pseudonyms(conn, Event.statekey, source_id, {one.statekey for one in mine if one.statekey}, hashed)
        keys = _pseudonyms(conn, Event.key, source_id, {one.retracts for one in mine if one.retracts}, hashed)
        for one in mine:
            one.statekey = one.statekey and state.get(one.statekey, one.statekey)
            one.retracts = one.retracts and keys.get(one.retracts, one.retracts)


def _objects(conn: Connection, fresh: list[Draft], known: Terms, hashed: Hasher | None, last: int) -> Objects:
    """The objects that the events name, with what these tell of them, and the parents of those. New follow `last`."""
    objects = Objects(conn, last)
    keys: dict[int, set[str]] = defaultdict(set)
    for one in fresh:
        keys[one.source.id].add(one.event.data.object.id)
        if one.parent_key is not None:
            keys[one.source.id].add(one.parent_key)
    for source_id, wanted in keys.items():
        objects.load(source_id, wanted)
        missing = [key for key in wanted if (source_id, key) not in objects.by_key]
        aliases = _pseudonyms(conn, Object.key, source_id, missing, hashed)
        objects.load(source_id, aliases.values())
        for plain, digest in aliases.items():
            objects.by_key[source_id, plain] = objects.by_key[source_id, digest]
    objects.make((source_id, key) for source_id, wanted in keys.items() for key in wanted)
    for one in fresh:
        drafts.tell(one, objects, known)
    # Parents that events name are here already; the others' owners are needed, too.
    things = (objects.by_key[one.source.id, one.event.data.object.id] for one in fresh if not one.own & OWN_PARENT)
    objects.load_ids([thing.facts.parent for thing in things])
    return objects


def _resolved_rows(
    resolved: Iterable[Resolved], first: int, source_id: int, known: Terms, now: int
) -> list[tuple[Any, ...]]:
    rows = []
    for position, one in enumerate(resolved, first):
        facts = {
            "cites": one.cites,
            "kind": one.facts.kind,
            "owner_id": one.facts.owner,
            "asker_id": one.asker,
            "parent_id": one.facts.parent,
            "space_id": one.facts.space,
            "words": one.facts.words,
        }
        rows.append(_core_row(position, "resolved", source_id, known.ids[RESOLVED], now, facts))
    return rows


def _core_row(
    position: int, verb: str, source_id: int, verb_id: int, now: int, facts: Mapping[str, Any]
) -> tuple[Any, ...]:
    values: dict[str, Any] = {
        "id": position,
        "source_id": source_id,
        "key": f"{verb}:{position}",
        "type": _UPDATE,
        "verb": verb_id,
        "occurred_at": now,
        "recorded_at": now,
        "quality": 0,
        "own": 0,
        **facts,
    }
    return tuple(map(values.get, COLUMNS))
