"""Merging two people into one, and splitting them again. A merge is a pointer and an event: no account moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

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
    sides = _sides(conn, kept, gone)
    return merge_all(conn, [sides], ground, by, via)[0]


def merge_all(
    conn: Connection, pairs: Sequence[tuple[int, int]], ground: str, by: int | None, via: str = "system"
) -> list[int]:
    """Merge (kept, gone) in this order, in a few statements for all; pairs that are one person already are left out."""
    changes.begin(conn)
    groups = _Groups(conn, {person for pair in pairs for person in pair})
    joined = [sides for kept, gone in pairs if (sides := groups.join(kept, gone))]
    if not joined:
        return []
    people = {person for pair in joined for person in (pair[0], *groups.of(pair[0]))}
    extras = [{"kept": kept, "gone": gone, "ground": ground} for kept, gone in joined]
    first = changes.announce_all(conn, "merged", people, extras)
    rows: list[dict[str, Any]] = [
        {"kept_id": kept, "gone_id": gone, "known": position, "ground": ground}
        for position, (kept, gone) in enumerate(joined, first)
    ]
    made = dict(conn.execute(insert(Merge).returning(Merge.known, Merge.id), rows).all())
    numbers = [made[row["known"]] for row in rows]
    moved = [{"_id": person, "root_id": top} for person, top in sorted(groups.moved.items())]
    conn.execute(update(Person).where(Person.id == bindparam("_id")), moved)
    _inherit(conn, joined)
    acts = [
        audit.Act(f"person:{gone}", kept, {"kept": kept, "gone": gone, "ground": ground, "merge": number})
        for number, (kept, gone) in zip(numbers, joined, strict=True)
    ]
    audit.record_all(conn, "person.merged", acts, actor_id=by, via=via)
    return numbers


class _Groups:
    """Who counts as whom, while merges are added one by one. `moved` holds what has to be written."""

    def __init__(self, conn: Connection, people: Collection[int]) -> None:
        top = func.coalesce(Person.root_id, Person.id)
        roots = set(conn.scalars(select(top).where(among(conn, Person.id, people))))
        mine = or_(among(conn, Person.id, roots), among(conn, Person.root_id, roots))
        self._root = dict(conn.execute(select(Person.id, top).where(mine)).all())
        self._members: dict[int, list[int]] = {}
        for person, root_ in self._root.items():
            self._members.setdefault(root_, []).append(person)
        self.moved: dict[int, int] = {}

    def of(self, person: int) -> list[int]:
        return self._members[self._root[person]]

    def join(self, kept: int, gone: int) -> tuple[int, int] | None:
        """The two roots that became one, or None where they were."""
        kept, gone = self._root[kept], self._root[gone]
        if kept == gone:
            return None
        moving = self._members.pop(gone)
        self._members[kept].extend(moving)
        for person in moving:
            self._root[person] = self.moved[person] = kept
        return kept, gone


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


def _inherit(conn: Connection, joined: Sequence[tuple[int, int]]) -> None:
    """What a kept person lacks is taken from the other: e-mail and time zone."""
    people = {person for pair in joined for person in pair}
    columns = select(Person.id, Person.email, Person.timezone).where(among(conn, Person.id, people))
    known = {row.id: [row.email, row.timezone] for row in conn.execute(columns)}
    before = {person: list(told) for person, told in known.items()}
    for kept, gone in joined:
        known[kept] = [mine or theirs for mine, theirs in zip(known[kept], known[gone], strict=True)]
    rows = [
        {"_id": person, "email": told[0], "timezone": told[1]}
        for person, told in sorted(known.items())
        if told != before[person]
    ]
    if rows:
        conn.execute(update(Person).where(Person.id == bindparam("_id")), rows)
