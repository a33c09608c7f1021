"""Who may sign in to the demo: an administrator, a member and a customer, each by a one-time link."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from renown.access import links, signin
from renown.access.viewer import Role
from renown.app import Renown
from renown.db import stored
from renown.people import persons

ADMINISTRATOR: Role = "administrator"
MEMBER: Role = "member"
CUSTOMER: Role = "customer"
#: Minutes for which a link is good.
LINK_MINUTES = 24 * 60


@dataclass(frozen=True)
class Door:
    """A way in: `secret` is the end of a one-time link."""

    role: str
    name: str
    secret: str


def open_for(conn: Connection, person: int, email: str, role: Role) -> None:
    """Let a person of the demo sign in, and remember whom the demo opens for."""
    signin.add_login(conn, person, email, role)
    stored.put(conn, "core", "demo", {**stored.get(conn, "core", "demo", {}), role: person})


def links_in(renown: Renown) -> list[Door]:
    """A new link for each of them, by the real clock. Nobody where this database is not the demo's."""
    with renown.db.write() as conn:
        kept: dict[str, int] = stored.get(conn, "core", "demo", {})
        return [
            Door(role, persons.get(conn, person).name, links.make(conn, person, LINK_MINUTES))
            for role, person in sorted(kept.items())
        ]
