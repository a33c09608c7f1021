"""Safe mode: the core alone, which says so, lets nothing in unseen, and leaves everything as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renown import app
from renown.access import signin, tokens
from renown.app import Renown
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Consumer, Event
from renown.ledger.models import Standing
from renown.people import persons
from renown.settings import Settings
from renown.sources.models import Quarantine
from renown.web.navigation import ADMIN
from tests.events.kit import message
from tests.holds import kit
from tests.sources.kit import body
from tests.web.test_sources import submit


@contextmanager
def started(db: Database, folder: Path, *, safe: bool) -> Iterator[Renown]:
    settings = Settings(data=folder, database_url=db.url, secret_key="k" * 40, development=True, safe=safe)
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
    headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {token}"}
    raw = body(*(message(key, source="slack:T1") for key in keys))
    return client.post("/api/v1/events", data=raw, headers=headers).get_json()


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


def test_readers_stand_still_and_go_on_where_they_were(db: Database, tmp_path: Path) -> None:
    with started(db, tmp_path, safe=False) as renown:
        kit.settle(renown)
        running = readers(renown)
        assert set(running.values()) == {consume.RUNNING}
    with started(db, tmp_path, safe=True) as renown:
        assert set(readers(renown).values()) == {consume.OFF}
        with renown.db.read() as conn:
            assert consume.lag(conn) == 0, "no import waits for those who read nothing"
    with started(db, tmp_path, safe=False) as renown:
        assert readers(renown) == running
