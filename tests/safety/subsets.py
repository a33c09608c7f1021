"""One installation that has every plugin, begun anew with any of them on; and a look at all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from renown import app
from renown.access import signin
from renown.access.viewer import ROLES, Viewer
from renown.app import Renown
from renown.context import store
from renown.db import stored
from renown.db.engine import Database
from renown.events import consume, log
from renown.jobs.models import Schedule
from renown.jobs.worker import drain_all
from renown.people import affiliations, persons
from renown.people.models import Identity
from renown.settings import Settings
from renown.sources import registry
from renown.sources.connector import SourceInfo
from renown_ideation import boards
from renown_ideation.ideas import voters, writing
from tests.events.kit import KEYRING, event, message

#: Those that are switched, each with where it begins.
HOMES = {
    "activity": "/boards/activity.points",
    "influence": "/influence",
    "ideation": "/ideas/product",
    "kudos": "/kudos",
    "care": "/care",
}
PLUGINS = tuple(HOMES)
NETWORKS = ("slack", "github", "oidc")
#: All combinations, each as the names of those that are on.
SUBSETS = tuple(
    tuple(name for name, on in zip(PLUGINS, which, strict=True) if on)
    for which in product((False, True), repeat=len(PLUGINS))
)
#: What not even an administrator is shown: a form of a later step, a file of none, what ends at somebody's word,
#: a list that the settings keep from customers.
ABSENT = frozenset({
    "/campaigns/new", "/influence/ask.csv", "/influence/ask.json", "/join", "/join/sent", "/portal/refused", "/thanks",
    "/api/v1/ideation/search", "/care/open",
})  # fmt: skip
READERS = ("nobody", "customer", "member", "administrator")
SOURCE = "tool:a"
_PLACES = ("home", "board", "admin")


@dataclass
class Installation:
    """Shared by all combinations: each finds what those before it did."""

    db: Database
    folder: Path
    people: dict[str, int]
    source: SourceInfo
    days: int = 0

    @contextmanager
    def with_on(self, names: Sequence[str]) -> Iterator[Renown]:
        """A process that starts with these on and all others off."""
        with self.db.write() as conn:
            for name in (*PLUGINS, *NETWORKS):
                store.switch(conn, name, name in names, ())
        settings = Settings(data=self.folder, database_url=self.db.url, secret_key="k" * 40, development=True)
        renown = app.build(settings)
        try:
            with self.db.write() as conn:
                for name, manifest in renown.plugins.manifests.items():
                    store.agree(conn, name, manifest.permissions)
            renown.begin()
            yield renown
        finally:
            renown.close()

    def lively_day(self) -> None:
        """A customer's question, its answer, thanks for it, a mention, and a message that is taken back."""
        self.days += 1
        day, at = f"d{self.days}", self.days * 1440
        events = (
            event(
                f"{day}q:create", "ask", "Create", actor="U1", thing=f"{day}q", kind="question", space="C1", words=40,
                minute=at, source=SOURCE,
            ),
            message(f"{day}a", "U2", kind="answer", parent=f"{day}q", words=80, minute=at + 5, source=SOURCE),
            event(
                f"{day}acc", "accept", "Accept", actor="U1", thing=f"{day}a", owner="U2", minute=at + 9, source=SOURCE
            ),
            event(
                f"{day}l", actor="U3", thing=f"{day}a", owner="U2", content="+1", statekey=f"U3:{day}a",
                minute=at + 9, source=SOURCE,
            ),
            message(f"{day}m", "U3", mentions=("U1", "U3"), minute=at + 20, source=SOURCE),
            message(f"{day}x", "U3", minute=at + 30, source=SOURCE),
            event(f"{day}gone", "delete", "Delete", actor="U3", thing=f"{day}x", minute=at + 31, source=SOURCE),
        )  # fmt: skip
        with self.db.write() as conn:
            log.append(conn, [(self.source, events)])

    def act(self, renown: Renown) -> None:
        """What people do on the pages of the plugins themselves, where those are on."""
        member, administrator = (Viewer(self.people[role], role) for role in ("member", "administrator"))
        if renown.plugins.is_on("kudos"):
            from renown_kudos import giving

            with renown.contexts.of("kudos").writing() as ctx:
                giving.give(ctx, member, "administrator", f"for the help of day {self.days}")
        if renown.plugins.is_on("ideation"):
            with renown.contexts.of("ideation").writing() as ctx:
                board = next(iter(boards.listed(ctx, administrator)), None) or boards.add(ctx, BOARD)
                idea = writing.submit(
                    ctx, member, board, {"title": f"Day {self.days}", "body": "Let us have more of it."}
                )
                voters.vote(ctx, idea.id, self.people["administrator"])


#: A public board, where all appears at once.
BOARD = {
    "slug": "product", "title": "Product", "audience": "public", "held": "nobody", "acknowledge_days": "2",
    "answer_days": "10",
}  # fmt: skip


def installed(db: Database, folder: Path) -> Installation:
    people: dict[str, int] = {}
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "cloudevents", SOURCE)
        registry.change(conn, row.id, affiliation="employee", vouches=True)
        for number, role in enumerate(ROLES[1:], 1):
            person = people[role] = persons.add(conn, role.title(), f"{role}@example.com", handle=role)
            signin.add_login(conn, person, f"{role}@example.com", role)
            affiliations.affiliate(conn, person, "customer" if role == "customer" else "employee")
            conn.execute(insert(Identity).values(source_id=row.id, key=f"U{number}", person_id=person))
        found = registry.by_name(conn, SOURCE)
        # Each combination has its thanks and its idea, all of them today.
        stored.put(conn, "kudos", "a_month", 1000)
        stored.put(conn, "ideation", "most_ideas", 1000)
    assert found is not None
    return Installation(db, folder, people, registry.info(found))


def drained(renown: Renown) -> None:
    """All that is to do is done; nothing stopped, nothing was left out, and who is off stands still."""
    drain_all(renown.db, renown.drains)
    with renown.db.read() as conn:
        end, readers = log.head(conn), consume.listed(conn)
        failed = conn.scalars(select(Schedule.name).where(Schedule.error.is_not(None))).all()
    assert failed == []
    for row in readers:
        on = row.plugin in renown.plugins.enabled
        assert row.state == (consume.RUNNING if on else consume.OFF), row.name
        assert not on or row.position == end, row.name
    assert renown.dispatcher.calls.faults() == {}


def addresses(pages: Flask, renown: Renown, people: dict[str, int], turn: int) -> list[tuple[str, str]]:
    """Pages, boxes and reads of the API, each with who reads it this time: in four turns everybody reads everything."""
    paths = sorted(without_arguments(pages))
    for measure in renown.plugins.measures.values():
        if measure.listed and measure.subject == "person":
            paths += [f"/boards/{measure.name}", f"/api/v1/boards/{measure.name}", f"/people/member/why/{measure.name}"]
    for plugin in renown.dispatcher.with_panels():
        paths += [f"/panels/{plugin}/{place}" for place in _PLACES]
        paths += [f"/panels/{plugin}/person/{people['member']}"]
    paths += ["/people/member", "/people/administrator"]
    return [(path, READERS[(number + turn) % len(READERS)]) for number, path in enumerate(paths)]


def without_arguments(pages: Flask) -> dict[str, str]:
    """Addresses that can be read as they stand, each with the blueprint that it is of."""
    return {
        rule.rule: rule.endpoint.partition(".")[0]
        for rule in pages.url_map.iter_rules()
        if not rule.arguments and rule.methods and "GET" in rule.methods
    }


def off(pages: Flask, names: Sequence[str]) -> set[str]:
    """The addresses of these plugins."""
    return {path for path, blueprint in without_arguments(pages).items() if blueprint.partition("_")[0] in names}


def browsers(pages: Flask, people: dict[str, int]) -> dict[str, FlaskClient]:
    found = {role: pages.test_client() for role in READERS}
    for role, client in found.items():
        if role != "nobody":
            with client.session_transaction() as session:
                session["_user_id"] = f"{people[role]}:0:test"
    return found
