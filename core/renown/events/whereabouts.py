"""What a page elsewhere is called in the log, and how things there stand by what was told of them last."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from renown.db.sets import among
from renown.events.models import Event, Object, Space, Term
from renown.events.types import collab

#: Acts that tell how a thing stands, and how, where they do not say it themselves.
STANDING = {"create": "open", "reopen": "open", "resolve": "closed", "delete": "deleted"}


class Placed(NamedTuple):
    key: str
    private: bool


class Standing(NamedTuple):
    """`at` is when that was so from (microseconds)."""

    state: str
    at: int


def place(conn: Connection, source: int, url: str, name: str) -> Placed | None:
    """A place of a source by its address, else by its name, whatever their case."""
    by_url = func.lower(Space.url) == url.lower()
    found = conn.execute(
        select(Space.key, Space.private)
        .where(Space.source_id == source, or_(by_url, func.lower(Space.name) == name.lower()))
        .order_by(by_url.desc().nulls_last(), Space.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else Placed(found.key, found.private)


def standing(conn: Connection, source: int, key: str) -> Standing | None:
    """None where nothing was told of it."""
    verbs = {collab(verb): state for verb, state in STANDING.items()}
    found = conn.execute(
        select(Term.term, Event.state, Event.occurred_at)
        .join(Object, Object.id == Event.object_id)
        .join(Term, Term.id == Event.verb)
        .where(Object.source_id == source, Object.key == key, Term.term.in_(verbs))
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else Standing(found.state or verbs[found.term], found.occurred_at)


def keys(conn: Connection, objects: Collection[int]) -> dict[int, str]:
    """What objects are called in their sources, by number."""
    rows = conn.execute(select(Object.id, Object.key).where(among(conn, Object.id, list(objects))))
    return {row.id: row.key for row in rows}
