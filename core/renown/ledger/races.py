"""Who passes whom at each day's end on all boards of a measure, from what people got day by day. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, text

from renown.ledger import periods
from renown.ledger.periods import Kind, Span

KINDS: tuple[Kind, ...] = ("all", "year", "quarter", "month", "week")


@dataclass(frozen=True)
class Passed:
    """At the end of `day`, `leader` stood first. `former_id` is None where the board had no leader before."""

    period_id: int
    day: int
    leader_id: int
    amount: int
    former_id: int | None
    former_amount: int | None
    former_since: int | None


@dataclass
class _Race:
    """One board while its days are judged."""

    period: int
    totals: dict[int, int] = field(default_factory=dict)
    leader: int | None = None
    since: int | None = None
    moved: set[int] = field(default_factory=set)
    fell: bool = False

    def add(self, subject: int, amount: int) -> None:
        self.totals[subject] = self.totals.get(subject, 0) + amount
        self.moved.add(subject)
        self.fell = self.fell or (subject == self.leader and amount < 0)

    def end(self, day: int) -> Passed | None:
        # While the leader does not fall, only who moved today can have passed.
        among = self.totals if self.fell or self.leader is None else self.moved
        mine = 0 if self.leader is None else self.totals.get(self.leader, 0)
        best = min(among, key=lambda subject: (-self.totals[subject], subject), default=None)
        self.moved, self.fell = set(), False
        if best is None or best == self.leader or self.totals[best] <= max(mine, 0):
            return None
        former = None if self.leader is None else mine
        passed = Passed(self.period, day, best, self.totals[best], self.leader, former, self.since)
        self.leader, self.since = best, day
        return passed


def follow(conn: Connection, generation: int, measure: int, start: int, today: int) -> list[Passed]:
    """Every passing on the days from `start` to the one before `today`, given the leaders judged before `start`."""
    who = {"generation": generation, "measure": measure}
    return [passed for kind in KINDS for passed in _follow(conn, who, kind, start, today)]


def _follow(conn: Connection, who: dict[str, int], kind: Kind, start: int, today: int) -> Iterator[Passed]:
    span = periods.on(kind, start)
    boards = _boards(conn, who, span)
    races = _races_before(conn, who, span, start, boards)
    for day, rows in groupby(_days(conn, who, start, today - 1), key=lambda row: int(row.day)):
        if not span.holds(day):
            span, races = periods.on(kind, day), {}
        moved: dict[str, _Race] = {}
        for row in rows:
            for scope, subject in _places(row):
                race = races.get(scope)
                if race is None:
                    race = races[scope] = _Race(boards[scope, span.start])
                race.add(subject, int(row.amount))
                moved[scope] = race
        for scope in sorted(moved):
            passed = moved[scope].end(day)
            if passed is not None:
                yield passed


def _places(row: Row[Any]) -> Iterator[tuple[str, int]]:
    if row.stands:
        yield "organisation", row.person
    if row.team:
        yield "teams", row.team
        if row.stands:
            yield f"team:{row.team}", row.person


def _boards(conn: Connection, who: dict[str, int], span: Span) -> dict[tuple[str, int], int]:
    """Ids of the boards of this kind, by scope and start, from `span` on."""
    rows = conn.execute(text(_BOARDS), {**who, "kind": span.kind, "start": span.start})
    return {(row.scope, row.start): row.id for row in rows}


_BOARDS = """
    SELECT id, scope, start FROM core_period
    WHERE generation = :generation AND measure = :measure AND kind = :kind AND start >= :start
      AND scope NOT LIKE 'source:%'
"""


def _races_before(
    conn: Connection, who: dict[str, int], span: Span, start: int, boards: dict[tuple[str, int], int]
) -> dict[str, _Race]:
    """How the boards of `span` stood before the day `start`: as they stand now, less what came since."""
    if span.start == start:
        return {}
    races = {scope: _Race(period) for (scope, begun), period in boards.items() if begun == span.start}
    for row in conn.execute(text(_STANDINGS), {**who, "kind": span.kind, "start": span.start}):
        races[row.scope].totals[row.subject_id] = int(row.amount)
    later = {**who, "first": start, "last": (1 << 31) - 1 if span.last is None else span.last}
    for row in conn.execute(text(_DAYS.format(day="0 AS day", by="")), later):
        for scope, subject in _places(row):
            if scope in races:
                races[scope].add(subject, -int(row.amount))
    for row in conn.execute(text(_LEADERS), {**who, "kind": span.kind, "start": span.start, "first": start}):
        races[row.scope].leader, races[row.scope].since = row.leader_id, row.day
    for race in races.values():
        race.moved, race.fell = set(), False
    return races


_STANDINGS = """
    SELECT p.scope, s.subject_id, s.amount FROM core_period p
    JOIN core_standing s ON s.period_id = p.id
    LEFT JOIN core_seen n ON n.person_id = s.subject_id
    WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND p.start = :start
      AND p.scope NOT LIKE 'source:%' AND (p.scope = 'teams' OR n.state <> 0)
"""

_LEADERS = """
    SELECT p.scope, c.leader_id, c.day FROM core_period p JOIN core_lead_change c ON c.period_id = p.id
    WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND p.start = :start
      AND c.day < :first AND c.superseded_at IS NULL
    ORDER BY c.day
"""

_DAYS = """
    SELECT {day}, d.team, coalesce(p.root_id, p.id) AS person, coalesce(n.state, 0) <> 0 AS stands,
           sum(d.stood) AS amount
    FROM core_day_total d
    JOIN core_identity i ON i.id = d.identity_id
    JOIN core_person p ON p.id = i.person_id
    LEFT JOIN core_seen n ON n.person_id = coalesce(p.root_id, p.id)
    WHERE d.generation = :generation AND d.measure = :measure AND d.day BETWEEN :first AND :last AND d.stood <> 0
    GROUP BY {by} d.team, coalesce(p.root_id, p.id), coalesce(n.state, 0) <> 0
"""


def _days(conn: Connection, who: dict[str, int], first: int, last: int) -> Iterator[Row[Any]]:
    """What people got, day by day; read as it is needed."""
    statement = _DAYS.format(day="d.day", by="d.day,") + " ORDER BY d.day"
    streaming = {"stream_results": True, "yield_per": 5_000}
    which = {**who, "first": first, "last": last}
    with conn.execute(text(statement), which, execution_options=streaming) as rows:
        yield from rows
