"""Whom a viewer may look at: the people that boards would show them, and themselves."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, text

from renown.access.viewer import Viewer
from renown.db.sets import listed
from renown.db.spelled import Spelled, spelled_among
from renown.ledger import visibility
from renown.ledger.visibility import Preset, State
from renown.people.models import ACTIVE


@dataclass(frozen=True)
class Shown:
    """A root person who may be looked at."""

    id: int
    handle: str
    name: str


def may_see(conn: Connection, viewer: Viewer, person_id: int, today: int) -> bool:
    """Whether the viewer may open this root person's page. One's own can always be opened."""
    if viewer.person_id is not None and viewer.person_id == person_id:
        return True
    if not visibility.shows_people(viewer, visibility.preset(conn)):
        return False
    return _state(conn, person_id, today) == State.VISIBLE


def shown(conn: Connection, viewer: Viewer, people: Collection[int], today: int) -> dict[int, Shown]:
    """Of these root people, those whom the viewer may look at, by id."""
    wanted, under = set(people), visibility.preset(conn)
    if not visibility.shows_people(viewer, under):
        wanted &= {viewer.person_id or 0}
    if not wanted:
        return {}
    values = {"me": viewer.person_id or 0, "today": today, "active": ACTIVE, "given": listed(conn, sorted(wanted))}
    return {row[0]: Shown(*row) for row in _shown(under).rows(conn, values)}


# Every page that names somebody asks these two.
@cache
def _shown(under: Preset) -> Spelled:
    return spelled_among(
        f"""
        SELECT p.id, p.handle, p.name FROM core_person p
        WHERE p.id {{among}} AND (p.id = :me OR {visibility.state_under(under)} = {State.VISIBLE:d})
        """,
        "BIGINT",
    )


@cache
def _employees(under: Preset) -> Spelled:
    return spelled_among(
        f"""
        SELECT p.id FROM core_person p
        WHERE p.status = :active AND coalesce(p.left_day, :today + 1) > :today AND p.id {{among}}
          AND {visibility.state_under(under)} >= {State.HIDDEN:d}
        ORDER BY p.id
        """,
        "BIGINT",
    )


def employees(conn: Connection, today: int, people: Collection[int] | None = None) -> array[int]:
    """Root people who work here on that day, by id, hidden or not: all of them, or of `people`. To reckon with."""
    if people is not None:
        given = {"today": today, "active": ACTIVE, "given": listed(conn, sorted(people))}
        asked = _employees(visibility.preset(conn)).rows(conn, given) if people else ()
        return array("q", [one for (one,) in asked])
    query = f"""
        SELECT p.id FROM core_person p
        WHERE p.status = :active AND coalesce(p.left_day, :today + 1) > :today
          AND {visibility.state_of(conn)} >= :hidden
        ORDER BY p.id
    """
    values = {"active": ACTIVE, "today": today, "hidden": int(State.HIDDEN)}
    return array("q", conn.scalars(text(query), values))


def hidden(conn: Connection, person_id: int, today: int) -> bool:
    """Whether a root person's numbers are theirs alone, by their own choice or the organisation's."""
    return _state(conn, person_id, today) == State.HIDDEN


def _state(conn: Connection, person_id: int, today: int) -> int | None:
    query = f"SELECT {visibility.state_of(conn)} FROM core_person p WHERE p.id = :person"
    state: int | None = conn.scalar(text(query), {"person": person_id, "today": today, "active": ACTIVE})
    return state


def people(
    conn: Connection,
    viewer: Viewer,
    today: int,
    *,
    search: str = "",
    team: int | None = None,
    after: str = "",
    limit: int = 50,
) -> Sequence[Shown]:
    """Those whom the viewer may see, by name; `after` is the name on which the page before ended, and "/" and id."""
    if not visibility.shows_people(viewer, visibility.preset(conn)):
        return []
    name, _, last = after.rpartition("/")
    where = ["p.status = :active", "NOT p.bot", "(p.root_id IS NULL OR p.root_id = p.id)"]
    if search:
        where.append("(lower(p.name) LIKE :search ESCAPE '\\' OR p.handle LIKE :search ESCAPE '\\')")
    if after:
        where.append("(lower(p.name), p.id) > (:name, :last)")
    if team is not None:
        where.append(_IN_TEAM)
    query = f"""
        SELECT p.id, p.handle, p.name FROM core_person p
        WHERE {" AND ".join(where)} AND {visibility.state_of(conn)} = :visible
        ORDER BY lower(p.name), p.id LIMIT :limit
    """
    values = {
        "today": today,
        "active": ACTIVE,
        "visible": int(State.VISIBLE),
        "limit": limit,
        "search": f"%{_plain(search.lower())}%",
        "name": name,
        "last": int(last) if last.isdecimal() and len(last) < 19 else 0,
        "team": team,
    }
    used = {key: value for key, value in values.items() if f":{key}" in query}
    return [Shown(*row) for row in conn.execute(text(query), used)]


_IN_TEAM = """
    EXISTS (SELECT 1 FROM core_team_member m JOIN core_person q ON q.id = m.person_id
            WHERE coalesce(q.root_id, q.id) = p.id AND m.team_id = :team AND m.dropped IS NULL
              AND coalesce(m.from_day, :today) <= :today AND coalesce(m.to_day, :today + 1) > :today)
"""


def _plain(search: str) -> str:
    """Without the wildcards of LIKE."""
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
