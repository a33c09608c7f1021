"""What the log holds of a person: told to them, and forgotten. Keys that hold an id of theirs are hashed.

The same text always gives the same hash, so what belongs together still meets: an act and what retracts it, the acts
of one toggle, an object and what is done to it; and a re-import finds all of it again.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from renown.db.sets import among
from renown.events import hashtags
from renown.events.log import core_source
from renown.events.models import HASHTAGS, Consumer, Event, Hashtag, Object, Space, SpaceName, Term
from renown.events.types import ACTIVITIES
from renown.people import pseudonym, subject
from renown.people.export import moment
from renown.people.pseudonym import Hasher
from renown.people.subject import Subject, containing


def forget(conn: Connection, whom: Subject) -> None:
    hashed = pseudonym.make_hasher(conn)
    for source in whom.sources:
        _keys(conn, whom, source, hashed)
        _hash(conn, source, Space.key, _held(conn, whom, source, Space.key), hashed)
        _objects(conn, whom, source, hashed)
    _extras(conn, whom, hashed)
    _hashtags(conn, whom, hashed)
    _texts(conn, whom)


def tell(conn: Connection, whom: Subject) -> list[dict[str, Any]]:
    """Every act of the person, oldest first."""
    rows = conn.execute(
        select(
            Event.id,
            Event.key,
            Event.type,
            Event.occurred_at,
            Event.content,
            Event.extra,
            Term.term,
            Object.key.label("object"),
        )
        .join(Term, Term.id == Event.verb)
        .join(Object, Object.id == Event.object_id, isouter=True)
        .where(among(conn, Event.actor_id, whom.identities))
        .order_by(Event.id)
    ).all()
    tags = _called(conn, {tag for row in rows for tag in (row.extra or {}).get(HASHTAGS, ())})
    return [
        {
            "act": row.id,
            "key": row.key,
            "type": row.term,
            "activity": ACTIVITIES[row.type],
            "at": moment(row.occurred_at),
            "object": row.object,
            "content": row.content,
            "kept": _spelled(row.extra, tags),
        }
        for row in rows
    ]


def _called(conn: Connection, tags: Collection[int]) -> dict[int, str]:
    return dict(conn.execute(select(Hashtag.id, Hashtag.name).where(among(conn, Hashtag.id, tags))).all())


def _spelled(extra: dict[str, Any] | None, tags: dict[int, str]) -> dict[str, Any] | None:
    """With hashtags in words."""
    if not extra or HASHTAGS not in extra:
        return extra
    return extra | {HASHTAGS: [tags[one] for one in extra[HASHTAGS]]}


def _keys(conn: Connection, whom: Subject, source: int, hashed: Hasher) -> None:
    """Keys, statekeys and what is retracted, in the person's own acts and in everybody's."""
    own = select(Event.key, Event.statekey, Event.retracts).where(
        Event.source_id == source, among(conn, Event.actor_id, whom.identities)
    )
    plain = {
        text for row in conn.execute(own) for text in row if text is not None and whom.holds(text, source, weak=True)
    }
    for column in (Event.key, Event.statekey, Event.retracts):
        plain |= _held(conn, whom, source, column)
    for column in (Event.key, Event.statekey, Event.retracts, Object.told_by):
        _hash(conn, source, column, plain, hashed)


def _objects(conn: Connection, whom: Subject, source: int, hashed: Hasher) -> None:
    own = select(Object.key).where(Object.source_id == source, among(conn, Object.owner_id, whom.identities))
    plain = {key for key in conn.scalars(own) if whom.holds(key, source, weak=True)}
    plain |= _held(conn, whom, source, Object.key)
    _hash(conn, source, Object.key, plain, hashed)
    theirs = update(Object).where(Object.source_id == source)
    conn.execute(theirs.where(among(conn, Object.owner_id, whom.identities)).values(title=None, url=None))
    for table in (Object, Space):
        linked = containing(table.url, whom.ids(source))
        if linked is not None:
            conn.execute(update(table).where(table.source_id == source, linked).values(url=None))


def _held(conn: Connection, whom: Subject, source: int, column: InstrumentedAttribute[Any]) -> set[str]:
    """The texts in a column that hold a telling id."""
    rough = containing(column, whom.ids(source))
    if rough is None:
        return set()
    found = conn.scalars(select(column).where(column.class_.source_id == source, rough))
    return {text for text in found if whom.holds(text, source)}


def _hash(conn: Connection, source: int, column: InstrumentedAttribute[Any], plain: set[str], hashed: Hasher) -> None:
    rows = [
        {"_plain": text, "_hashed": hashed(text)} for text in sorted(plain) if not text.startswith(pseudonym.PREFIX)
    ]
    if rows:
        named = update(column.class_).where(column.class_.source_id == source, column == bindparam("_plain"))
        conn.execute(named.values({column: bindparam("_hashed")}), rows)


def _extras(conn: Connection, whom: Subject, hashed: Hasher) -> None:
    """What has no column: texts of the person go, ids are hashed, names are taken out. Mentions name nobody."""
    own = among(conn, Event.actor_id, whom.identities)
    rough = containing(Event.extra, whom.everything())
    chosen = select(Event.id, Event.source_id, Event.extra, own.label("own")).where(
        Event.extra.is_not(None), own if rough is None else or_(own, rough)
    )
    changed = []
    core = core_source(conn)
    for row in conn.execute(chosen).all():
        if row.source_id == core:
            # Ids, words of the house and rules, from which facts are read again: a person may be called like one.
            told = {k: whom.unnamed(value) if k in _WRITTEN and value else value for k, value in row.extra.items()}
            if told != row.extra:
                changed.append({"_id": row.id, "_extra": told})
            continue
        kept = {name: value for name, value in row.extra.items() if not (row.own and name == "text")}
        told = _without(kept, whom, row.source_id, bool(row.own), hashed)
        if told != row.extra:
            changed.append({"_id": row.id, "_extra": told})
    if changed:
        conn.execute(update(Event).where(Event.id == bindparam("_id")).values(extra=bindparam("_extra")), changed)


#: What administrators wrote by hand in the core's own events.
_WRITTEN = frozenset({"reason", "title"})


def _without(value: Any, whom: Subject, source: int, own: bool, hashed: Hasher) -> Any:
    if isinstance(value, dict):
        return {
            _without(name, whom, source, own, hashed): _without(one, whom, source, own, hashed)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_without(one, whom, source, own, hashed) for one in value]
    if not isinstance(value, str):
        return value
    if value in whom.ids(source, weak=True):
        return hashed(value)
    return whom.unnamed(whom.without_ids(value, source))


def _hashtags(conn: Connection, whom: Subject, hashed: Hasher) -> None:
    """Those that name the person are kept as a hash from then on, which nobody is shown."""
    named = _spellings(whom)
    rough = containing(Hashtag.name, named)
    if rough is None:
        return
    # What is short says something only where it stands as a word of its own.
    parts = (re.escape(one) if len(one) >= _LONG else rf"(?<![^\W_]){re.escape(one)}(?![^\W_])" for one in named)
    naming = re.compile("|".join(parts))
    rows = [
        {"_id": row.id, "_name": hashed(row.name)}
        for row in conn.execute(select(Hashtag.id, Hashtag.name).where(rough))
        if naming.search(row.name) and not row.name.startswith(pseudonym.PREFIX)
    ]
    if rows:
        conn.execute(update(Hashtag).where(Hashtag.id == bindparam("_id")).values(name=bindparam("_name")), rows)


#: Characters from which on a name is looked for within words, as in "#thankszoequill".
_LONG = 8


def _spellings(whom: Subject) -> list[str]:
    """How names and ids may stand in a hashtag, which has small letters and seldom blanks."""
    plain = [hashtags.normal(one) or "" for one in whom.everything()]
    return sorted({joint.join(one.split()) for one in plain for joint in (" ", "", "-", "_", ".")} - {""})


def _texts(conn: Connection, whom: Subject) -> None:
    """Titles, names of places and reports of faults that hold the person's name."""
    subject.scrub(conn, whom, Object.title, Space.name, SpaceName.name, Consumer.error)


subject.forgetters["events"] = forget
subject.tellers["acts"] = tell
