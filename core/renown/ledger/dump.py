"""The canonical dump: a generation in words that do not depend on surrogate ids or the clock.

Two generations with the same dump are the same ledger, byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from renown.events.models import Event
from renown.ledger import limits
from renown.ledger.models import DayTotal, Entry, Generation, LimitUse, Measure, QuotaUse, Rule
from renown.people.models import Identity, Team
from renown.sources.models import Source

_line = msgspec.json.Encoder().encode


def lines(conn: Connection, generation: int) -> Iterator[bytes]:
    """Entries by act, rule, measure and account; then limits, quotas and day totals."""
    names = _Names(conn, generation)
    yield from _entries(conn, generation, names)
    yield from sorted(_sums(conn, generation))
    totals = conn.execute(select(DayTotal.__table__).where(DayTotal.generation == generation))
    yield from sorted(
        _line(["day", *names.slot(None, t.measure, t.identity_id)[1:], t.day, names.teams.get(t.team), t.amount])
        for t in totals
    )


def digest(conn: Connection, generation: int) -> str:
    """SHA-256 over the dump."""
    found = sha256()
    for line in lines(conn, generation):
        found.update(line)
        found.update(b"\n")
    return found.hexdigest()


class _Names:
    def __init__(self, conn: Connection, generation: int) -> None:
        draft = conn.scalar(select(Generation.draft).where(Generation.id == generation)) or ()
        self.measures: dict[int, str] = dict(conn.execute(select(Measure.id, Measure.name)).all())
        self.rules = {r.id: (r.name, r.version) for r in conn.execute(select(Rule.id, Rule.name, Rule.version))}
        self.rules |= {-number: (item["name"], 0) for number, item in enumerate(draft, start=1)}
        self.teams: dict[int, str] = dict(conn.execute(select(Team.id, Team.slug)).all())
        self.limits = {
            row.id: [row.label, row.curve]
            for row in conn.execute(
                select(LimitUse.id, LimitUse.label, LimitUse.curve).where(LimitUse.generation == generation)
            )
        }
        accounts = select(Identity.id, Source.name, Identity.key).join(Source, Source.id == Identity.source_id)
        self.accounts = {row.id: [row.name, row.key] for row in conn.execute(accounts)}

    def slot(self, rule: int | None, measure: int, identity: int) -> list[Any]:
        return [None if rule is None else self.rules[rule], self.measures[measure], self.accounts[identity]]


def _entries(conn: Connection, generation: int, names: _Names) -> Iterator[bytes]:
    sources = dict(conn.execute(select(Source.id, Source.name)).all())
    act, event = Event.__table__.alias("act"), Event.__table__.alias("event")
    rows = conn.execute(
        select(Entry.__table__, act.c.source_id, act.c.key, event.c.source_id.label("by"), event.c.key.label("by_key"))
        .join(act, act.c.id == Entry.act_id)
        .join(event, event.c.id == Entry.event_id)
        .where(Entry.generation == generation)
        .order_by(Entry.act_id, Entry.id)
    )
    for _, of_act in groupby(rows, key=lambda row: row.act_id):
        # An entry's own key is its act, its slot and its place among the entries of that slot.
        places: Counter[str] = Counter()
        seen: dict[int, int] = {}
        found = []
        for row in of_act:
            slot = names.slot(row.rule_id, row.measure, row.identity_id)
            places[repr(slot)] += 1
            seen[row.id] = places[repr(slot)]
            found.append(
                (
                    repr(slot),
                    seen[row.id],
                    _line(
                        [
                            "entry", [sources[row.source_id], row.key], *slot, seen[row.id],
                            [sources[row.by], row.by_key], row.raw, row.amount, row.day, names.teams.get(row.team),
                            row.reason, seen.get(row.reverses),
                            [names.limits[one] for one in limits.read_ids(row.limits)], row.quota is not None,
                        ]
                    ),
                )
            )  # fmt: skip
        yield from (line for _, _, line in sorted(found))


def _sums(conn: Connection, generation: int) -> Iterator[bytes]:
    for use in conn.execute(select(LimitUse.__table__).where(LimitUse.generation == generation)):
        yield _line(["limit", use.label, use.curve, use.raw])
    for quota in conn.execute(select(QuotaUse.count).where(QuotaUse.generation == generation)):
        yield _line(["quota", quota.count])
