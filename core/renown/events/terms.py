"""Event types and object kinds as small numbers. Few, so all of them are read at once, once per transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert

from renown.db.spelled import Spelled
from renown.events.models import Term

_ALL = Spelled("SELECT term, id FROM core_term")


class Terms:
    """`ids` by term and `names` by id, as known when they were loaded."""

    def __init__(self, ids: dict[str, int]) -> None:
        self.ids = ids
        self.names = {number: term for term, number in ids.items()}


def load(conn: Connection) -> Terms:
    return Terms(dict(_ALL(conn, {}).all()))


def ensure(conn: Connection, wanted: Iterable[str]) -> Terms:
    """The same, after numbering what is new. Only who holds the log's lock may call this."""
    terms = load(conn)
    new = sorted(set(wanted) - terms.ids.keys())
    if new:
        first = max(terms.names, default=0) + 1
        conn.execute(insert(Term), [{"id": number, "term": term} for number, term in enumerate(new, first)])
        terms = Terms(terms.ids | {term: number for number, term in enumerate(new, first)})
    return terms
