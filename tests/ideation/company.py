"""A company with customers, on a new database: who brings ideas, votes, answers; and a clock that can be moved."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from werkzeug.test import TestResponse

from renown import app, clock
from renown.access import signin
from renown.access.models import Login
from renown.access.viewer import NOBODY, Role, Viewer
from renown.app import Renown
from renown.context import PluginContext
from renown.jobs.worker import drain_all
from renown.people import affiliations, persons
from renown.people.models import Person
from renown.settings import Settings
from renown_ideation import boards
from renown_ideation.models import Board
from renown_ideation.moderation import spam
from tests.ready import MIGRATED, State

#: A Wednesday at noon.
NOW = 20_593 * clock.DAY + 12 * 3600 * clock.SECOND
ROLES: dict[str, Role] = {
    "ada": "administrator",
    "mo": "moderator",
    "eve": "member",
    "emil": "member",
    "cleo": "customer",
    "carl": "customer",
}


class Company:
    """Ada administers, Mo moderates, Eve and Emil work here, Cleo and Carl are customers."""

    def __init__(self, renown: Renown) -> None:
        self.renown, self.db = renown, renown.db
        self.now = NOW
        self.app = app.create_app(renown)
        with self.db.read() as conn:
            here = conn.execute(select(Login.email, Login.person_id)).all()
        self.people = {row.email.partition("@")[0]: row.person_id for row in here} or self._joined()

    def _joined(self) -> dict[str, int]:
        people = {}
        with self.db.write() as conn:
            for name, role in ROLES.items():
                person = people[name] = persons.add(conn, name.title(), f"{name}@example.com")
                affiliations.affiliate(conn, person, "customer" if role == "customer" else "employee")
                signin.add_login(conn, person, f"{name}@example.com", role)
        self.settle()
        return people

    def settle(self) -> None:
        drain_all(self.db, self.renown.drains)

    def later(self, days: float) -> None:
        self.now += int(days * clock.DAY)
        self.settle()

    def viewer(self, name: str | None) -> Viewer:
        return NOBODY if name is None else Viewer(self.people[name], ROLES[name])

    def crowd(self, size: int) -> list[int]:
        """So many more people, with nothing but an id."""
        with self.db.write() as conn:
            first = (conn.scalar(func.max(Person.id).select()) or 0) + 1
            rows = [{"id": n, "handle": f"crowd{n}", "name": f"Crowd {n}"} for n in range(first, first + size)]
            conn.execute(insert(Person), rows)
        return [row["id"] for row in rows]  # type: ignore[misc]

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        with self.renown.contexts.of("ideation").writing() as ctx:
            yield ctx

    @contextmanager
    def reading(self) -> Iterator[PluginContext]:
        with self.renown.contexts.of("ideation").reading() as ctx:
            yield ctx

    def board(self, slug: str = "product", **values: str) -> int:
        with self.writing() as ctx:
            return boards.add(ctx, BOARD | {"slug": slug, "title": slug.title()} | values).id

    def boarded(self, ctx: PluginContext, slug: str = "product") -> Board:
        return boards.listed(ctx, self.viewer("ada"))[0] if not slug else _by_slug(ctx, self.viewer("ada"), slug)

    def browser(self, name: str | None) -> FlaskClient:
        client = self.app.test_client()
        if name is not None:
            with client.session_transaction() as session:
                session["_user_id"] = f"{self.people[name]}:0:test"
        return client


#: A public board, where all appears at once.
BOARD = {"audience": "public", "held": "nobody", "acknowledge_days": "2", "answer_days": "10"}


def _by_slug(ctx: PluginContext, viewer: Viewer, slug: str) -> Board:
    return next(one for one in boards.listed(ctx, viewer) if one.slug == slug)


def submit(client: FlaskClient, path: str, **values: str | list[str]) -> TestResponse:
    """What a form on our pages sends, with its proof. A list: of ticks with one name."""
    return client.post(path, data={"begun": begun(client)} | values | {"csrf_token": proof(client)})


def send(client: FlaskClient, path: str, **given: object) -> TestResponse:
    """What a program on our pages sends as JSON, with its proof."""
    return client.post(path, json=given, headers={"X-CSRFToken": proof(client)})


def proof(client: FlaskClient, path: str = "/me/privacy") -> str:
    """That a page of ours was opened, as forms have it."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found is not None
    return found[1]


def begun(client: FlaskClient) -> str:
    """What says that a form was opened an hour ago."""
    renown: Renown = client.application.extensions["renown"]
    with renown.contexts.of("ideation").reading() as ctx:
        return ctx.sign.make(spam.PURPOSE, clock.now() - 3600 * clock.SECOND)


def words(answer: TestResponse | str) -> str:
    """What a page says, without its marks."""
    page = answer if isinstance(answer, str) else answer.get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[-1]).split())


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Company]:
    renown = app.build(Settings(data=folder, database_url=url, secret_key="k" * 40))
    company: list[Company] = []
    with clock.set_to(lambda: company[0].now if company else NOW):
        renown.begin()
        company.append(Company(renown))
        yield company[0]
    renown.close()


def _staffed(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(url, Path(folder)):
        pass


#: The people of a company are there, and nothing happened yet.
STAFFED = State("company", _staffed, MIGRATED)
