"""All people, as whoever administers them sees them: page by page, and those who may be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from renown.db.sets import among
from renown.people.models import ACTIVE, ERASED, LEFT, SUSPENDED, Identity, Person

#: What can be asked for, and which root people it means.
STATES: dict[str, ColumnElement[bool] | None] = {
    "all": None,
    "active": (Person.status == ACTIVE) & Person.bot.is_(False),
    "unclaimed": Person.claimed.is_(False) & (Person.status == ACTIVE) & Person.bot.is_(False),
    "bots": Person.bot.is_(True),
    "left": Person.status == LEFT,
    "suspended": Person.status == SUSPENDED,
    "erased": Person.status == ERASED,
}
_ROOT = or_(Person.root_id.is_(None), Person.root_id == Person.id)


@dataclass(frozen=True)
class Entry:
    """`accounts` counts those of everybody who was merged into the person."""

    id: int
    handle: str
    name: str
    email: str | None
    status: int
    bot: bool
    claimed: bool
    accounts: int


def page(
    conn: Connection, *, search: str = "", state: str = "all", after: tuple[str, int] | None = None, limit: int = 50
) -> Sequence[Entry]:
    """By name; `after` is the lower-case name and id of the last one seen. An unknown state is all."""
    lower = func.lower(Person.name)
    chosen = select(
        Person.id, Person.handle, Person.name, Person.email, Person.status, Person.bot, Person.claimed
    ).where(_ROOT)  # fmt: skip
    condition = STATES.get(state)
    if condition is not None:
        chosen = chosen.where(condition)
    if search.strip():
        text = search.strip().lower()
        chosen = chosen.where(
            or_(
                lower.contains(text, autoescape=True),
                Person.handle.contains(text, autoescape=True),
                Person.email.contains(text, autoescape=True),
            )
        )
    if after is not None:
        chosen = chosen.where(or_(lower > after[0], (lower == after[0]) & (Person.id > after[1])))
    rows = conn.execute(chosen.order_by(lower, Person.id).limit(limit)).all()
    counts = accounts(conn, [row.id for row in rows])
    return [Entry(*row, counts.get(row.id, 0)) for row in rows]


def accounts(conn: Connection, people: Sequence[int]) -> dict[int, int]:
    """How many accounts each of these root people has."""
    root = func.coalesce(Person.root_id, Person.id)
    rows = conn.execute(
        select(root, func.count())
        .join(Identity, Identity.person_id == Person.id)
        .where(or_(among(conn, Person.id, people), among(conn, Person.root_id, people)))
        .group_by(root)
    )
    return {row[0]: row[1] for row in rows}


def same_mail(conn: Connection, limit: int = 50) -> list[tuple[str, list[Entry]]]:
    """Root people who share an e-mail that is believed: split by hand, or written into two lists. Never by name."""
    shared = (
        select(Person.email)
        .where(_ROOT, Person.email.is_not(None), Person.status != ERASED)
        .group_by(Person.email)
        .having(func.count() > 1)
        .order_by(Person.email)
        .limit(limit)
    )
    rows = conn.execute(
        select(Person.id, Person.handle, Person.name, Person.email, Person.status, Person.bot, Person.claimed)
        .where(_ROOT, Person.email.in_(shared), Person.status != ERASED)
        .order_by(Person.email, Person.id)
    ).all()
    counts = accounts(conn, [row.id for row in rows])
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.email, []).append(Entry(*row, counts.get(row.id, 0)))
    return list(found.items())
