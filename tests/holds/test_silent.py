"""The database's host goes silent under a serving process: answers in time meanwhile, and everything goes on."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, text

from renown import clock
from renown.access import tokens
from renown.db.engine import Database
from renown.events.models import Consumer, Event
from renown.jobs.models import Schedule
from renown.ledger.models import Standing
from tests.holds import kit, silence
from tests.holds.test_away import said, until
from tests.serving import answering

#: Seconds after which whoever asked gives up, which fails the test.
PATIENCE = 15
PATHS = ("/", "/login", "/people", "/people/ana", "/boards/activity.points", "/readyz")


@pytest.fixture
def line(postgres: str) -> Iterator[silence.Line]:
    with kit.database(postgres) as url, silence.line(url) as made:
        yield made


def ask(address: str, data: bytes | None = None, token: str = "") -> tuple[int, str | None]:
    head = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(address, data, {"Content-Type": "application/cloudevents+json", **head})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers["Retry-After"]
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Retry-After"]


def test_what_the_address_says_of_patience_wins(line: silence.Line) -> None:
    for query, wanted in (
        ({}, {"connect_timeout": "10", "tcp_user_timeout": "15000", "keepalives_idle": "30"}),
        (
            {"connect_timeout": "3", "tcp_user_timeout": "7000"},
            {"connect_timeout": "3", "tcp_user_timeout": "7000", "keepalives_idle": "30"},
        ),
    ):
        db = Database(line.url(**query))
        with db.read() as conn:
            driver = conn.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            found = driver.info.get_parameters()
        assert {name: found.get(name) for name in wanted} == wanted
        db.close()


def test_it_is_told_in_time_and_everything_goes_on(line: silence.Line, tmp_path: Path) -> None:
    db = Database(line.url())
    with db.write() as conn:
        token = tokens.add(conn, "list", ["events:write"]).token
    db.close()
    environ = {"RENOWN_DATABASE_URL": line.url(connect_timeout="2"), "RENOWN_DATA": str(tmp_path)}
    serve = [sys.executable, "-m", "renown.cli", "serve", "--port", "0", "--threads", "4"]
    with answering(serve, environ) as (address, lines), ThreadPoolExecutor(50) as crowd:
        assert ask(f"{address}/api/v1/events", said(1), token)[0] == 200
        until(True, 30, partial(listened, line))
        assert impatient(line) == []

        # The host is lost: what was connected breaks, and nobody is answered who connects anew. There are more who ask
        # than threads, and more than could each wait for it in turn.
        line.fall_silent()
        line.cut()
        asked = [crowd.submit(ask, f"{address}{path}") for path in PATHS * 8]
        alive = crowd.submit(ask, f"{address}/healthz")
        assert Counter(one.result() for one in asked) == {(503, "10"): 40, (503, None): 8}
        assert alive.result()[0] == 200
        assert ask(f"{address}/api/v1/events", said(2), token) == (503, "10")
        line.speak()
        line.cut()
        until(200, 30, lambda: ask(f"{address}/readyz")[0])
        assert ask(f"{address}/api/v1/events", said(2), token)[0] == 200

        # It falls silent on those that wait for it as well, until their connections break.
        line.fall_silent()
        posted = crowd.submit(ask, f"{address}/api/v1/events", said(3), token)
        seen = crowd.submit(ask, f"{address}/login")
        # Longer than what a process knows of the database is left unasked.
        back = clock.now()
        while clock.now() < back + clock.SECOND:
            assert ask(f"{address}/healthz", token=token)[0] == 200
        line.cut()
        line.speak()
        assert {posted.result()[0], seen.result()[0]} <= {200, 503}
        until(200, 30, lambda: ask(f"{address}/readyz")[0])
        assert ask(f"{address}/api/v1/events", said(3), token)[0] == 200

        db = Database(line.url())
        until(3000, 30, partial(points, db))
        until(set(), 30, partial(idle, db, back))
        with db.read() as conn:
            assert conn.scalar(select(func.count()).select_from(Event).where(Event.key.in_(list("123")))) == 3
            assert set(conn.scalars(select(Consumer.state))) == {"running"}
        db.close()
        assert not any("Traceback" in one for one in lines), "\n".join(lines)


def listened(line: silence.Line) -> bool:
    db = Database(line.url())
    with db.read() as conn:
        found = conn.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"))
    db.close()
    return bool(found)


def impatient(line: silence.Line) -> list[str]:
    """Connections to it that would be idle for more than half a minute before their kernel asks whether it lives."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("this machine does not tell the timers of its connections")
    rows = [row.split() for row in table.read_text().splitlines()[1:]]
    ours = [row for row in rows if row[2].endswith(f":{line.port:04X}") and row[3] == "01"]
    assert ours
    # The timer's kind, 02 where it is to ask, and hundredths of a second until then.
    timers = [row[5].split(":") for row in ours]
    return [
        " ".join(row) for row, (kind, left) in zip(ours, timers, strict=True) if kind == "00" or int(left, 16) > 3100
    ]


def points(db: Database) -> int | None:
    with db.read() as conn:
        return conn.scalar(select(Standing.amount).limit(1))


def idle(db: Database, since: int) -> set[str]:
    """Jobs that have not run since."""
    with db.read() as conn:
        return set(conn.scalars(select(Schedule.name).where(Schedule.last_at < since, Schedule.due_at < since)))
