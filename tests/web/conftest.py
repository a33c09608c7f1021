"""A site over each database, and people who look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import insert

from renown import web
from renown.access.models import Login
from renown.access.viewer import ROLES
from renown.db.engine import Database
from renown.hooks.dispatch import Dispatcher
from renown.hooks.loading import Loaded
from renown.hooks.manager import Plugins
from renown.people.models import Person
from renown.settings import Settings


@dataclass
class Wired:
    settings: Settings
    db: Database
    plugins: Plugins
    dispatcher: Dispatcher
    loaded: Loaded


@dataclass
class Site:
    app: APIFlask
    db: Database
    people: dict[str, int] = field(default_factory=dict)

    def as_(self, role: str) -> FlaskClient:
        """A browser in which a person of this role has signed in."""
        client = self.app.test_client()
        if role != "nobody":
            with client.session_transaction() as session:
                session["_user_id"] = f"{self.people[role]}:0"
        return client


def _no_context(plugin: str, conn: object) -> None:
    raise AssertionError(f"no plugin is installed, yet {plugin} asks for a context")


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Site:
    plugins = Plugins([])
    dispatcher = Dispatcher(plugins, _no_context)  # type: ignore[arg-type]
    settings = Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40, development=True)
    site = Site(web.create(Wired(settings, db, plugins, dispatcher, Loaded(plugins))), db)
    with db.write() as conn:
        for number, role in enumerate(ROLES[1:], 1):
            conn.execute(insert(Person).values(id=number, handle=role, name=role.title(), root_id=number))
            conn.execute(insert(Login).values(person_id=number, email=f"{role}@example.com", role=role, epoch=0))
            site.people[role] = number
    return site
