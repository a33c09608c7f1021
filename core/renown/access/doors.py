"""Everybody who may sign in, for who counts heads; and those of some role, for who tells them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from renown.access.models import Login
from renown.access.viewer import ROLES, Role
from renown.db.packed import pack
from renown.people.models import ACTIVE, Person


def everybody(conn: Connection) -> tuple[array[int], array[int]]:
    """People, by id, and since when they are known here (microseconds): of those merged into one, the earliest."""
    root = aliased(Person)
    found = (
        select(root.id, func.min(Person.created_at).label("since"))
        .join(Login, Login.person_id == Person.id)
        .join(root, root.id == func.coalesce(Person.root_id, Person.id))
        .where(Person.status == ACTIVE, root.status == ACTIVE, root.bot.is_(False))
        .group_by(root.id)
        .order_by(root.id)
    )
    people, since = pack(conn, found)
    return people, since


def with_role(conn: Connection, least: Role) -> Sequence[int]:
    """Root people who sign in with this role or more, by id."""
    root = aliased(Person)
    found = (
        select(root.id)
        .join(Person, root.id == func.coalesce(Person.root_id, Person.id))
        .join(Login, Login.person_id == Person.id)
        .where(Login.role.in_(ROLES[ROLES.index(least) :]), Person.status == ACTIVE, root.status == ACTIVE)
        .distinct()
        .order_by(root.id)
    )
    return conn.scalars(found).all()
