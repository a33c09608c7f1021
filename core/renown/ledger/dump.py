"""The canonical dump: a generation in words that do not depend on surrogate ids or the clock.

Two generations with the same dump are the same ledger, byte for byte. It is read as it is needed, whatever its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.db.sets import among
from renown.events.models import Event
from renown.ledger import limits
from renown.ledger.models import DayTotal, Entry, Generation, LimitUse, Measure, QuotaUse, Rule
from renown.people.models import Identity, Team
from renown.sources.models import Source

_CHUNK = 2_000
_line = msgspec.json.Encoder().encode


def lines(conn: Connection, generation: int) -> Iterator[bytes]:
    """Entries by act, rule, measure and account; then limits, quotas and day totals."""
    names = _Names(conn, generation)
    for rows in _stream(conn, _ENTRIES.where(Entry.generation == generation)):
        yield from _entries(conn, rows, names)
    yield from _sums(conn, generation)
    yield from _days(conn, generation, names)


def digest(conn: Connection, generation: int) -> str:
    """SHA-256 of the lines, in hex."""
    found = sha256()
    for line in lines(conn, generation):
        found.update(line + b"\n")
    return found.hexdigest()


class _Names:
    def __init__(self, conn: Connection, generation: int) -> None:
        draft = conn.scalar(select(Generation.draft).where(Generation.id == generation)) or ()
        self.measures: dict[int, str] = dict(conn.execute(select(Measure.id, Measure.name)).all())
        self.rules = {r.id: (r.name, r.version) for r in conn.execute(select(Rule.id, Rule.name, Rule.version))}
        self.rules |= {-number: (item["name"], 0) for number, item in enumerate(draft, start=1)}
        self.teams: dict[int, str] = dict(conn.execute(select(Team.id, Team.slug)).all())
        self.sources: dict[int, str] = dict(conn.execute(select(Source.id, Source.name)).all())

    def slot(self, row: Row[Any]) -> list[Any]:
        return [self.rules[row.rule_id], self.measures[row.measure], [self.sources[row.of_source], row.of_key]]


def _stream(conn: Connection, rows: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Row[Any]]]:
    """The rows by the thousand; acts are kept together."""
    with conn.execute(rows, execution_options={"stream_results": True, "yield_per": _CHUNK}) as found:
        held: list[Row[Any]] = []
        for part in found.partitions():
            held += part
            last = held[-1].act_id
            cut = next((place for place in range(len(held) - 1, -1, -1) if held[place].act_id != last), -1) + 1
            if cut:
                yield held[:cut]
                held = held[cut:]
        if held:
            yield held


_act, _event = Event.__table__.alias("act"), Event.__table__.alias("event")
_ENTRIES = (
    select(
        Entry.__table__,
        _act.c.source_id,
        _act.c.key,
        _event.c.source_id.label("by"),
        _event.c.key.label("by_key"),
        Identity.source_id.label("of_source"),
        Identity.key.label("of_key"),
    )
    .join(_act, _act.c.id == Entry.act_id)
    .join(_event, _event.c.id == Entry.event_id)
    .join(Identity, Identity.id == Entry.identity_id)
    .order_by(Entry.act_id, Entry.id)
)


def _entries(conn: Connection, rows: Sequence[Row[Any]], names: _Names) -> Iterator[bytes]:
    limited = _limits(conn, rows)
    for _, of_act in groupby(rows, key=lambda row: row.act_id):
        # An entry's own key is its act, its slot and its place among the entries of that slot.
        places: Counter[str] = Counter()
        seen: dict[int, int] = {}
        found = []
        for row in of_act:
            slot = names.slot(row)
            places[repr(slot)] += 1
            seen[row.id] = places[repr(slot)]
            found.append(
                (
                    repr(slot),
                    seen[row.id],
                    _line(
                        [
                            "entry", [names.sources[row.source_id], row.key], *slot, seen[row.id],
                            [names.sources[row.by], row.by_key], row.raw, row.amount, row.day,
                            names.teams.get(row.team), row.reason, seen.get(row.reverses),
                            [limited[one] for one in limits.read_ids(row.limits)], row.quota is not None,
                        ]
                    ),
                )
            )  # fmt: skip
        yield from (line for _, _, line in sorted(found))


def _limits(conn: Connection, rows: Iterable[Row[Any]]) -> dict[int, tuple[str, str]]:
    """Label and curve of the limits that these entries name."""
    wanted = {one for row in rows if row.limits for one in limits.read_ids(row.limits)}
    found = conn.execute(select(LimitUse.id, LimitUse.label, LimitUse.curve).where(among(conn, LimitUse.id, wanted)))
    return {row.id: (row.label, row.curve) for row in found}


def _sums(conn: Connection, generation: int) -> Iterator[bytes]:
    uses = select(LimitUse.label, LimitUse.curve, LimitUse.raw).where(LimitUse.generation == generation)
    for use in _sorted(conn, uses, LimitUse.label, LimitUse.curve, LimitUse.raw):
        yield _line(["limit", use.label, use.curve, use.raw])
    for quota in _sorted(conn, select(QuotaUse.count).where(QuotaUse.generation == generation), QuotaUse.count):
        yield _line(["quota", quota.count])


def _days(conn: Connection, generation: int, names: _Names) -> Iterator[bytes]:
    totals = (
        select(
            Measure.name.label("measure"), Source.name.label("source"), Identity.key, DayTotal.day,
            Team.slug.label("team"), DayTotal.amount,
        )
        .select_from(DayTotal)
        .join(Measure, Measure.id == DayTotal.measure)
        .join(Identity, Identity.id == DayTotal.identity_id)
        .join(Source, Source.id == Identity.source_id)
        .outerjoin(Team, Team.id == DayTotal.team)
        .where(DayTotal.generation == generation)
    )  # fmt: skip
    order = (Measure.name, Source.name, Identity.key, DayTotal.day, DayTotal.team != 0, Team.slug)
    for row in _sorted(conn, totals, *order):
        yield _line(["day", row.measure, [row.source, row.key], row.day, row.team, row.amount])


def _sorted(
    conn: Connection, rows: Select[*tuple[Any, ...]], *order: InstrumentedAttribute[Any] | ColumnElement[Any]
) -> Iterator[Row[Any]]:
    """Streamed, and in the same order on every database: texts by their bytes."""
    binary = "C" if conn.dialect.name == "postgresql" else "BINARY"
    by = (one.collate(binary) if one.type.python_type is str else one for one in order)
    with conn.execute(rows.order_by(*by), execution_options={"stream_results": True, "yield_per": _CHUNK}) as found:
        yield from found
