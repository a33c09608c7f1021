"""Teams beside each other: totals, what falls on a head, and each one's share of a month."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from renown.access.viewer import Viewer
from renown.ledger import boards, periods, standings
from renown.ledger.boards import TEAMS, Line
from renown.ledger.periods import Span
from renown.ledger.visibility import SMALLEST
from renown.people.models import ACTIVE


@dataclass(frozen=True)
class TeamLine:
    """`people` are in the team on the last day counted, `active` got anything. `per_head` is None under 5 people.

    `per_head` is (sum + 5 * mean) / (people + 5), in thousandths: a small team does not win by one person's luck.
    """

    line: Line
    people: int
    active: int
    per_head: int | None


@dataclass(frozen=True)
class Share:
    """A team's part of what the teams shown got together, per mille. `amount` is in thousandths."""

    team_id: int
    slug: str
    name: str
    amount: int
    per_mille: int


def totals(
    conn: Connection, viewer: Viewer, measure: str, span: Span = periods.ALL, limit: int = 1000
) -> tuple[TeamLine, ...]:
    """The teams that may be shown, by total. Raises NotShown."""
    lines = _all(conn, viewer, measure, span, limit)
    day = standings.today(conn) if span.last is None else min(span.last, standings.today(conn))
    heads = {row.team: int(row.people) for row in conn.execute(text(_HEADS), {"day": day, "active": ACTIVE})}
    active = {
        row.scope: row.people
        for row in conn.execute(text(_ACTIVE), {"name": measure, "kind": span.kind, "start": span.start})
    }
    everybody = sum(heads.get(line.subject_id, 0) for line in lines)
    mean = sum(line.amount for line in lines) / everybody if everybody else 0.0
    found = []
    for line in lines:
        people = heads.get(line.subject_id, 0)
        per_head = None
        if people >= SMALLEST:
            per_head = int((line.amount + SMALLEST * mean) / (people + SMALLEST))
        found.append(TeamLine(line, people, active.get(f"team:{line.subject_id}", 0), per_head))
    return tuple(found)


def shares(
    conn: Connection, viewer: Viewer, measure: str, months: int = 12
) -> tuple[tuple[Span, tuple[Share, ...]], ...]:
    """Each shown team's share of each of the last months, oldest first. Raises NotShown."""
    boards.allow(conn, viewer, TEAMS)
    span = periods.on("month", standings.today(conn))
    found = []
    for _ in range(months):
        lines = _all(conn, viewer, measure, span, 1000)
        whole = sum(line.amount for line in lines)
        found.append(
            (
                span,
                tuple(
                    Share(one.subject_id, one.key, one.name, one.amount, (one.amount * 1000 + whole // 2) // whole)
                    for one in lines
                ),
            )
        )
        span = span.before()
    return tuple(reversed(found))


def _all(conn: Connection, viewer: Viewer, measure: str, span: Span, limit: int) -> tuple[Line, ...]:
    """Teams are few, and a list of them has no bottom to be hurt by: no bound on depth."""
    return boards.board(conn, viewer, measure, span.kind, span.start, TEAMS, limit=limit).lines


_HEADS = """
    SELECT m.team_id AS team, count(DISTINCT coalesce(p.root_id, p.id)) AS people
    FROM core_team_member m
    JOIN core_person q ON q.id = m.person_id
    JOIN core_person p ON p.id = coalesce(q.root_id, q.id)
    WHERE m.dropped IS NULL AND coalesce(m.from_day, :day) <= :day AND coalesce(m.to_day, :day + 1) > :day
      AND p.status = :active AND NOT p.bot
    GROUP BY m.team_id
"""

_ACTIVE = """
    SELECT p.scope, p.people FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
    WHERE m.name = :name AND p.kind = :kind AND p.start = :start AND p.scope LIKE 'team:%'
"""
