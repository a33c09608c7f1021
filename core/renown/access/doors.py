"""Everybody who may sign in, for who counts heads."""

from __future__ import annotations

from array import array

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from renown.access.models import Login
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
