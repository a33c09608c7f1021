"""A site for one test: people, their acts, and what came of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from renown import clock
from renown.access.signin import add_login
from renown.access.viewer import Role, Viewer
from renown.app import build, create_app
from renown.context import PluginContext
from renown.context.switching import set_enabled
from renown.db.engine import Database
from renown.events import log
from renown.events.types import Activity, Actor, CloudEvent, Data, ObjectRef, Ref, Tag, collab
from renown.hooks.guard import Fault
from renown.hooks.manager import Plugins
from renown.hooks.types import Panel
from renown.jobs.worker import drain_all
from renown.ledger import boards, periods, standings
from renown.people import persons
from renown.people.models import Identity, Person
from renown.settings import Settings
from renown.sources import registry
from renown_migrations import CORE, upgrade

SOURCE = "test"
FILE = "renown.sqlite3"
_MADE: dict[str, Activity] = {"react": "Like", "vote": "Like", "accept": "Accept", "delete": "Delete", "edit": "Update"}


class Kit:
    """`renown_kit` in tests. Bundled plugins are on, others off until `enable`d. Amounts are in whole units."""

    def __init__(self, folder: Path, template: bytes | None = None) -> None:
        """`template` is what `migrated` made, so that tables are not made for each test anew."""
        if template is not None:
            (folder / FILE).write_bytes(template)
        settings = Settings(
            data=folder,
            database_url=f"sqlite:///{folder / FILE}",
            secret_key="only for tests",  # noqa: S106
        )
        self.renown = build(settings)
        self.db = self.renown.db
        if template is None:
            upgrade(self.db, {**CORE, **self.renown.plugins.migrations})
        self.renown.begin()
        with self.db.write() as conn:
            row = registry.add(conn, self.renown.keyring, "cloudevents", SOURCE)
            registry.change(conn, row.id, affiliation="employee", vouches=True)
        with self.db.read() as conn:
            found = registry.by_name(conn, SOURCE)
            assert found is not None
            self.source = registry.info(found)

    def close(self) -> None:
        self.renown.close()

    def enable(self, plugin: str) -> None:
        """Raises NotSwitched with the reason where it cannot run."""
        set_enabled(self.db, self.renown.plugins, plugin, True, actor_id=None, via="system")

    def disable(self, plugin: str) -> None:
        set_enabled(self.db, self.renown.plugins, plugin, False, actor_id=None, via="system")

    def person(self, name: str, role: Role | None = None) -> int:
        """Somebody with an account in the source "test"; who may sign in, if a role is given."""
        with self.db.write() as conn:
            person = persons.add(conn, name, f"{name.lower()}@example.test")
            account = {"source_id": self.source.id, "key": self.account(person), "person_id": person}
            conn.execute(insert(Identity).values(account))
            if role is not None:
                add_login(conn, person, f"{name.lower()}@example.test", role)
        return person

    def account(self, person: int) -> str:
        return f"U{person}"

    def act(
        self,
        person: int,
        verb: str,
        *,
        on: str | None = None,
        owner: int | None = None,
        to: str | None = None,
        kind: str = "message",
        words: int | None = 20,
        content: str | None = None,
        mentions: Sequence[int] = (),
        hashtags: Sequence[str] = (),
        days_ago: int = 0,
    ) -> str:
        """One act of a person, as a network would tell it. Returns the object's id: what `on` and `to` may name."""
        thing = on or secrets.token_hex(6)
        data = Data(
            type=_MADE.get(verb, "Create"),
            actor=Actor(id=self.account(person)),
            object=ObjectRef(
                id=thing,
                kind=kind,
                words=words,
                attributedTo=None if owner is None else Actor(id=self.account(owner)),
                inReplyTo=None if to is None else Ref(id=to),
                tag=[
                    *(Tag(type="Mention", href=self.account(one)) for one in mentions),
                    *(Tag(type="Hashtag", name=one) for one in hashtags),
                ]
                or None,
            ),
            target=Ref(id="C1", name="general"),
            content=content,
        )
        at = clock.to_datetime(clock.now() - days_ago * clock.DAY)
        self.append(
            CloudEvent(
                specversion="1.0",
                id=secrets.token_hex(8),
                source=SOURCE,
                type=collab(verb),
                time=at,
                data=data,
            )
        )
        return thing

    def append(self, *events: CloudEvent) -> None:
        with self.db.write() as conn:
            log.append(conn, [(self.source, events)])

    def settle(self) -> None:
        """Let everything follow from what was done: entries, standings, jobs. Raises what a job raises."""
        drain_all(self.db, self.renown.drains)

    def amount(self, person: int, measure: str, period: str = "all") -> float:
        """A person's total, as they themselves would see it."""
        with self.db.read() as conn:
            span = periods.parse(period, standings.today(conn))
            line = boards.rank(conn, Viewer(person, "member"), person, measure, span.kind, span.start)
        return 0 if line is None else line.amount / 1000

    @contextmanager
    def context(self, plugin: str) -> Iterator[PluginContext]:
        """What the plugin is handed, in a transaction that is committed when the block ends."""
        with self.renown.contexts.of(plugin).writing() as ctx:
            yield ctx

    def panels(self, plugin: str, place: str, subject: int | None = None, viewer: Viewer | None = None) -> list[Panel]:
        """A plugin's boxes. Raises AssertionError with the reason where it failed."""
        with self.db.read() as conn:
            found = self.renown.dispatcher.panels(plugin, place, subject, viewer or Viewer(subject, "member"), conn)
        assert not isinstance(found, Fault), found.reason
        return found

    def client(self, person: int | None = None) -> FlaskClient:
        """A browser without scripts; signed in, if a person is given who has a role."""
        client = create_app(self.renown).test_client()
        if person is not None:
            with client.session_transaction() as session:
                session["_user_id"] = f"{person}:0:test"
        return client

    def handle(self, person: int) -> str:
        with self.db.read() as conn:
            return str(conn.scalar(select(Person.handle).where(Person.id == person)))


def migrated(folder: Path) -> bytes:
    """An empty database with the tables of all installed plugins."""
    database = Database(f"sqlite:///{folder / FILE}")
    upgrade(database, {**CORE, **Plugins.discover().migrations})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return (folder / FILE).read_bytes()
