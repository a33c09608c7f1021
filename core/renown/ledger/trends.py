"""How amounts went over days and months, for those whom the gate has already let through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from renown.access.viewer import Viewer
from renown.ledger import boards, visibility
from renown.ledger.periods import Span, on


def daily(conn: Connection, measure: str, people: Collection[int], first: int, last: int) -> dict[int, list[int]]:
    """Thousandths per day from `first` to `last` for root persons. The caller has asked the gate about each of them."""
    found = {person: [0] * (last - first + 1) for person in people}
    if not found:
        return {}
    # Ids come from our own rows, as numbers.
    chosen = ", ".join(str(int(person)) for person in found)
    rows = conn.execute(text(_DAILY.format(people=chosen)), {"measure": measure, "first": first, "last": last})
    for row in rows:
        found[row.person][row.day - first] = int(row.amount)
    return found


_DAILY = """
    SELECT coalesce(p.root_id, p.id) AS person, d.day, sum(d.amount) AS amount
    FROM core_measure m
    JOIN core_day_total d ON d.generation = m.generation AND d.measure = m.id AND d.day BETWEEN :first AND :last
    JOIN core_identity i ON i.id = d.identity_id
    JOIN core_person p ON p.id = i.person_id
    WHERE m.name = :measure AND coalesce(p.root_id, p.id) IN ({people})
    GROUP BY coalesce(p.root_id, p.id), d.day
"""


@dataclass(frozen=True)
class Share:
    """What each team gave to each month: `amounts` in thousandths, by team, oldest month first."""

    months: tuple[Span, ...]
    names: dict[str, str]
    amounts: dict[str, list[int]]

    def percent(self, team: str, month: int) -> float:
        """0 to 100, of what all shown teams have in that month."""
        total = sum(max(amounts[month], 0) for amounts in self.amounts.values())
        return 100 * max(self.amounts[team][month], 0) / total if total else 0.0


def teams_by_month(conn: Connection, viewer: Viewer, measure: str, today: int, months: int = 12) -> Share:
    """The last `months` months up to today's; months without any points at the start are left out. Raises NotShown."""
    if not visibility.shows_teams(viewer, visibility.preset(conn)):
        raise boards.NotShown("no such board")
    spans = [on("month", today)]
    while len(spans) < months:
        spans.insert(0, spans[0].before())
    place = {span.start: index for index, span in enumerate(spans)}
    names: dict[str, str] = {}
    amounts: dict[str, list[int]] = {}
    for row in conn.execute(text(_TEAMS), {"measure": measure, "first": spans[0].start}):
        names[row.slug] = row.name
        amounts.setdefault(row.slug, [0] * months)[place[row.start]] = int(row.amount)
    empty = next((i for i in range(months) if any(one[i] for one in amounts.values())), months)
    return Share(tuple(spans[empty:]), names, {team: values[empty:] for team, values in sorted(amounts.items())})


_TEAMS = """
    SELECT t.slug, t.name, p.start, s.amount
    FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
                      AND p.scope = 'teams' AND p.kind = 'month' AND p.start >= :first
    JOIN core_standing s ON s.period_id = p.id AND s.visible = true
    JOIN core_team t ON t.id = s.subject_id
    WHERE m.name = :measure
    ORDER BY p.start
"""


def amounts(conn: Connection, measure: str, span: Span, people: Collection[int]) -> dict[int, int]:
    """Thousandths of a period by root person, of those whom the caller has asked the gate about."""
    if not people:
        return {}
    found = boards.find(conn, measure, span, boards.ORGANISATION)
    if found is None:
        return {}
    chosen = ", ".join(str(int(person)) for person in people)
    query = f"SELECT subject_id, amount FROM core_standing WHERE period_id = :period AND subject_id IN ({chosen})"
    return {row.subject_id: int(row.amount) for row in conn.execute(text(query), {"period": found.id})}
