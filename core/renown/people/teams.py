"""Teams, and who was in which when. One person is in one team at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, or_, select, update

from renown.db.sets import among
from renown.people import changes
from renown.people.dated import write
from renown.people.handles import allot, slug
from renown.people.merge import Refused, members, root
from renown.people.models import ACTIVE, Person, Team, TeamMember


@dataclass(frozen=True)
class Membership:
    """One stretch of days [from_day, to_day) of one person in one team."""

    person: int
    handle: str
    name: str
    team: int
    from_day: int | None
    to_day: int | None


def add(conn: Connection, name: str, directory: str | None = None, wanted: str | None = None) -> int:
    """A new team; `wanted` is the slug it would like. Returns its id."""
    changes.begin(conn)
    free = allot(conn, Team.slug, {name: (wanted or name, name)}, fallback="team")[name]
    values = {"slug": free, "name": name, "directory": directory}
    return conn.execute(insert(Team).values(values).returning(Team.id)).scalar_one()


def rename(conn: Connection, team: int, name: str) -> None:
    conn.execute(update(Team).where(Team.id == team).values(name=name))


def archive(conn: Connection, team: int, archived: bool = True) -> None:
    """Take a team off the lists; its past stays true."""
    conn.execute(update(Team).where(Team.id == team).values(archived=archived))


def find(conn: Connection, text: str) -> int | None:
    """The team with this slug or name."""
    return conn.scalars(
        select(Team.id).where(or_(Team.slug == slug(text), Team.name == text.strip())).order_by(Team.archived, Team.id)
    ).first()


def place(conn: Connection, person: int, team: int | None, from_day: int | None, to_day: int | None = None) -> bool:
    """Put a person into a team (None: into none) on days [from_day, to_day); False if that was so already.

    Appends `renown.team-changed`. Acts before that position keep the team that was known then.
    """
    changes.begin(conn)
    person = root(conn, person)
    if team is not None and conn.scalar(select(Team.id).where(Team.id == team)) is None:
        raise Refused(f"team {team} is not known")
    values = None if team is None else {"team_id": team}
    return write(conn, TeamMember, "team-changed", person, values, from_day, to_day)


def on(conn: Connection, team: int, day: int) -> Sequence[Membership]:
    """Who is in the team on that day, as known now, by name; leavers and suspended people are left out."""
    return [
        one
        for one in _memberships(conn, TeamMember.team_id == team, Person.status == ACTIVE)
        if (one.from_day is None or one.from_day <= day) and (one.to_day is None or day < one.to_day)
    ]


def of(conn: Connection, person: int) -> Sequence[Membership]:
    """Where a person was, as known now, first to last."""
    group = members(conn, root(conn, person))
    return sorted(
        _memberships(conn, among(conn, TeamMember.person_id, group)),
        key=lambda one: (one.from_day is not None, one.from_day),
    )


def sizes(conn: Connection, day: int) -> dict[int, int]:
    """How many active people each team has on that day, counted now. Pages that many read take what the tick keeps."""
    rows = conn.execute(
        select(TeamMember.team_id, func.count())
        .join(Person, Person.id == TeamMember.person_id)
        .where(
            TeamMember.dropped.is_(None),
            Person.status == ACTIVE,
            or_(TeamMember.from_day.is_(None), TeamMember.from_day <= day),
            or_(TeamMember.to_day.is_(None), TeamMember.to_day > day),
        )
        .group_by(TeamMember.team_id)
    )
    return {row[0]: row[1] for row in rows}


def _memberships(conn: Connection, *where: object) -> list[Membership]:
    columns = (Person.id, Person.handle, Person.name, TeamMember.team_id, TeamMember.from_day, TeamMember.to_day)
    rows = conn.execute(
        select(*columns)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.dropped.is_(None), *where)  # type: ignore[arg-type]
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Membership(*row) for row in rows]
