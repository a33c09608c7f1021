"""A company on a new database: employees who may sign in, one customer, and the plugin's own pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from renown import app, clock
from renown.access import signin
from renown.access.viewer import Role
from renown.app import Renown
from renown.context import PluginContext
from renown.events import log
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Quality, Ref, collab
from renown.jobs.worker import drain_all
from renown.ledger import visibility
from renown.people import affiliations, persons, teams
from renown.people.models import Identity, Person
from renown.settings import Settings
from renown.sources import registry
from tests.ready import MIGRATED, State

SOURCE = "slack:T1"
#: A Wednesday at noon.
NOW = 20_593 * clock.DAY + 12 * 3600 * clock.SECOND
ADMIN, MODERATOR = 0, 1
ROLES: Mapping[int, Role] = {ADMIN: "administrator", MODERATOR: "moderator"}


class Company:
    """Employee n is `people[n]`, called "Name00", "Name01", ...: 0 is administrator, 1 moderator."""

    def __init__(self, renown: Renown) -> None:
        self.renown, self.db = renown, renown.db
        self.now = NOW
        self.app = app.create_app(renown)
        with self.db.read() as conn:
            self.acts = log.head(conn)
            row = registry.by_name(conn, SOURCE)
            self.people = list(conn.scalars(select(Person.id).where(Person.name.like("Name%")).order_by(Person.name)))
            self.customer = conn.scalars(select(Person.id).where(Person.name == "Customer")).one()
        assert row is not None
        self.source = registry.info(row)

    def settle(self) -> None:
        drain_all(self.db, self.renown.drains)

    def later(self, days: float) -> None:
        self.now += int(days * clock.DAY)

    def likes(self, given: Mapping[tuple[int, int], int], days_ago: int = 10, *, private: bool = False) -> None:
        """Who likes so many things of whom, each another one."""
        every = [pair for pair, times in given.items() for _ in range(times)]
        events = [self._like(rater, owner, days_ago, private) for rater, owner in every]
        with self.db.write() as conn:
            log.append(conn, [(self.source, events)])

    def _like(self, rater: int, owner: int, days_ago: int, private: bool) -> CloudEvent:
        self.acts += 1
        thing = ObjectRef(id=f"m{self.acts}", kind="message", attributedTo=Actor(id=f"U{owner}"))
        return CloudEvent(
            specversion="1.0",
            id=f"e{self.acts}",
            source=SOURCE,
            type=collab("react"),
            time=clock.to_datetime(self.now - days_ago * clock.DAY + self.acts),
            data=Data(
                type="Like",
                actor=Actor(id=f"U{rater}"),
                object=thing,
                target=Ref(id="C1", name="#general"),
                quality=Quality(private=True) if private else None,
            ),
        )

    def team(self, called: str, numbers: Sequence[int]) -> int:
        with self.db.write() as conn:
            made = teams.add(conn, called)
            for n in numbers:
                teams.place(conn, self.people[n], made, None)
        return made

    def browser(self, n: int | None) -> FlaskClient:
        """Of employee n; None is a stranger's, -1 the customer's."""
        client = self.app.test_client()
        if n is not None:
            person = self.customer if n < 0 else self.people[n]
            with client.session_transaction() as session:
                session["_user_id"] = f"{person}:0:test"
        return client

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        with self.renown.contexts.of("influence").writing() as ctx:
            yield ctx

    def preset(self, chosen: str, *hidden: int) -> None:
        with self.db.write() as conn:
            visibility.set_preset(conn, chosen)
            for n in hidden:
                conn.execute(update(Person).where(Person.id == self.people[n]).values(shown=False))
            visibility.moved(conn, self.people)
        self.settle()


def name(n: int) -> str:
    return f"Name{n:02}"


def submit(client: FlaskClient, path: str, **values: str) -> TestResponse:
    """What a form on our pages sends, with its proof."""
    page = client.get("/me/privacy").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return client.post(path, data=values | {"csrf_token": found[1]})


def words(answer: TestResponse) -> str:
    """What a page says, without its marks."""
    page = answer.get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[-1]).split())


@cache
def settled(size: int) -> State:
    """A company of this size, in which nothing happened yet."""

    def reach(url: str) -> None:
        with TemporaryDirectory() as folder, begun(url, Path(folder)) as renown:
            _found(renown, size)
            drain_all(renown.db, renown.drains)

    return State(f"company{size}", reach, MIGRATED)


def _found(renown: Renown, size: int) -> None:
    with renown.db.write() as conn:
        row = registry.add(conn, renown.keyring, "slack", SOURCE)
        registry.change(conn, row.id, affiliation="employee", vouches=True)
        people = [persons.add(conn, name(n), f"{name(n)}@example.com") for n in range(size)]
        accounts = [
            {"source_id": row.id, "key": f"U{n}", "person_id": one, "first_seen": 1} for n, one in enumerate(people)
        ]
        conn.execute(insert(Identity), accounts)
        for n, one in enumerate(people):
            signin.add_login(conn, one, f"{name(n)}@example.com", ROLES.get(n, "member"))
        customer = persons.add(conn, "Customer", "customer@example.org")
        affiliations.affiliate(conn, customer, "customer")
        signin.add_login(conn, customer, "customer@example.org", "customer")


@contextmanager
def begun(url: str, folder: Path, now: Callable[[], int] = lambda: NOW) -> Iterator[Renown]:
    renown = app.build(Settings(data=folder, database_url=url, secret_key="k" * 40))
    with clock.set_to(now):
        renown.begin()
        yield renown
    renown.close()


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Company]:
    """Over a database in which it is settled; its clock is the company's."""
    company: list[Company] = []
    with begun(url, folder, lambda: company[0].now if company else NOW) as renown:
        company.append(Company(renown))
        yield company[0]
