"""A plugin that misbehaves in every hook as it is told to, and the site that it is installed in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from marshmallow import Schema
from sqlalchemy import select, text

from renown import app
from renown.access import signin, tokens
from renown.access.routes import needs
from renown.api import Job, MeasureSpec, NavItem, Permission, PluginContext, RuleSpec
from renown.app import Renown
from renown.context import switching
from renown.db.engine import Database
from renown.events.models import Consumer
from renown.jobs import schedule
from renown.jobs.models import Schedule
from renown.jobs.worker import run_once
from renown.people import persons
from renown.settings import Settings
from tests.events.kit import message
from tests.hooks.plugins import manifest, module
from tests.sources.kit import body


def raises(ctx: PluginContext | None) -> None:
    raise ZeroDivisionError("division by zero")


def exits(ctx: PluginContext | None) -> None:
    sys.exit("I quit")


def fails_a_statement(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise KeyError("no session here")
    ctx.session.execute(text("SELECT * FROM there_is_no_such_table"))


def hides_a_failed_statement(ctx: PluginContext | None) -> None:
    try:
        fails_a_statement(ctx)
    except Exception:
        raise RuntimeError("hidden") from None


def ends_the_transaction(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise RuntimeError("no session here")
    ctx.session.connection().commit()
    raise RuntimeError("it is ended")


def rolls_back_by_hand(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise RuntimeError("no session here")
    ctx.session.rollback()
    ctx.session.execute(text("ROLLBACK"))
    raise RuntimeError("it is rolled back")


def closes_everything(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise RuntimeError("no session here")
    connection = ctx.session.connection()
    ctx.session.close()
    connection.close()


def gives_the_connection_up(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise RuntimeError("no session here")
    ctx.session.connection().invalidate()


def closes_the_drivers(ctx: PluginContext | None) -> None:
    if ctx is None:
        raise RuntimeError("no session here")
    driver = ctx.session.connection().connection.driver_connection
    assert driver is not None
    driver.close()
    ctx.session.execute(text("SELECT 1"))


WAYS = (
    closes_everything,
    gives_the_connection_up,
    closes_the_drivers,
    raises,
    exits,
    fails_a_statement,
    hides_a_failed_statement,
    ends_the_transaction,
    rolls_back_by_hand,
)


@dataclass
class Rogue:
    """What its hooks do: `harm`, or nothing once it was mended."""

    harm: Callable[[PluginContext | None], None] | None = None
    #: The one hook in which it does so; None: in all but `screen_event`.
    only: str | None = None
    entries: Sequence[Any] = ()
    job: Callable[[PluginContext], None] | None = None
    heard: list[str] = field(default_factory=list)

    def hooks(self) -> dict[str, Callable[..., Any]]:
        def quiet(hook: str) -> Callable[[PluginContext], list[Any]]:
            def call(ctx: PluginContext) -> list[Any]:
                self.act(ctx, hook)
                return []

            return call

        def told(hook: str) -> Callable[[PluginContext], None]:
            return lambda ctx: self.act(ctx, hook)

        def score(events: Any, rules: Any) -> Any:
            self.act(None, "score")
            return [one(event) if callable(one) else one for event in events for one in self.entries]

        def recorded(events: Any, ctx: PluginContext) -> None:
            self.heard += [event.key for event in events]
            self.act(ctx, "events_recorded")

        def navigation(viewer: Any, place: Any) -> list[NavItem]:
            self.act(None, "navigation")
            return []

        def sweep(ctx: PluginContext) -> bool:
            (self.job or told("jobs"))(ctx)
            return False

        def jobs(ctx: PluginContext) -> list[Job]:
            return [Job("sweep", "Sweep", 60_000_000, sweep)]

        def blueprints(ctx: PluginContext) -> list[Blueprint]:
            made = Blueprint("rogue", __name__)
            made.get("/rogue")(needs("rogue.look")(lambda: "seen"))
            return [made]

        return {
            "enrich_event": lambda event: self.act(None, "enrich_event"),
            "screen_event": lambda event: self.act(None, "screen_event"),
            "permit": lambda actor: self.act(None, "permit"),
            "score": score, "events_recorded": recorded, "jobs": jobs, "navigation": navigation,
            "blueprints": blueprints, **{hook: quiet(hook) for hook in ("panels", "health", "metrics")},
            **{hook: told(hook) for hook in ("explain", "person_merged", "person_split", "person_erased")},
        }  # fmt: skip

    def act(self, ctx: PluginContext | None, hook: str) -> None:
        chosen = hook != "screen_event" if self.only is None else hook == self.only
        if self.harm is not None and chosen:
            self.harm(ctx)


@dataclass
class Scene:
    renown: Renown
    rogue: Rogue
    admin: FlaskClient
    token: str

    def post(self, *keys: str) -> None:
        assert self.send(*keys)["accepted"] == len(keys)

    def send(self, *keys: str) -> Any:
        raw = body(*(message(key, source="slack:T1") for key in keys))
        headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {self.token}"}
        answer = self.admin.post("/api/v1/events", data=raw, headers=headers)
        assert answer.status_code == 200
        return answer.get_json()

    def work(self) -> None:
        """All that a worker does, twice; what fails is kept on its row."""
        for _ in range(2):
            for drain in self.renown.drains:
                while run_once(self.renown.db, drain):
                    pass

    def readers(self) -> dict[str, tuple[str, str, int]]:
        with self.renown.db.read() as conn:
            rows = conn.execute(select(Consumer.plugin, Consumer.kind, Consumer.state, Consumer.position))
            return {f"{row.plugin} {row.kind}": (row.state, row.kind, row.position) for row in rows}

    def ran(self) -> set[str]:
        """The jobs that have run."""
        with self.renown.db.read() as conn:
            return set(conn.scalars(select(Schedule.name).where(Schedule.last_at.is_not(None))))

    def page(self, path: str) -> str:
        answer = self.admin.get(path)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        return answer.get_data(as_text=True)


@pytest.fixture
def scene(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A site with the plugin as pip leaves it, switched on."""
    info = tmp_path / "made_rogue-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-rogue\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\nrogue = made_rogue\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    rogue = Rogue()
    measures = (MeasureSpec("rogue.points", "Rogue points"),)
    allowed = (Permission("rogue.look", "Look"),)
    rules = (RuleSpec("any", "Any", Schema, {}),)
    module("rogue", manifest("rogue", measures=measures, permissions=allowed, rules=rules), rogue.hooks())
    renown = app.build(Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40, development=True))
    renown.begin()
    with renown.db.write() as conn:
        person = persons.add(conn, "Ada", "ada@example.com", handle="ada")
        signin.add_login(conn, person, "ada@example.com", "administrator")
        token = tokens.add(conn, "test", ["events:write"]).token
    switching.set_enabled(renown.db, renown.plugins, "rogue", True, actor_id=None, via="system")
    client = app.create_app(renown).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person}:0:test"
    renown.db.retrying(lambda conn: schedule.ensure(conn, list(renown.drains)))
    yield Scene(renown, rogue, client, token)
    renown.close()
