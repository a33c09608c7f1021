"""How amounts went over days, for those whom the gate has already let through."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from renown.db.spelled import Spelled
from renown.ledger import boards
from renown.ledger.periods import Span


def daily(conn: Connection, measure: str, people: Collection[int], first: int, last: int) -> dict[int, list[int]]:
    """Thousandths per day from `first` to `last` for root persons. The caller has asked the gate about each of them."""
    found = {person: [0] * (last - first + 1) for person in people}
    if not found:
        return {}
    # Ids come from our own rows, as numbers.
    chosen = ", ".join(str(int(person)) for person in found)
    daily_of = Spelled(_DAILY.format(people=chosen))
    for person, day, amount in daily_of.rows(conn, {"measure": measure, "first": first, "last": last}):
        found[person][day - first] = int(amount)
    return found


# By person, not by day: a month of everybody is many rows, a month of a page of people is few.
_DAILY = """
    SELECT coalesce(p.root_id, p.id) AS person, d.day, sum(d.amount) AS amount
    FROM core_measure m
    CROSS JOIN core_person p
    CROSS JOIN core_identity i
    CROSS JOIN core_day_total d
    WHERE m.name = :measure AND (p.id IN ({people}) OR p.root_id IN ({people})) AND i.person_id = p.id
      AND d.generation = m.generation AND d.measure = m.id AND d.identity_id = i.id AND d.day BETWEEN :first AND :last
      AND coalesce(p.root_id, p.id) IN ({people})
    GROUP BY coalesce(p.root_id, p.id), d.day
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
