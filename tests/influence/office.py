"""An office of thirty that relies on each other, reckoned by the plugin itself, and people who look at its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from renown import app, clock
from renown.access import signin
from renown.access.viewer import Role
from renown.app import Renown
from renown.context import PluginContext
from renown.events import log
from renown.events.types import Activity, Actor, CloudEvent, Data, ObjectRef, Quality, Ref, collab
from renown.jobs.worker import drain_all
from renown.ledger import visibility
from renown.ledger.models import Rule
from renown.people import teams
from renown.people.models import Identity, Person
from renown.sources import registry
from renown_influence import run
from renown_influence.models import Epoch
from tests.influence.company import NOW, SOURCE, begun
from tests.ready import MIGRATED, State

TEAMS = ("Support", "Sales", "Building")
KAFKA, GENERAL, SECRET = "C1", "C2", "the-back-room"
_NAMES = {KAFKA: "#kafka", GENERAL: "#general", SECRET: "#the-merger"}
ROLES: Mapping[str, Role] = {"U0": "member", "U20": "moderator", "U29": "administrator"}


class Office:
    """U0 to U29, ten to a team. Many rely on U1, U11 and U21 in #kafka; U10 to U19 each on somebody of Support."""

    def __init__(self, renown: Renown) -> None:
        self.renown = renown
        self.db = renown.db
        self.doors = set(ROLES)
        self.app: APIFlask = app.create_app(renown)
        self.staff = [f"U{number}" for number in range(30)]
        with self.db.read() as conn:
            self.numbers = log.head(conn)
            row = registry.by_name(conn, SOURCE)
        assert row is not None
        self.source = registry.info(row)
        self.people = self._people()

    def _people(self) -> dict[str, int]:
        with self.db.read() as conn:
            return {row.key: row.id for row in conn.execute(select(Identity.key, Person.id).join(Person))}

    def gather(self) -> None:
        """Everybody writes something, and has a team and a head of it."""
        self.take(self.made(who, GENERAL, days_ago=40) for who in self.staff)
        self.people = self._people()
        with self.db.write() as conn:
            made = [teams.add(conn, name) for name in TEAMS]
            for number, who in enumerate(self.staff):
                teams.place(conn, self.people[who], made[number // 10], None)
            for who, role in ROLES.items():
                signin.add_login(conn, self.people[who], f"{who}@example.com", role)

    def made(self, who: str, space: str, days_ago: int = 20) -> CloudEvent:
        """Something to rely on: M-<who>-<space>."""
        return self._event(who, "create", "Create", f"M-{who}-{space}", None, space, days_ago)

    def liked(
        self, who: str, owner: str, space: str = KAFKA, days_ago: int = 10, verb: str = "react", against: bool = False
    ) -> CloudEvent:
        """An act on what somebody made in a space; private in the secret one."""
        activity: Activity = "Dislike" if against else "Accept" if verb == "accept" else "Like"
        return self._event(who, verb, activity, f"M-{owner}-{space}", owner, space, days_ago)

    def _event(
        self, who: str, verb: str, activity: Activity, thing: str, owner: str | None, space: str, days_ago: int
    ) -> CloudEvent:
        self.numbers += 1
        private = space == SECRET
        return CloudEvent(
            specversion="1.0",
            id=f"e{self.numbers}",
            source=SOURCE,
            type=collab(verb),
            time=clock.to_datetime(NOW - days_ago * clock.DAY) + timedelta(seconds=self.numbers),
            data=Data(
                type=activity,
                actor=Actor(id=who, name=name(who), username=who.lower()),
                object=ObjectRef(
                    id=thing,
                    kind="answer",
                    attributedTo=Actor(id=owner) if owner else None,
                    url=f"https://acme.example/{thing}",
                ),
                target=Ref(id=space, name=_NAMES[space], url=f"https://acme.example/{space}"),
                quality=Quality(private=True) if private else None,
            ),
        )

    def take(self, events: Iterator[CloudEvent] | list[CloudEvent]) -> None:
        with self.db.write() as conn:
            log.append(conn, [(self.source, list(events))])

    def relying(self) -> None:
        """What the class says: 58 likes and 12 accepted answers."""
        experts = {"U1": range(2, 20), "U11": [*range(12, 20), *range(22, 28)], "U21": range(22, 28)}
        self.take(self.made(who, KAFKA) for who in experts)
        self.take(self.liked(f"U{n}", expert) for expert, many in experts.items() for n in many)
        self.take(self.liked(f"U{n}", "U1", verb="accept", days_ago=9) for n in range(2, 14))
        self.take(self.liked(f"U{n}", f"U{n - 10}", GENERAL) for n in range(10, 20))
        self.take(self.liked(f"U{n}", f"U{n - 20}", GENERAL) for n in range(20, 24))

    def reckon(self) -> None:
        """Everything that follows, and a run of what has not been reckoned yet."""
        drain_all(self.db, self.renown.drains)

    def again(self) -> None:
        """A run, though there was one today."""
        drain_all(self.db, self.renown.drains)
        with self.writing() as ctx:
            run.ask(ctx, "asked")
        drain_all(self.db, self.renown.drains)

    @contextmanager
    def reading(self) -> Iterator[PluginContext]:
        with self.renown.contexts.of("influence").reading() as ctx:
            yield ctx

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        with self.renown.contexts.of("influence").writing() as ctx:
            yield ctx

    def private_counts(self) -> None:
        """Likes in private places count from now on: so what is private may give somebody away, if anything lets it."""
        with self.db.write() as conn:
            conn.execute(update(Rule).where(Rule.name == "liked").values(body={"weight": 0.5, "private": True}))

    def preset(self, chosen: str, *hidden: str) -> None:
        with self.db.write() as conn:
            visibility.set_preset(conn, chosen)
            for who in hidden:
                conn.execute(update(Person).where(Person.id == self.people[who]).values(shown=False))
            visibility.moved(conn, list(self.people.values()))
        drain_all(self.db, self.renown.drains)

    def as_(self, who: str) -> FlaskClient:
        """A browser in which this account's person is signed in; they get a way to sign in if they have none."""
        client = self.app.test_client()
        if who not in self.doors:
            self.doors.add(who)
            with self.db.write() as conn:
                signin.add_login(conn, self.people[who], f"{who}@example.com", "member")
        with client.session_transaction() as session:
            session["_user_id"] = f"{self.people[who]}:0:test"
        return client

    def handle(self, who: str) -> str:
        with self.db.read() as conn:
            return str(conn.scalar(select(Person.handle).where(Person.id == self.people[who])))


def name(who: str) -> str:
    """A name that stands nowhere else on a page."""
    return f"Person{who[1:].zfill(2)} Lastname"


def connect(renown: Renown) -> None:
    with renown.db.write() as conn:
        row = registry.add(conn, renown.keyring, "slack", SOURCE)
        registry.change(conn, row.id, affiliation="employee", vouches=True, title="Slack of Acme")


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Office]:
    """Over a database in which it is reckoned."""
    with begun(url, folder) as renown:
        yield Office(renown)


@contextmanager
def reaching(url: str) -> Iterator[Office]:
    """To bring it into another state."""
    with TemporaryDirectory() as folder, opened(url, Path(folder)) as office:
        yield office


def _connected(url: str) -> None:
    with TemporaryDirectory() as folder, begun(url, Path(folder)) as renown:
        connect(renown)


def _reckoned(url: str) -> None:
    with reaching(url) as office:
        office.gather()
        office.relying()
        # Teams have their heads after the first tick.
        office.reckon()
        office.again()
        with office.writing() as ctx:
            # Fewer than a hundred pairs freeze a quarter once they have been there for four weeks, as these were.
            newest = select(func.max(Epoch.id)).scalar_subquery()
            ctx.session.execute(update(Epoch).where(Epoch.id == newest).values(lasting=True))


RECKONED = State("office", _reckoned, State("connected", _connected, MIGRATED))
