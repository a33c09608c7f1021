"""Merging two people into one, and splitting them again. A merge is a pointer and an event: no account moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from renown import audit
from renown.db.sets import among
from renown.people import changes
from renown.people.models import ERASED, Identity, Merge, Person, TeamMember


class Refused(ValueError):
    """People cannot be changed like that. The text says why, for whoever asked."""


@dataclass(frozen=True)
class Side:
    """One of two people about to become one, with everybody who was merged into them before."""

    person: int
    handle: str
    name: str
    members: tuple[int, ...]
    accounts: int
    teams: int


@dataclass(frozen=True)
class Preview:
    """What a merge would do: `gone` counts as `kept` from then on, and can be split off again."""

    kept: Side
    gone: Side


def root(conn: Connection, person: int) -> int:
    """Whom this person counts as now. Raises Refused for an unknown person."""
    found = conn.execute(select(Person.id, Person.root_id).where(Person.id == person)).one_or_none()
    if found is None:
        raise Refused(f"person {person} is not known")
    return int(found.root_id or found.id)


def members(conn: Connection, person: int) -> tuple[int, ...]:
    """Everybody who counts as this root now, the root first."""
    rest = conn.scalars(select(Person.id).where(Person.root_id == person, Person.id != person).order_by(Person.id))
    return (person, *rest)


def preview(conn: Connection, kept: int, gone: int) -> Preview:
    """Raises Refused where `merge` would."""
    kept, gone = _sides(conn, kept, gone)
    return Preview(_side(conn, kept), _side(conn, gone))


def merge(conn: Connection, kept: int, gone: int, ground: str, by: int | None, via: str = "system") -> int:
    """Let `gone` count as `kept` from now on; returns the merge's id. `ground`: email, external-id, administrator."""
    changes.begin(conn)
    kept, gone = _sides(conn, kept, gone)
    moving = members(conn, gone)
    position = changes.announce(conn, "merged", (kept, *moving), kept=kept, gone=gone, ground=ground)
    made = conn.execute(
        insert(Merge).values(kept_id=kept, gone_id=gone, known=position, ground=ground).returning(Merge.id)
    ).scalar_one()
    conn.execute(update(Person).where(among(conn, Person.id, moving)).values(root_id=kept))
    _inherit(conn, kept, gone)
    audit.record(
        conn,
        "person.merged",
        actor_id=by,
        via=via,
        target=f"person:{gone}",
        person_id=kept,
        details={"kept": kept, "gone": gone, "ground": ground, "merge": made},
    )
    return made


def split(conn: Connection, merge_id: int, by: int | None, via: str = "system") -> None:
    """Undo one merge: who was gone stands alone again, with those merged into them before. Raises Refused."""
    changes.begin(conn)
    found = conn.execute(select(Merge.__table__).where(Merge.id == merge_id)).one_or_none()
    if found is None or found.undone is not None:
        raise Refused(f"merge {merge_id} is not known, or was split already")
    was = root(conn, found.gone_id)
    group = members(conn, was)
    others = select(Merge.gone_id, Merge.kept_id).where(
        Merge.undone.is_(None), Merge.id != merge_id, among(conn, Merge.gone_id, group)
    )
    pointers = dict(conn.execute(others).all())
    roots = {person: follow(pointers, person) for person in group}
    position = changes.announce(conn, "split", group, kept=found.kept_id, gone=found.gone_id)
    conn.execute(update(Merge).where(Merge.id == merge_id).values(undone=position))
    moved = [{"_id": person, "root_id": to} for person, to in roots.items() if to != was]
    conn.execute(update(Person).where(Person.id == bindparam("_id")), moved)
    audit.record(
        conn,
        "person.split",
        actor_id=by,
        via=via,
        target=f"person:{found.gone_id}",
        person_id=found.kept_id,
        details={"kept": found.kept_id, "gone": found.gone_id, "merge": merge_id},
    )


def follow(pointers: Mapping[int, int], person: int) -> int:
    while person in pointers:
        person = pointers[person]
    return person


def active(conn: Connection, person: int) -> Iterable[tuple[int, int, str, int]]:
    """The merges that make up this root now: (merge id, gone person, ground, position known)."""
    group = members(conn, root(conn, person))
    rows = conn.execute(
        select(Merge.id, Merge.gone_id, Merge.ground, Merge.known)
        .where(Merge.undone.is_(None), among(conn, Merge.gone_id, group))
        .order_by(Merge.known)
    )
    return [(row.id, row.gone_id, row.ground, row.known) for row in rows]


def _sides(conn: Connection, kept: int, gone: int) -> tuple[int, int]:
    sides = root(conn, kept), root(conn, gone)
    if sides[0] == sides[1]:
        raise Refused("they are one person already")
    if conn.scalars(select(Person.id).where(among(conn, Person.id, sides), Person.status == ERASED)).first():
        raise Refused("an erased person cannot be merged")
    return sides


def _side(conn: Connection, person: int) -> Side:
    group: Collection[int] = members(conn, person)
    handle, name = conn.execute(select(Person.handle, Person.name).where(Person.id == person)).one()
    accounts = conn.scalar(select(func.count()).select_from(Identity).where(among(conn, Identity.person_id, group)))
    teams = conn.scalar(
        select(func.count())
        .select_from(TeamMember)
        .where(among(conn, TeamMember.person_id, group), TeamMember.dropped.is_(None))
    )
    return Side(person, handle, name, tuple(group), accounts or 0, teams or 0)


def _inherit(conn: Connection, kept: int, gone: int) -> None:
    """What the kept person lacks is taken from the other: e-mail and time zone."""
    other = conn.execute(select(Person.email, Person.timezone).where(Person.id == gone)).one()
    for name, value in other._mapping.items():
        if value is not None:
            conn.execute(
                update(Person).where(Person.id == kept, Person.__table__.c[name].is_(None)).values({name: value})
            )
