"""Safe mode: the core alone, which says so, lets nothing in unseen, and leaves everything as it was."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from renown import app, clock
from renown.access import links, signin, tokens
from renown.app import Renown
from renown.context.switching import set_enabled
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Consumer, Event
from renown.events.types import CloudEvent
from renown.health import Site, flow
from renown.jobs.models import Worker
from renown.jobs.presence import GONE, Presence
from renown.jobs.worker import drain_all
from renown.ledger.models import Standing
from renown.people import persons
from renown.settings import Settings
from renown.sources import importing, registry
from renown.sources.models import Quarantine
from renown.web.navigation import ADMIN
from tests.events.kit import message
from tests.holds import kit
from tests.safety.made import installed
from tests.safety.subsets import without_arguments
from tests.sources.kit import body
from tests.web.test_signin import SECRET
from tests.web.test_signin import send as fill_in
from tests.web.test_sources import submit


@contextmanager
def started(db: Database, folder: Path, **settled: Any) -> Iterator[Renown]:
    settings = Settings(data=folder, database_url=db.url, secret_key="k" * 40, development=True, **settled)
    renown = app.build(settings)
    try:
        renown.begin()
        yield renown
    finally:
        renown.close()


@pytest.fixture
def admin(db: Database) -> int:
    with db.write() as conn:
        person = persons.add(conn, "Ada", "ada@example.com", handle="ada")
        signin.add_login(conn, person, "ada@example.com", "administrator")
    return person


@pytest.fixture
def token(db: Database) -> str:
    with db.write() as conn:
        return tokens.add(conn, "test", ["events:write"]).token


def browser(renown: Renown, person: int) -> FlaskClient:
    client = app.create_app(renown).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person}:0:test"
    return client


def send(client: FlaskClient, token: str, *keys: str) -> Any:
    return post(client, token, *(message(key, source="slack:T1") for key in keys))


def post(client: FlaskClient, token: str, *events: CloudEvent) -> Any:
    headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {token}"}
    return client.post("/api/v1/events", data=body(*events), headers=headers).get_json()


def readers(renown: Renown) -> dict[str, str]:
    with renown.db.read() as conn:
        return {row.name: row.state for row in conn.execute(select(Consumer.name, Consumer.state))}


def total(renown: Renown) -> int:
    with renown.db.read() as conn:
        return sum(conn.scalars(select(Standing.amount)))


def test_every_admin_page_says_so_and_nobody_elses(db: Database, tmp_path: Path, admin: int) -> None:
    with started(db, tmp_path, safe=True) as renown:
        client = browser(renown, admin)
        for path in ("/admin", *(link.url for link in ADMIN)):
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            assert "Safe mode." in answer.get_data(as_text=True), path
        assert "This process was started in safe mode" in client.get("/admin/plugins/activity").get_data(as_text=True)
        assert "Safe mode." not in app.create_app(renown).test_client().get("/login").get_data(as_text=True)
    with started(db, tmp_path, safe=False) as renown:
        assert "Safe mode." not in browser(renown, admin).get("/admin/plugins").get_data(as_text=True)


def test_what_comes_in_is_held_and_counts_once_it_is_over(db: Database, tmp_path: Path, admin: int, token: str) -> None:
    """A plugin that would have kept it out of the log is not there to be asked."""
    with started(db, tmp_path, safe=False) as renown:
        assert send(browser(renown, admin), token, "m1")["accepted"] == 1
        kit.settle(renown)
        before = total(renown)
        assert before > 0
    with started(db, tmp_path, safe=True) as renown:
        assert send(browser(renown, admin), token, "m2")["quarantined"] == 1
        kit.settle(renown)
        with renown.db.read() as conn:
            assert not conn.scalars(select(Event.id).where(Event.key == "m2:create")).all()
            assert conn.scalar(select(Quarantine.reason)) is not None
        assert total(renown) == before
    with started(db, tmp_path, safe=False) as renown:
        with renown.db.read() as conn:
            source = conn.scalars(select(Quarantine.source_id)).one()
        submit(browser(renown, admin), f"/admin/sources/{source}/quarantine/release")
        kit.settle(renown)
        assert total(renown) == 2 * before
        kit.whole(renown)


OTHERS: dict[str, dict[str, Any]] = {
    "safe mode": {"safe": True},
    "blocked": {"blocked_plugins": frozenset({"activity"})},
    "failed there": {},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_a_process_without_a_plugin_leaves_it_to_those_that_have_it(
    db: Database, tmp_path: Path, token: str, other: dict[str, Any]
) -> None:
    with started(db, tmp_path) as live:
        working = Presence(live.db, live.drains, on=lambda: live.plugins.enabled)
        working.beat()
        assert send(app.create_app(live).test_client(), token, "m1")["accepted"] == 1
        drain_all(live.db, live.drains)
        running, before = readers(live), total(live)
        with started(db, tmp_path, **other) as lacking:
            if not other:
                lacking.plugins.fail("activity", "jobs: raised at load")
            drain_all(lacking.db, lacking.drains)
            assert readers(lacking) == running
            assert set(running.values()) == {consume.RUNNING}
            send(app.create_app(live).test_client(), token, "m2")
            with db.read() as conn:
                assert consume.lag(conn, lacking.reception.able(conn)) > 0, "imports wait for who is at work elsewhere"
            # Whoever switches it off does so for all.
            set_enabled(lacking.db, lacking.plugins, "activity", False, actor_id=None, via="cli")
            assert "off" in readers(live).values()
        set_enabled(live.db, live.plugins, "activity", True, actor_id=None, via="cli")
        drain_all(live.db, live.drains)
        assert (readers(live), total(live)) == (running, 2 * before)
        working.leave()


def test_what_nobody_reads_for_is_told_and_no_import_waits_for_it(db: Database, tmp_path: Path, token: str) -> None:
    with started(db, tmp_path) as live:
        drain_all(live.db, live.drains)
        assert send(app.create_app(live).test_client(), token, "m1")["accepted"] == 1
        with started(db, tmp_path, safe=True) as safe:
            working = Presence(safe.db, safe.drains, on=lambda: safe.plugins.enabled)
            working.beat()
            later = clock.now() + 2 * GONE
            with db.write() as conn:
                assert consume.lag(conn, live.reception.able(conn)) == 0
                conn.execute(update(Worker).values(beat_at=later))
            with clock.set_to(lambda: later):
                told = flow.plugins(Site(live.db, live.settings, live.plugins))
                assert told.state == "bad"
                assert re.search("no worker has it, so its numbers stand still: activity, ", told.text)
                assert flow.consumers(Site(live.db, live.settings, live.plugins)).state == "good", "it has not hung"
            working.leave()


def test_a_reader_that_was_stopped_by_who_knew_no_better_is_told_and_brought_back(db: Database, tmp_path: Path) -> None:
    with started(db, tmp_path) as live:
        drain_all(live.db, live.drains)
        running = readers(live)
        with db.write() as conn:
            conn.execute(update(Consumer).values(state=consume.OFF))
        told = flow.plugins(Site(live.db, live.settings, live.plugins))
        assert (told.state, told.text.startswith("switched on, but a reader is off: activity")) == ("bad", True)
        drain_all(live.db, live.drains)
        assert readers(live) == running
        assert flow.plugins(Site(live.db, live.settings, live.plugins)).state == "good"


OWN = """
from renown.api import EventType, Plugin

plugin = Plugin("{name}", "{name}", "Made for a test.", event_types=(EventType("{name}.seen.v1", external=True),))
"""


def test_what_the_page_on_safety_says_of_safe_mode(
    db: Database, tmp_path: Path, admin: int, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    installed(tmp_path, "odd", OWN)
    monkeypatch.delitem(sys.modules, "made_odd", raising=False)
    (tmp_path / "importing.odd").touch()
    with started(db, tmp_path) as renown:
        assert not (tmp_path / "importing.odd").exists(), "its import came to its end"
        pages = app.create_app(renown)
        brought = {one.name for _, one in renown.loaded.blueprints()}
        theirs = sorted(path for path, blueprint in without_arguments(pages).items() if blueprint in brought)
        assert "/ideas" in theirs
        assert browser(renown, admin).get("/boards/activity.points").status_code == 200
        own = msgspec.structs.replace(message("m1", source="tool:a"), type="odd.seen.v1")
        assert post(browser(renown, admin), token, own)["accepted"] == 1
        with db.write() as conn:
            slug = registry.add(conn, renown.keyring, "slack", "slack:T1").slug
            signin.set_password(conn, admin, SECRET)
            link = links.make(conn, admin)
    (tmp_path / "importing.odd").touch()
    with started(db, tmp_path, safe=True) as renown:
        client = app.create_app(renown).test_client()
        fill_in(client, "/login", email="ada@example.com", password=SECRET)
        assert client.get("/admin").status_code == 200
        for path in theirs:
            assert client.get(path).status_code == 404, path
        for path in ("/boards/activity.points", "/people/ada/why/activity.points", "/api/v1/boards/activity.points"):
            assert client.get(path).status_code == 404, path
        for path in ("/", "/people", "/people/ada", "/notifications", "/search?q=ada"):
            assert client.get(path).status_code == 200, path
        assert "The import of odd began and did not end" in client.get("/admin/plugins").get_data(as_text=True)
        stranger = app.create_app(renown).test_client()
        fill_in(stranger, f"/login/link/{link}")
        assert stranger.get("/admin").status_code == 200
        delivered = stranger.post(f"/in/slack/{slug}", data=b"{}")
        assert delivered.status_code == 503
        assert "slack is not loaded: this process was started in safe mode" in delivered.get_data(as_text=True)
        told = post(stranger, token, msgspec.structs.replace(own, id="m2"))
        assert (told["accepted"], told["quarantined"], told["rejected"][0]["id"]) == (0, 0, "m2")
        file = tmp_path / "events.jsonl"
        file.write_bytes(msgspec.json.encode(message("m3", source="tool:a")))
        counts = importing.run(renown.reception, "events", file)
        assert (counts.accepted, counts.quarantined) == (0, 1)
