"""Checks that teams, what people and sources were, and what was set aside are as the log's own events said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, text, update

from renown.db.sets import among
from renown.events.log import CORE
from renown.events.models import Event, Term
from renown.ledger import visibility
from renown.ledger.checks import STREAM, Found, date
from renown.ledger.models import SetAside
from renown.people.dated import Held, replayed
from renown.people.models import Affiliation, Person, SourceAffiliation, Team, TeamMember
from renown.sources.models import Source

RESTORE = "restore a back-up that has it, then run `renown replay`: the log has not what it takes to make it again"


def said(verb: str, *more: Any) -> Select[*tuple[Any, ...]]:
    """The core's events of a verb: their position, then `more`."""
    which = select(Event.id, *more).join(Source, Source.id == Event.source_id).join(Term, Term.id == Event.verb)
    return which.where(Source.name == CORE, Term.term == f"renown.{verb}.v1")


def whole(conn: Connection) -> bool:
    """Whether no event was lost: rows must not be made after a log that is less than it was."""
    count, last = conn.execute(select(func.count(Event.id), func.max(Event.id))).one()
    return bool(count == (last or 0))


@dataclass(frozen=True)
class _Fact:
    table: type[Affiliation] | type[TeamMember]
    verb: str
    value: Any
    words: str

    def spelled(self, one: Held) -> str:
        days = " ".join(
            f"{word} {date(day)}" for word, day in (("from", one.from_day), ("before", one.to_day)) if day is not None
        )
        known = f"known from position {one.known} on"
        if one.dropped is not None:
            known = f"known from position {one.known} until {one.dropped}"
        return f"{self.words} {one.value} {days or 'on all days'}, {known}"


_TEAM = _Fact(TeamMember, "team-changed", TeamMember.team_id, "in team")
_KIND = _Fact(Affiliation, "affiliated", Affiliation.kind, "as")


def memberships(conn: Connection, repair: bool) -> Iterator[Found]:
    return _dated(conn, _TEAM, repair)


def affiliations(conn: Connection, repair: bool) -> Iterator[Found]:
    return _dated(conn, _KIND, repair)


def _dated(conn: Connection, fact: _Fact, repair: bool) -> Iterator[Found]:
    """What each person's events give, beside the rows. Both are read person by person, so memory holds what differs."""
    wrong = [one for one in _compared(conn, fact) if one[1] or one[2]]
    if not wrong:
        return
    sound = whole(conn)
    there = set(conn.scalars(select(Person.id).where(among(conn, Person.id, [person for person, _, _ in wrong]))))
    teams = set(conn.scalars(select(Team.id)))
    mendable = []
    for person, due, kept in wrong:
        possible = sound and person in there and (fact is not _TEAM or all(one.value in teams for one in due))
        if possible:
            mendable.append((person, due, kept))
        for log, row in zip_longest(due, (row for _, row in kept)):
            yield Found(_told(fact, person, log, row), None if possible else RESTORE)
    if repair and mendable:
        _mend(conn, fact, mendable)
        visibility.moved(conn, [person for person, _, _ in mendable])


_Differing = tuple[int, list[Held], list[tuple[int, Held]]]


def _told(fact: _Fact, person: int, log: Held | None, row: Held | None) -> str:
    due = "nothing like that" if log is None else fact.spelled(log)
    return f"person {person}: by the log {due}, kept is {'nothing' if row is None else fact.spelled(row)}"


def _compared(conn: Connection, fact: _Fact) -> Iterator[_Differing]:
    """By person: what follows from the log and is not kept, and the rows (by id) that do not follow from it."""
    name, extra = fact.value.key, Event.extra
    value = extra[name].as_integer() if fact is _TEAM else extra[name].as_string()
    person = extra["person"].as_integer().label("person")
    columns = (person, value, extra["from_day"].as_integer(), extra["to_day"].as_integer())
    events = conn.execute(said(fact.verb, *columns).order_by(person, Event.id), execution_options=STREAM)
    table = fact.table
    days = (table.from_day, table.to_day, table.known, table.dropped)
    rows = conn.execute(
        select(table.person_id, table.id, fact.value, *days).order_by(table.person_id, table.id),
        execution_options=STREAM,
    )
    with events, rows:
        both = merge(
            ((one.person, True, (one[0], *one[2:])) for one in events),
            ((one.person_id, False, (one.id, Held(*one[2:]))) for one in rows),
            key=itemgetter(0),
        )
        for whose, told in groupby(both, key=itemgetter(0)):
            acts: list[Any] = []
            kept: list[tuple[int, Held]] = []
            for _, of_log, what in told:
                (acts if of_log else kept).append(what)
            due = Counter(replayed(acts))
            odd = []
            for number, row in kept:
                if due[row]:
                    due[row] -= 1
                else:
                    odd.append((number, row))
            order = sorted(odd, key=lambda one: (one[1].known, one[0]))
            yield whose, sorted(due.elements(), key=lambda one: (one.known, one.from_day or 0)), order


def _mend(conn: Connection, fact: _Fact, wrong: list[_Differing]) -> None:
    table, name = fact.table, fact.value.key
    changed, made, gone = [], [], []
    for person, due, kept in wrong:
        for at, log in enumerate(due):
            values = {name: log.value, **{key: value for key, value in log._asdict().items() if key != "value"}}
            if at < len(kept):
                changed.append({"_id": kept[at][0], **values})
            else:
                made.append({"person_id": person, **values})
        gone += [number for number, _ in kept[len(due) :]]
    if gone:
        conn.execute(delete(table).where(among(conn, table.id, gone)))
    if changed:
        conn.execute(update(table).where(table.id == bindparam("_id")), changed)
    if made:
        conn.execute(insert(table), made)


def sources(conn: Connection, repair: bool) -> Iterator[Found]:
    """What the accounts of each source are, since when."""
    due: dict[tuple[int, int], str] = {}
    now: dict[int, str] = {}
    for row in conn.execute(said("source-changed", Event.extra).order_by(Event.id)):
        told = row.extra
        if "affiliation" in told:
            if told["source"] not in now and "was" in told:
                due[told["source"], 0] = told["was"]
            due[told["source"], row.id] = now[told["source"]] = told["affiliation"]
    kept = {(row.source_id, row.known): row.kind for row in conn.execute(select(SourceAffiliation.__table__))}
    stands = {row.id: row.affiliation for row in conn.execute(select(Source.id, Source.affiliation))}
    wrong = sorted(one for one in due.keys() | kept.keys() if due.get(one) != kept.get(one))
    late = sorted(one for one in now if one in stands and stands[one] != now[one])
    if not wrong and not late:
        return
    sound = whole(conn)
    remedy = None if sound else RESTORE
    for source, known in wrong:
        words = [f"from position {known} on its accounts are {one.get((source, known), 'not spoken of')}"
                 for one in (due, kept)]  # fmt: skip
        yield Found(f"source {source}: by the log {words[0]}, kept is that {words[1]}", remedy)
    for source in late:
        yield Found(f"source {source}: by the log its accounts are {now[source]} now, kept is {stands[source]}", remedy)
    if repair and sound:
        for source, known in wrong:
            which = (SourceAffiliation.source_id == source, SourceAffiliation.known == known)
            if (source, known) not in due:
                conn.execute(delete(SourceAffiliation).where(*which))
            elif (source, known) in kept:
                conn.execute(update(SourceAffiliation).where(*which).values(kind=due[source, known]))
            else:
                conn.execute(insert(SourceAffiliation).values(source_id=source, known=known, kind=due[source, known]))
        for source in late:
            conn.execute(update(Source).where(Source.id == source).values(affiliation=now[source]))
        moved = [{"source": source} for source in sorted({*late, *(source for source, _ in wrong)})]
        conn.execute(text(_MOVED), moved)


# Whoever has an account there may be seen otherwise.
_MOVED = """
    INSERT INTO core_moved (person_id, at)
    SELECT DISTINCT person_id, CAST(0 AS BIGINT) FROM core_identity WHERE source_id = :source
    ON CONFLICT (person_id) DO UPDATE SET at = excluded.at
"""


def set_aside(conn: Connection, repair: bool) -> Iterator[Found]:
    """Which events plugins leave out, since when."""
    told = conn.execute(said("set-aside", Event.extra["plugin"].as_string().label("plugin"), Event.cites))
    due = {(row.plugin, row.cites): row.id for row in told}
    kept = {(row.plugin, row.event_id): row.known for row in conn.execute(select(SetAside.__table__))}
    wrong = sorted(one for one in due.keys() | kept.keys() if due.get(one) != kept.get(one))
    if not wrong:
        return
    sound = whole(conn)
    for plugin, event in wrong:
        words = [f"since position {one[plugin, event]}" if (plugin, event) in one else "never" for one in (due, kept)]
        yield Found(
            f"event {event} was set aside for {plugin} {words[0]} by the log, kept is {words[1]}",
            None if sound else RESTORE,
        )
        if repair and sound:
            which = (SetAside.plugin == plugin, SetAside.event_id == event)
            if (plugin, event) not in due:
                conn.execute(delete(SetAside).where(*which))
            elif (plugin, event) in kept:
                conn.execute(update(SetAside).where(*which).values(known=due[plugin, event]))
            else:
                conn.execute(insert(SetAside).values(plugin=plugin, event_id=event, known=due[plugin, event]))
