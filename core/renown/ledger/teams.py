"""Teams beside each other: totals, what falls on a head, and each one's share of a month."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from renown.access.viewer import Viewer
from renown.db.spelled import Spelled
from renown.ledger import boards, heads, periods, visibility
from renown.ledger.boards import TEAMS, Line
from renown.ledger.periods import Span
from renown.ledger.visibility import SMALLEST


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
    conn: Connection, viewer: Viewer, measure: str, today: int, span: Span = periods.ALL, limit: int = 1000
) -> tuple[TeamLine, ...]:
    """The teams that may be shown, by total. Raises NotShown."""
    lines = _all(conn, viewer, measure, span, limit)
    day = today if span.last is None else min(span.last, today)
    sizes = heads.sizes(conn, day)
    active = dict(_ACTIVE.rows(conn, {"name": measure, "kind": span.kind, "start": span.start}))
    everybody = sum(sizes.get(line.subject_id, 0) for line in lines)
    mean = sum(line.amount for line in lines) / everybody if everybody else 0.0
    found = []
    for line in lines:
        people = sizes.get(line.subject_id, 0)
        per_head = None
        if people >= SMALLEST:
            per_head = int((line.amount + SMALLEST * mean) / (people + SMALLEST))
        found.append(TeamLine(line, people, active.get(f"team:{line.subject_id}", 0), per_head))
    return tuple(found)


def shares(
    conn: Connection, viewer: Viewer, measure: str, today: int, months: int = 12
) -> tuple[tuple[Span, tuple[Share, ...]], ...]:
    """Each shown team's share of each of the last months, oldest first. Raises NotShown."""
    spans = [periods.on("month", today)]
    while len(spans) < months:
        spans.append(spans[-1].before())
    rows: dict[int, list[tuple[int, str, str, int]]] = {span.start: [] for span in spans}
    since = {"name": measure, "since": spans[-1].start, "until": spans[0].start}
    told = _MONTHS.rows(conn, since)
    boards.admit(viewer, TEAMS, visibility.read(told[0][0]))
    for _, start, team, slug, name, amount in told:
        if start is not None:
            rows[start].append((team, slug, name, int(amount)))
    found = []
    for span in reversed(spans):
        whole = sum(row[3] for row in rows[span.start])
        lines = sorted(rows[span.start], key=lambda row: (-row[3], -row[0]))
        found.append((span, tuple(Share(*row, (row[3] * 1000 + whole // 2) // whole) for row in lines)))
    return tuple(found)


# What is shown at all is told in any case, with the months or alone. Teams are looked up, not joined: seeing how low
# their numbers are, PostgreSQL would go through all standings in that order, and never meet the end it hopes for.
_MONTHS = Spelled(f"""
    SELECT {visibility.SPELLED}, r.* FROM (SELECT 1 AS one) x LEFT JOIN (
    SELECT p.start, s.subject_id, (SELECT slug FROM core_team WHERE id = s.subject_id) AS slug,
           (SELECT name FROM core_team WHERE id = s.subject_id) AS name, s.amount
    FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id AND p.scope = 'teams'
                      AND p.kind = 'month' AND p.start BETWEEN :since AND :until
    JOIN core_standing s ON s.period_id = p.id AND s.visible = true AND s.amount > 0
    WHERE m.name = :name) r ON true
""")


def _all(conn: Connection, viewer: Viewer, measure: str, span: Span, limit: int) -> tuple[Line, ...]:
    """Teams are few, and a list of them has no bottom to be hurt by: no bound on depth."""
    return boards.board(conn, viewer, measure, span.kind, span.start, TEAMS, limit=limit).lines


_ACTIVE = Spelled("""
    SELECT p.scope, p.people FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
    WHERE m.name = :name AND p.kind = :kind AND p.start = :start AND p.scope LIKE 'team:%'
""")
