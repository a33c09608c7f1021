"""A plugin that misbehaves in every hook at once: all others go on, and its page says why and tries again."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from renown import app
from renown.access import signin, tokens
from renown.api import Entry, Job, MeasureSpec, NavItem, PluginContext
from renown.app import Renown
from renown.context import switching
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Consumer
from renown.jobs import schedule
from renown.jobs.models import Schedule
from renown.jobs.worker import Worker, run_once
from renown.ledger.models import Standing
from renown.people import merge, persons
from renown.settings import Settings
from tests.events.kit import message
from tests.holds import kit
from tests.hooks.plugins import manifest, module
from tests.sources.kit import body
from tests.web.test_sources import submit


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


WAYS = (raises, exits, fails_a_statement, hides_a_failed_statement, ends_the_transaction, rolls_back_by_hand)


@dataclass
class Rogue:
    """What its hooks do: `harm`, or nothing once it was mended."""

    harm: Callable[[PluginContext | None], None] | None = None
    entries: Sequence[Any] = ()
    job: Callable[[PluginContext], None] | None = None
    heard: list[str] = field(default_factory=list)

    def hooks(self) -> dict[str, Callable[..., Any]]:
        def quiet(ctx: PluginContext) -> list[Any]:
            self.act(ctx)
            return []

        def score(events: Any, rules: Any) -> Any:
            self.act(None)
            return [one(event) if callable(one) else one for event in events for one in self.entries]

        def recorded(events: Any, ctx: PluginContext) -> None:
            self.heard += [event.key for event in events]
            self.act(ctx)

        def navigation(viewer: Any, place: Any) -> list[NavItem]:
            self.act(None)
            return []

        def told(ctx: PluginContext) -> None:
            self.act(ctx)

        def sweep(ctx: PluginContext) -> bool:
            (self.job or self.act)(ctx)
            return False

        def jobs(ctx: PluginContext) -> list[Job]:
            return [Job("sweep", "Sweep", 60_000_000, sweep)]

        return {
            "enrich_event": lambda event: self.act(None), "score": score, "events_recorded": recorded, "jobs": jobs,
            "explain": told, "panels": quiet, "health": quiet, "metrics": quiet, "navigation": navigation,
            "permit": lambda actor: self.act(None), "person_merged": told, "person_split": told, "person_erased": told,
        }  # fmt: skip

    def act(self, ctx: PluginContext | None) -> None:
        if self.harm is not None:
            self.harm(ctx)


@dataclass
class Scene:
    renown: Renown
    rogue: Rogue
    admin: FlaskClient
    token: str

    def post(self, *keys: str) -> None:
        raw = body(*(message(key, source="slack:T1") for key in keys))
        headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {self.token}"}
        answer = self.admin.post("/api/v1/events", data=raw, headers=headers)
        assert (answer.status_code, answer.get_json()["accepted"]) == (200, len(keys))

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
    module("rogue", manifest("rogue", measures=(MeasureSpec("rogue.points", "Rogue points"),)), rogue.hooks())
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


def others_go_on(scene: Scene, points: int) -> None:
    found = scene.readers()
    assert found["activity score"][0] == consume.RUNNING
    with scene.renown.db.read() as conn:
        assert found["activity score"][2] == consume.log.head(conn)
        assert len(conn.execute(select(Standing.amount).where(Standing.amount > 0)).all()) > 0
    for page in ("/", "/people", "/boards/activity.points", "/admin/plugins", "/admin/jobs", "/api/v1/measures"):
        scene.page(page)
    assert scene.page("/api/v1/boards/activity.points?period=all").count('"rank"') == points


@pytest.mark.parametrize("harm", WAYS)
def test_others_go_on_and_its_page_says_why(scene: Scene, harm: Callable[..., None]) -> None:
    scene.rogue.harm = harm
    scene.post("m1", "m2")
    with scene.renown.db.write() as conn:
        kept, gone = persons.add(conn, "One"), persons.add(conn, "Two")
        merge.merge(conn, kept, gone, "administrator", None)
    scene.work()
    others_go_on(scene, 1)
    found = scene.readers()
    assert {found[f"rogue {kind}"][0] for kind in ("score", "recorded", "people")} == {consume.STOPPED}
    shown = scene.page("/admin/plugins/rogue")
    assert shown.count("stopped at event") >= 3
    assert "The job rogue.sweep failed" in shown
    assert "Try again" in shown
    scene.rogue.harm = None
    submit(scene.admin, "/admin/plugins/rogue/again")
    scene.work()
    found = scene.readers()
    assert {state for state, _, _ in found.values()} == {consume.RUNNING}
    assert "failed" not in scene.page("/admin/plugins/rogue").partition("Calls in this process")[0]
    assert {"m1:create", "m2:create"} <= set(scene.rogue.heard)
    kit.whole(scene.renown)


NONSENSE: dict[str, Any] = {
    "a text": "5 points",
    "nothing": None,
    "nobody": lambda event: Entry(event.id, 999_999, "rogue.points", "any", 1000),
    "another event's": lambda event: Entry(event.id + 1_000_000, event.actor.identity, "rogue.points", "any", 1000),
    "another plugin's measure": lambda event: Entry(event.id, event.actor.identity, "activity.points", "any", 1000),
    "no rule": lambda event: Entry(event.id, event.actor.identity, "rogue.points", "", 1000),
    "too much": lambda event: Entry(event.id, event.actor.identity, "rogue.points", "any", 2**70),
    "half a point": lambda event: Entry(event.id, event.actor.identity, "rogue.points", "any", 0.5),
    "a rule too long": lambda event: Entry(event.id, event.actor.identity, "rogue.points", "x" * 5000, 1),
}


def test_nonsense_entries_stop_nobody_else(scene: Scene) -> None:
    for number, (what, one) in enumerate(NONSENSE.items()):
        scene.rogue.entries = [one]
        scene.post(f"m{number}")
        kit.settle(scene.renown)
        others_go_on(scene, 1)
        assert scene.readers()["rogue score"][0] == consume.STOPPED, what
        assert "stopped at event" in scene.page("/admin/plugins/rogue"), what
        scene.rogue.entries = []
        submit(scene.admin, "/admin/plugins/rogue/again")
        kit.settle(scene.renown)
        assert scene.readers()["rogue score"][0] == consume.RUNNING, what
    kit.whole(scene.renown)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_job_that_does_not_end_holds_up_no_other(scene: Scene) -> None:
    """On SQLite its transaction is the one writer's, and others wait for it as for any."""
    begun, end = threading.Event(), threading.Event()

    def waits(ctx: PluginContext) -> None:
        begun.set()
        assert end.wait(120)

    scene.rogue.job = waits
    worker = Worker(scene.renown.db, scene.renown.drains)
    worker.start()
    try:
        assert begun.wait(60)
        scene.post("m1")
        deadline = time.monotonic() + 60
        while not {"leavers", "closes"} <= ran(scene) and time.monotonic() < deadline:
            begun.clear()
            begun.wait(0.05)
        assert {"leavers", "closes"} <= ran(scene)
    finally:
        end.set()
        worker.stop()


def ran(scene: Scene) -> set[str]:
    with scene.renown.db.read() as conn:
        return set(conn.scalars(select(Schedule.name).where(Schedule.last_at.is_not(None))))
