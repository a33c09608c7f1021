"""Who said "Not now": they are not suggested to those who look for somebody to ask."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, insert, or_, select

from renown.db.sets import among
from renown.people.merge import members, root
from renown.people.models import Person, Quiet


def among_people(conn: Connection, people: Collection[int], today: int) -> dict[int, int | None]:
    """Of these root people, who wants it today: the day on which it ends, None where they say so themselves.

    Whoever was merged into them chose for both; of two choices the longer one holds.
    """
    top = func.coalesce(Person.root_id, Person.id)
    rows = conn.execute(
        select(top.label("person"), Quiet.until)
        .join(Person, Person.id == Quiet.person_id)
        .where(among(conn, top, list(people)), or_(Quiet.until.is_(None), Quiet.until > today))
    )
    found: dict[int, int | None] = {}
    for row in rows:
        known = found.get(row.person, 0)
        found[row.person] = None if known is None or row.until is None else max(known, row.until)
    return found


def choose(conn: Connection, person: int, until: int | None) -> None:
    """Until that day, or until they say otherwise."""
    end(conn, person)
    conn.execute(insert(Quiet).values(person_id=root(conn, person), until=until))


def end(conn: Connection, person: int) -> None:
    group = members(conn, root(conn, person))
    conn.execute(delete(Quiet).where(among(conn, Quiet.person_id, group)))
