"""A plugin with a function for every hook, one of which fails, on a site where others are at work."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from markupsafe import Markup
from marshmallow import Schema
from sqlalchemy import insert, select

from renown import app
from renown.access import signin, tokens
from renown.api import (
    Channel,
    Connector,
    Directory,
    Entry,
    Health,
    IdentityProvider,
    Job,
    MeasureSpec,
    Metric,
    NavItem,
    Panel,
    Permission,
    RuleSpec,
    hookimpl,
    needs,
)
from renown.app import Renown
from renown.context import store
from renown.db.engine import Database
from renown.hooks import specs
from renown.jobs import schedule
from renown.jobs.worker import run_once
from renown.ledger.models import Measure, Period, Standing
from renown.people import affiliations, persons
from renown.people.models import Identity
from renown.settings import Settings
from renown.sources import registry
from tests.events.kit import message
from tests.hooks.plugins import manifest, module
from tests.safety.made import installed
from tests.sources.kit import body

HOOKS = tuple(
    name for part in specs.MODULES for name, function in vars(part).items() if hasattr(function, "renown_spec")
)
SOURCE = "tool:a"
_MARKUP, _SPACE = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]+>", re.S), re.compile(r"\s+")


#: Instead of a hook: all are sound, and what those of load bring fails when it is used.
LATER = "later"


def hooks(fails: str | None) -> dict[str, Callable[..., Any]]:
    """One function for each hook that there is. That of `fails` raises."""
    pages = Blueprint("odd", __name__)
    pages.get("/odd")(needs("odd.look")(lambda: "seen"))
    found: dict[str, Callable[..., Any]] = {
        "connectors": lambda ctx: [type("Forum", (Connector,), {"network": "forum", "title": "Forum"})()],
        "identity_providers": lambda ctx: [
            type("Door", (IdentityProvider,), {"name": "door", "title": "", "admits": "known"})()
        ],
        "directories": lambda ctx: [],
        "channels": lambda ctx: [type("Pager", (Channel,), {"name": "pager", "title": ""})()],
        "blueprints": lambda ctx: [pages],
        "commands": lambda ctx: [click.Command("count")],
        "jobs": lambda ctx: [Job("sweep", "Sweep", 60_000_000, lambda inner: False)],
        "screen_event": lambda event: None,
        "enrich_event": lambda event: {"seen": 1},
        "events_recorded": lambda events, ctx: None,
        "score": _score,
        "explain": lambda person, measure, period, ctx: None,
        "navigation": lambda viewer, place: [NavItem("Oddities", "/odd")] if place == "top" else [],
        "panels": lambda place, subject, viewer, ctx: [Panel("Oddities", Markup("<p>odd</p>"))],
        "permit": lambda actor, action, target: None,
        "person_merged": lambda kept, gone, ctx: None,
        "person_split": lambda kept, gone, ctx: None,
        "person_erased": lambda person_id, ctx: None,
        "export_person": lambda person_id, viewer, ctx: {"oddities": 1},
        "demo": lambda day, ctx: None,
        "health": lambda ctx: [Health("oddity", True, "fine")],
        "metrics": lambda ctx: [Metric("oddities", 1)],
    }
    assert set(found) == set(HOOKS), "a hook that has no function here"
    if fails == LATER:
        found |= _brought()
    elif fails is not None:
        found[fails] = _raises(found[fails])
    return found


def _brought() -> dict[str, Callable[..., Any]]:
    """For the hooks of load: things of which each fails in something that people, networks or workers use."""
    pages = Blueprint("odd", __name__)
    pages.get("/odd")(needs("odd.look")(lambda: 1 / 0))
    asks = {"title": "Gate", "start": lambda self, callback, state, nonce, ctx: f"{callback}?state={state}"}
    things: dict[str, list[Any]] = {
        "connectors": [
            _thing("forum", Connector, title="Forum", export="forum", verify=lambda *_: None, normalise=_fails,
                   backfill=_fails),
            _thing("wall", Connector, title="Wall", verify=_fails),
        ],
        "identity_providers": [
            _thing("hatch", IdentityProvider, title=property(_fails)),
            _thing("door", IdentityProvider, title="Door", start=_fails),
            _thing("gate", IdentityProvider, **asks, finish=_fails),
        ],
        "directories": [_thing("list", Directory, title="List", rows=_fails)],
        "channels": [_thing("pager", Channel, title="Pager", address=_fails, send=_fails)],
        "blueprints": [pages],
        "commands": [click.Command("count", callback=_fails)],
        "jobs": [Job("sweep", "Sweep", 60_000_000, _fails)],
    }  # fmt: skip
    return {hook: lambda ctx, brought=brought: brought for hook, brought in things.items()}


def _thing(name: str, *bases: type, **parts: Any) -> Any:
    return type(name.title(), bases, {"name": name, "network": name, **parts})()


def _fails(*_: Any, **__: Any) -> Any:
    return 1 / 0


def _raises(like: Callable[..., Any]) -> Callable[..., Any]:
    """Takes what the other takes."""
    taken = ", ".join(like.__code__.co_varnames[: like.__code__.co_argcount])
    made: Callable[..., Any] = eval(f"lambda {taken}: 1 / 0")
    return hookimpl(made)


def _score(events: Any, rules: Any) -> list[Entry]:
    return [Entry(event.id, event.actor.identity, "odd.points", "any", 1000) for event in events]


def said(page: str) -> str:
    """The words of a page, as somebody reads them."""
    return html.unescape(_SPACE.sub(" ", _MARKUP.sub(" ", page)))


@dataclass
class Scene:
    renown: Renown
    #: Role to person.
    people: dict[str, int]
    token: str
    clients: dict[str, FlaskClient]

    def stranger(self) -> FlaskClient:
        return self.clients["member"].application.test_client()

    def page(self, path: str, role: str = "member") -> str:
        answer = self.clients[role].get(path)
        assert answer.status_code == 200, f"{path} answers {answer.status_code} to a {role}"
        return said(answer.get_data(as_text=True))

    def status(self, path: str, role: str = "member") -> int:
        return self.clients[role].get(path).status_code

    def found(self, path: str, pattern: str) -> str:
        """What an administrator reads there. Numbers are left out: the next run has others."""
        text = self.page(path, "administrator")
        read = re.search(pattern, text)
        assert read, f"{pattern!r} is not in {text}"
        return re.sub(r"\b\d[\d,:]*\b", "N", read[0]).strip()

    def send(self, key: str) -> dict[str, int]:
        """What the sender is told of one message of the member's."""
        raw = body(message(key, source=SOURCE))
        headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {self.token}"}
        answer = self.clients["member"].post("/api/v1/events", data=raw, headers=headers)
        assert answer.status_code == 200
        return {name: count for name, count in answer.get_json().items() if isinstance(count, int) and count}

    def work(self) -> None:
        """All that a worker does, twice; what fails is kept on its row."""
        for _ in range(2):
            for drain in self.renown.drains:
                while run_once(self.renown.db, drain):
                    pass

    def points(self, plugin: str) -> int:
        with self.renown.db.read() as conn:
            boards = select(Standing.amount).join(Period, Period.id == Standing.period_id)
            mine = boards.join(Measure, Measure.id == Period.measure).where(Measure.plugin == plugin)
            return sum(conn.scalars(mine.where(Period.kind == "all", Period.scope == "organisation")))


@contextmanager
def scene(db: Database, folder: Path, patch: pytest.MonkeyPatch, fails: str | None) -> Iterator[Scene]:
    """The site with the plugin switched on, as after a start."""
    patch.syspath_prepend(str(folder))
    installed(folder, "odd")
    module("odd", _manifest(), hooks(fails))
    with db.write() as conn:
        ours = ("activity", "influence", "ideation", "slack", "github", "oidc")
        store.seed(conn, (*ours, "odd"))
        store.agree(conn, "odd", _manifest().permissions)
    renown = app.build(Settings(data=folder, database_url=db.url, secret_key="k" * 40, development=True))
    try:
        renown.begin()
        renown.db.retrying(lambda conn: schedule.ensure(conn, list(renown.drains)))
        yield peopled(renown)
    finally:
        renown.close()


def _manifest() -> Any:
    return manifest(
        "odd",
        measures=(MeasureSpec("odd.points", "Odd points"),),
        permissions=(Permission("odd.look", "Look"),),
        rules=(RuleSpec("any", "Any", Schema, {}),),
    )


def peopled(renown: Renown) -> Scene:
    people: dict[str, int] = {}
    with renown.db.write() as conn:
        for role in ("administrator", "member"):
            person = people[role] = persons.add(conn, role.title(), f"{role}@example.com", handle=role)
            signin.add_login(conn, person, f"{role}@example.com", role)
            affiliations.affiliate(conn, person, "employee")
        source = registry.add(conn, renown.keyring, "cloudevents", SOURCE)
        registry.change(conn, source.id, affiliation="employee", vouches=True)
        account = {"source_id": source.id, "key": "U1", "person_id": people["member"]}
        conn.execute(insert(Identity).values(account))
        token = tokens.add(conn, "test", ["events:write", "metrics:read"]).token
    pages = app.create_app(renown)
    clients = {role: pages.test_client() for role in people}
    for role, client in clients.items():
        with client.session_transaction() as session:
            session["_user_id"] = f"{people[role]}:0:test"
    return Scene(renown, people, token, clients)
