"""A site over each database, and people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from renown import app
from renown.access import signin
from renown.access.permissions import ACTIONS
from renown.access.viewer import ROLES, Role
from renown.app import Renown
from renown.db.engine import Database
from renown.people import affiliations, persons
from renown.settings import Settings


@dataclass
class Site:
    app: APIFlask
    db: Database
    renown: Renown
    people: dict[str, int] = field(default_factory=dict)

    def as_(self, role: str) -> FlaskClient:
        """A browser in which a person of this role has signed in."""
        client = self.app.test_client()
        if role != "nobody":
            with client.session_transaction() as session:
                session["_user_id"] = f"{self.people[role]}:0:test"
        return client

    def least(self, action: str) -> Role:
        """The least role that may do what the core or a plugin declares."""
        declared = self.renown.plugins.permissions.get(action)
        return ACTIONS[action] if declared is None else declared.role


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Iterator[Site]:
    settings = Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40, development=True)
    renown = app.build(settings)
    renown.begin()
    site = Site(app.create_app(renown), renown.db, renown)
    with renown.db.write() as conn:
        for role in ROLES[1:]:
            person = persons.add(conn, role.title(), f"{role}@example.com", handle=role)
            signin.add_login(conn, person, f"{role}@example.com", role)
            affiliations.affiliate(conn, person, "customer" if role == "customer" else "employee")
            site.people[role] = person
    yield site
    renown.close()
