"""How amounts went over days, for those whom the gate has already let through."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from renown.db.sets import listed
from renown.db.spelled import Spelled
from renown.ledger import boards
from renown.ledger.periods import Span


def daily(conn: Connection, measure: str, people: Collection[int], first: int, last: int) -> dict[int, list[int]]:
    """Thousandths per day from `first` to `last` for root persons. The caller has asked the gate about each of them."""
    found = {person: [0] * (last - first + 1) for person in people}
    if not found:
        return {}
    values = {"measure": measure, "given": listed(conn, found), "first": first, "last": last}
    for person, day, amount in _DAILY.rows(conn, values):
        found[person][day - first] = int(amount)
    return found


# By person, not by day: a month of everybody is many rows, a month of a page of people is few. PostgreSQL does not know
# how few when it plans this for whoever is asked for, and is held to that order by OFFSET.
_DAILY = Spelled(
    """
    SELECT coalesce(p.root_id, p.id) AS person, d.day, sum(d.amount) AS amount
    FROM core_measure m
    CROSS JOIN core_person p
    CROSS JOIN core_identity i
    CROSS JOIN core_day_total d
    WHERE m.name = :measure
      AND (p.id IN (SELECT value FROM json_each(:given)) OR p.root_id IN (SELECT value FROM json_each(:given)))
      AND i.person_id = p.id
      AND d.generation = m.generation AND d.measure = m.id AND d.identity_id = i.id AND d.day BETWEEN :first AND :last
      AND coalesce(p.root_id, p.id) IN (SELECT value FROM json_each(:given))
    GROUP BY coalesce(p.root_id, p.id), d.day
    """,
    """
    SELECT q.person, d.day, sum(d.amount) AS amount
    FROM core_measure m
    CROSS JOIN LATERAL (
        SELECT i.id, coalesce(p.root_id, p.id) AS person
        FROM core_person p JOIN core_identity i ON i.person_id = p.id
        WHERE (p.id = ANY(CAST(:given AS INTEGER[])) OR p.root_id = ANY(CAST(:given AS INTEGER[])))
          AND coalesce(p.root_id, p.id) = ANY(CAST(:given AS INTEGER[])) OFFSET 0
    ) q
    CROSS JOIN LATERAL (
        SELECT day, amount FROM core_day_total
        WHERE generation = m.generation AND measure = m.id AND identity_id = q.id AND day BETWEEN :first AND :last
        OFFSET 0
    ) d
    WHERE m.name = :measure
    GROUP BY q.person, d.day
    """,
)


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
