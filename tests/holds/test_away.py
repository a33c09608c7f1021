"""The database goes away under a serving process and comes back: clear answers meanwhile, and everything goes on."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from renown import clock
from renown.access import tokens
from renown.db.engine import Database
from renown.events.models import Consumer
from renown.jobs.models import Schedule
from renown.ledger.models import Standing
from renown_migrations import upgrade
from tests import postgres
from tests.serving import answering


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.own() as running:
        yield running


def ask(address: str, data: bytes | None = None, token: str = "") -> tuple[int, str, Message]:
    head = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(address, data, {"Content-Type": "application/cloudevents+json", **head})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), refused.headers


def said(number: int) -> bytes:
    thing = {"id": f"m{number}", "kind": "message", "words": 20}
    data = {"type": "Create", "actor": {"id": "ana"}, "object": thing}
    event = {"specversion": "1.0", "id": str(number), "source": "mail:list", "type": "collab.create.v1"}
    return json.dumps({**event, "time": "2026-01-05T10:00:00Z", "data": data}).encode()


def until(wanted: object, seconds: int, read: Callable[[], object]) -> None:
    deadline = clock.now() + seconds * clock.SECOND
    found = read()
    while found != wanted and clock.now() < deadline:
        found = read()
    assert found == wanted


def met(lines: list[str], job: str) -> bool:
    return any(f'"{job}"' in line and "does not answer" in line for line in lines)


def test_it_is_told_and_everything_goes_on(server: postgres.Server, tmp_path: Path) -> None:
    db = Database(server.url)
    upgrade(db)
    with db.write() as conn:
        token = tokens.add(conn, "list", ["events:write"]).token
    environ = {"RENOWN_DATABASE_URL": server.url, "RENOWN_DATA": str(tmp_path)}
    serve = [sys.executable, "-m", "renown.cli", "serve", "--port", "0"]
    with answering(serve, environ) as (address, lines):
        assert ask(f"{address}/api/v1/events", said(1), token)[0] == 200
        server.stop()
        for path, body in (("/api/v1/events", said(2)), ("/in/slack/acme", b"{}"), ("/", None), ("/login", None)):
            status, text, headers = ask(address + path, body, token)
            assert (path, status, headers["Retry-After"]) == (path, 503, "10")
            assert "The database does not answer" in text
        assert (ask(f"{address}/healthz")[0], ask(f"{address}/readyz")[0]) == (200, 503)
        # Long enough that each lane of the worker met it.
        for job in ("score:activity", "standings", "closes", "lead", "leavers"):
            until(True, 30, partial(met, lines, job))
        back = clock.now()
        server.start()
        until(200, 30, lambda: ask(f"{address}/readyz")[0])
        assert ask(f"{address}/api/v1/events", said(2), token)[0] == 200

        def points() -> int | None:
            with db.read() as conn:
                return conn.scalar(select(Standing.amount).limit(1))

        def idle() -> set[str]:
            with db.read() as conn:
                return set(conn.scalars(select(Schedule.name).where(Schedule.last_at < back, Schedule.due_at < back)))

        until(2000, 30, points)
        until(set(), 30, idle)
        assert not any("Traceback" in line for line in lines)
        with db.read() as conn:
            assert set(conn.scalars(select(Consumer.state))) == {"running"}
    db.close()
