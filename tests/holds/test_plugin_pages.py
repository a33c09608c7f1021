"""Hooks on pages and before the log that break or are slow: the page stands, the event waits, all goes on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from renown.api import Entry, PluginContext
from renown.hooks import dispatch, guard
from renown.jobs.worker import run_once
from renown.sources.models import Source
from tests.events.kit import message
from tests.holds import kit
from tests.holds.rogue import Scene, fails_a_statement, gives_the_connection_up, raises
from tests.sources.kit import body
from tests.web.test_sources import submit

#: More than any page gives.
LONG = 0.3


def sleeps(ctx: PluginContext | None) -> None:
    time.sleep(LONG)


@pytest.mark.filterwarnings("ignore:nested transaction already deassociated")
@pytest.mark.parametrize("harm", [fails_a_statement, gives_the_connection_up, sleeps])
def test_pages_stand_without_it(scene: Scene, harm: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "ANSWER_BUDGET", LONG / 2)
    scene.rogue.entries = [lambda one: Entry(one.id, one.actor.identity, "rogue.points", "any", 1000)]
    scene.post("m1")
    kit.settle(scene.renown)
    why = f"/people/{author(scene)}/why/rogue.points"
    assert "Could not be explained" not in scene.page(why)
    assert "its box is left out" not in scene.page("/panels/rogue/home")
    assert scene.page("/rogue") == "seen"
    scene.rogue.harm = harm
    for _ in range(guard.IN_A_ROW):
        assert "its box is left out" in scene.page("/panels/rogue/home")
        shown = scene.page(why)
        denied = scene.admin.get("/rogue").status_code
        if harm is not sleeps:
            assert "Could not be explained" in shown
            assert denied == 404
    # Slow answers count as long as they come; three in a row, and it is left alone for a while.
    assert "Could not be explained" in scene.page(why)
    assert scene.admin.get("/rogue").status_code == 404
    assert "its box is left out" in scene.page("/panels/rogue/home")
    assert harm is not sleeps or scene.renown.dispatcher.calls.counts("rogue")["explain"].slow == guard.IN_A_ROW
    scene.page("/")
    scene.page("/boards/rogue.points")


def test_what_could_not_be_screened_waits_and_the_site_goes_on_by_itself(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rogue.only, scene.rogue.harm = "screen_event", raises
    held = [f"m{number}" for number in range(5)]
    told = scene.send(*held)
    assert (told["accepted"], told["quarantined"]) == (0, 5)
    calls = scene.renown.dispatcher.calls.counts("rogue")["screen_event"].calls
    assert calls == guard.IN_A_ROW, "it is left alone"
    (found,) = [one for one in scene.admin.get("/admin/health.json").get_json()["checks"] if one["check"] == "sources"]
    assert "5 events are in quarantine" in found["text"]
    with scene.renown.db.read() as conn:
        source = conn.scalar(select(Source.id).where(Source.name == "slack:T1"))
    assert "division by zero" in scene.page(f"/admin/sources/{source}/rejected")
    # A minute later, without anybody's doing.
    scene.rogue.harm = None
    monkeypatch.setattr(guard, "REST", 0.0)
    resting = scene.renown.dispatcher._guard._resting
    resting.update(dict.fromkeys(resting, 0.0))
    scene.post("m9")
    submit(scene.admin, f"/admin/sources/{source}/quarantine/release")
    with scene.renown.db.read() as conn:
        assert conn.scalar(text("SELECT count(*) FROM core_event WHERE substr(key, 1, 1) = 'm'")) == 6
        assert not conn.scalar(text("SELECT count(*) FROM core_quarantine"))
    kit.whole(scene.renown)


def test_slow_screening_holds_up_no_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "EVENT_BUDGET", LONG / 2)
    scene.rogue.only, scene.rogue.harm = "screen_event", sleeps
    told = scene.send(*(f"m{number}" for number in range(50)))
    assert (told["accepted"], told["quarantined"]) == (guard.IN_A_ROW, 50 - guard.IN_A_ROW)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_job_that_keeps_the_one_writer_is_named(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only SQLite has one. Whoever waits for it is told so and to come again, and all goes on once it ends."""
    monkeypatch.setattr("renown.db.engine.PATIENCE", 0.2)
    monkeypatch.setattr("renown.health.database._LONG", 0)
    begun, end = threading.Event(), threading.Event()

    def keeps(ctx: PluginContext) -> None:
        ctx.session.execute(text("SELECT 1"))
        begun.set()
        assert end.wait(120)

    scene.rogue.job = keeps
    (drain,) = [one for one in scene.renown.drains if one.name == "rogue.sweep"]
    running = threading.Thread(target=run_once, args=(scene.renown.db, drain), name="renown-lane-jobs:rogue")
    running.start()
    try:
        assert begun.wait(60)
        headers = {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {scene.token}"}
        raw = body(message("m1")).removeprefix(b"[").removesuffix(b"]")
        answer = scene.admin.post("/api/v1/events", data=raw, headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert scene.page("/people")
        found = scene.admin.get("/admin/health.json").get_json()["checks"]
        (told,) = [one for one in found if one["check"] == "writing"]
        assert "renown-lane-jobs:rogue has held the one writing transaction" in told["text"]
    finally:
        end.set()
        running.join(60)
    scene.post("m1")


def author(scene: Scene) -> str:
    with scene.renown.db.read() as conn:
        return str(conn.scalar(text("SELECT handle FROM core_person WHERE name = 'U1' OR handle LIKE 'u1%'")))
