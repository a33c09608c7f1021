"""A site for one test: people, their acts, and what came of them."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from werkzeug.test import TestResponse

from renown import clock
from renown.access.signin import add_login
from renown.access.viewer import Role, Viewer
from renown.app import build, create_app
from renown.context import PluginContext, hosts, store
from renown.context.switching import follow, set_enabled
from renown.events.receive import Refusal, validate
from renown.events.types import Activity, Actor, CloudEvent, Data, ObjectRef, Ref, Tag, collab
from renown.hooks.guard import Fault
from renown.hooks.loading import NAMED_BY
from renown.hooks.types import Panel
from renown.jobs.worker import drain_all
from renown.ledger import boards, periods, standings
from renown.people import affiliations, persons, teams
from renown.people import erase as erasing
from renown.people import merge as merging
from renown.people.models import Identity, Person
from renown.settings import Settings
from renown.sources import intake, registry
from renown.sources.connector import SourceInfo
from renown.testing.crowd import crowd

SOURCE = "test"
_MADE: dict[str, Activity] = {"react": "Like", "vote": "Like", "accept": "Accept", "delete": "Delete", "edit": "Update"}

#: Hooks whose context may write.
_WRITING = ("events_recorded", "demo", "person_merged", "person_split", "person_erased")


class Kit:
    """`renown_kit` in tests. Bundled plugins are on, others off until `enable`d, or `only` some are. Amounts are in
    whole units.
    """

    #: The source that people act in, as a connector sees it.
    source: SourceInfo

    def __init__(self, folder: Path, database_url: str) -> None:
        """On a database that has its tables; `folder` is where files are kept."""
        settings = Settings(data=folder, database_url=database_url, secret_key="only for tests")  # noqa: S106
        self.renown = build(settings)
        self.db = self.renown.db
        if self.db.is_sqlite:
            # Nothing of a test run outlives it.
            event.listen(self.db.engine, "connect", _unflushed)
        self.renown.begin()
        with self.db.write() as conn:
            row = registry.add(conn, self.renown.keyring, "cloudevents", SOURCE)
            # What happens in private is told as well, so that tests meet it.
            registry.change(conn, row.id, affiliation="employee", vouches=True, keep_private=True)
        with self.db.read() as conn:
            found = registry.by_name(conn, SOURCE)
            assert found is not None
            self.source = registry.info(found)
        self._mails: Counter[str] = Counter()
        #: All that was told here, in order, also what a plugin refused.
        self.told: list[CloudEvent] = []

    def close(self) -> None:
        self.renown.close()

    def enable(self, plugin: str) -> None:
        """Raises NotSwitched with the reason where it cannot run."""
        set_enabled(self.db, self.renown.plugins, plugin, True, actor_id=None, via="system")

    def disable(self, plugin: str) -> None:
        set_enabled(self.db, self.renown.plugins, plugin, False, actor_id=None, via="system")

    def only(self, *plugins: str) -> None:
        """These and what they require are on, and nothing else. Raises NotSwitched, and KeyError for an unknown one."""
        wanted, known = self._required(plugins), self.renown.plugins
        bundled = [one.name for one in known.installed if one.bundled]
        # At once: one by one, each would be followed by all that a switch is followed by.
        with self.db.write() as conn:
            for name in set(known.enabled) - wanted:
                store.switch(conn, name, False, bundled)
        known.refresh(now=True)
        with self.db.write() as conn:
            follow(conn, known)
        for one in known.installed:
            if one.name in wanted and one.name not in known.enabled:
                self.enable(one.name)

    def _required(self, plugins: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for name in plugins:
            manifest = self.renown.plugins[name].manifest
            found |= {name} | self._required(manifest.requires if manifest else ())
        return found

    def person(self, name: str, role: Role | None = None, *, affiliation: str = "employee", team: int = 0) -> int:
        """Somebody with an account in the source "test"; who may sign in, if a role is given.

        `affiliation`: employee, customer, partner, supplier or bot. `team` is what `team` gave.
        """
        mail = self._mail(name)
        with self.db.write() as conn:
            person = persons.add(conn, name, mail)
            account = {"source_id": self.source.id, "key": self.account(person), "person_id": person}
            conn.execute(insert(Identity).values(account))
            if affiliation == "bot":
                affiliations.set_bot(conn, person)
            elif affiliation != "employee":
                affiliations.affiliate(conn, person, affiliation)
            if team:
                teams.place(conn, person, team, None)
            if role is not None:
                add_login(conn, person, mail, role)
        return person

    def _mail(self, name: str) -> str:
        local = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") or "somebody"
        self._mails[local] += 1
        number = self._mails[local]
        return f"{local}{'' if number == 1 else f'.{number}'}@example.test"

    def customer(self, name: str) -> int:
        """Somebody outside the house, who may sign in as a customer."""
        return self.person(name, "customer", affiliation="customer")

    def team(self, name: str) -> int:
        with self.db.write() as conn:
            return teams.add(conn, name)

    def merge(self, kept: int, gone: int) -> int:
        """Two of them turn out to be one person. Returns what `split` takes. Plugins hear of it when it is settled."""
        with self.db.write() as conn:
            return merging.merge(conn, kept, gone, "administrator", None)

    def split(self, merge: int) -> None:
        with self.db.write() as conn:
            merging.split(conn, merge, None)

    def erase(self, person: int) -> None:
        """For good. Plugins hear of it when it is settled."""
        with self.db.write() as conn:
            erasing.erase(conn, person, None)

    def crowd(self, people: int = 2_000, acts: int = 4_000) -> list[int]:
        """Many colleagues in many teams, and what they did in the last month, as a network would tell it."""
        return crowd(self, people, acts)

    def account(self, person: int) -> str:
        return f"U{person}"

    def allow_host(self, host: str) -> None:
        """Let `ctx.http` ask a host inside the house, too, as administrators can: "127.0.0.1", for a test's server."""
        with self.db.write() as conn:
            hosts.allow(conn, [*hosts.allowed(conn), host], actor_id=None, via="system")

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
        space: str = "C1",
        activity: Activity | None = None,
    ) -> str:
        """One act of a person, as a network would tell it. Returns the object's id: what `on` and `to` may name.

        `verb` is one of `renown.api.VERBS`, or the whole name of a plugin's own event type.
        """
        made, thing = self.event(
            person, verb, on=on, owner=owner, to=to, kind=kind, words=words, content=content, mentions=mentions,
            hashtags=hashtags, days_ago=days_ago, space=space, activity=activity,
        )  # fmt: skip
        self.append(made)
        return thing

    def event(
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
        space: str = "C1",
        activity: Activity | None = None,
    ) -> tuple[CloudEvent, str]:
        """As `act`, and not yet told: for `append`, many at once. With the object's id."""
        thing = on or secrets.token_hex(6)
        data = Data(
            type=activity or _MADE.get(verb, "Create"),
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
            target=Ref(id=space, name="general" if space == "C1" else space),
            content=content,
        )
        made = CloudEvent(
            specversion="1.0",
            id=secrets.token_hex(8),
            source=SOURCE,
            type=verb if "." in verb else collab(verb),
            time=clock.to_datetime(clock.now() - days_ago * clock.DAY),
            data=data,
        )
        return made, thing

    def append(self, *events: CloudEvent) -> None:
        """Tell them as a network does: plugins screen and enrich them. Raises ValueError for what nobody may tell."""
        words = self.renown.reception.words(external=False)
        for made in events:
            checked = validate(made, 0, words)
            if isinstance(checked, Refusal):
                raise ValueError(f"{made.type}: {'; '.join(f'{one.field} {one.message}' for one in checked.errors)}")
        self.told.extend(events)
        prepared = intake.judge(self.renown.reception, self.source, enumerate(events), parsed=True)
        intake.commit(self.db, [prepared])

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

    def call(self, plugin: str, hook: str, **given: Any) -> Any:
        """What a hook of a plugin gives, by its name and parameters, with `ctx` as Renown hands it over.

        What the hook writes is kept if it is one of those that may. What it raises is raised: no breaker counts it. Of
        the hooks of load it is what they gave when the site was made. Raises LookupError where it has none that is on.
        """
        if hook in NAMED_BY:
            self._implementation(plugin, hook)
            return self.renown.loaded.of(hook, plugin)
        function, parameters = self._implementation(plugin, hook)
        arguments = {name: value for name, value in given.items() if name in parameters}
        if "ctx" not in parameters:
            return _whole(function(**arguments))
        with self.db.write() if hook in _WRITING else self.db.read() as conn, self.renown.contexts(plugin, conn) as ctx:
            return _whole(function(**arguments, ctx=ctx))

    def _implementation(self, plugin: str, hook: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
        for name, function, parameters in self.renown.plugins.implementations(hook):
            if name == plugin:
                return function, parameters
        raise LookupError(f"{plugin} has no {hook}, or is off")

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

    def post(self, browser: FlaskClient, path: str, page: str | None = None, **fields: str) -> TestResponse:
        """Send a form, with the proof that stands in the `page` it is on; without one, `path` shows it."""
        proof = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page or path).text)
        assert proof, f"{page or path} holds no form: it has no csrf_token"
        return browser.post(path, data={"csrf_token": proof[1], **fields})

    def viewer(self, person: int | None, role: Role = "member") -> Viewer:
        """Who looks, for what asks by whom it is seen. None, with the role nobody: somebody who did not sign in."""
        return Viewer(person, role)

    def handle(self, person: int) -> str:
        with self.db.read() as conn:
            return str(conn.scalar(select(Person.handle).where(Person.id == person)))


def _whole(found: Any) -> Any:
    """A generator is run to its end while there is a transaction."""
    return list(found) if isinstance(found, Iterator) else found


def _unflushed(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
