"""The check of `renown reconcile` that teams have as many people as there are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from renown.ledger import heads, staging
from renown.ledger.checks import Found

#: People compared at once.
_AT_ONCE = 20_000


def teams(conn: Connection, repair: bool) -> Iterator[Found]:
    staging.open_tables(conn)
    wrong, after = 0, 0
    # Their news has not come to the tick yet: lag is no drift.
    waiting = set(conn.scalars(text(_WAITING)))
    while (last := _next(conn, after)) is not None:
        after = last
        if repair:
            wrong += heads.follow(conn)
        else:
            gone, come = heads.differing(conn)
            wrong += len({one.person for one in gone | come} - waiting)
    if wrong:
        yield Found(f"of {wrong} people it is kept otherwise than it is which team counts them")
    sizes = conn.scalars(text(heads.WRONG)).all()
    if sizes:
        yield Found(f"{len(sizes)} teams are said to have other numbers of people than they have")
        if repair:
            heads.recount(conn)


_WAITING = """
    SELECT m.person_id FROM core_moved m
    UNION SELECT p.root_id FROM core_moved m JOIN core_person p ON p.id = m.person_id WHERE p.root_id IS NOT NULL
"""


def _next(conn: Connection, after: int) -> int | None:
    """Fill `r_person` with the people after one; returns the last of them, None where there is none."""
    staging.clear(conn, "r_person")
    people = "SELECT id FROM core_person WHERE id > :after ORDER BY id LIMIT :most"
    conn.execute(text(f"INSERT INTO r_person (person) {people}"), {"after": after, "most": _AT_ONCE})
    found = conn.scalar(text("SELECT max(person) FROM r_person"))
    return None if found is None else int(found)
