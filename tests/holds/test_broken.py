"""Connections that break off in the middle, again and again: in intake, in counting, on pages, in a replay."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from renown import app
from renown.access import tokens
from renown.access.permissions import ACTIONS
from renown.db.trouble import is_trouble
from renown.jobs.worker import Worker
from renown.ledger import replay
from tests.holds import kit, ledger
from tests.holds.feed import story

BATCH, BATCHES = 40, 25
#: Seconds between two breaks, and how many there are in all: on a busy machine no replay would ever end between two.
EVERY, MOST = 0.1, 40


class Breaker:
    """Ends one connection to a database after another, whoever has it."""

    def __init__(self, url: str) -> None:
        self.broken = 0
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        # One that is at work rather than one that waits in the pool.
        chosen = text("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
            ORDER BY random() LIMIT 1
        """)
        with self._engine.connect() as conn:
            while self.broken < MOST and not self._end.wait(EVERY):
                self.broken += len(conn.execute(chosen).all())

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._end.set()
            self._thread.join(60)
            self._engine.dispose()


# The driver warns of a cursor that was open when its connection broke, whenever that is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_nothing_is_lost_and_all_goes_on(database_url: str) -> None:
    with kit.house(database_url) as renown, ExitStack() as running:
        with renown.db.write() as conn:
            token = tokens.add(conn, "all", list(ACTIONS)).token
        client = app.create_app(renown).test_client()
        sent = list(islice(story(), BATCH * BATCHES))
        (scorer,) = [renown.follower.scorer("activity")]
        worker, breaker = Worker(renown.db, renown.drains), Breaker(database_url)
        worker.start()
        running.callback(worker.stop)
        refused, replays = 0, 0
        with breaker.at_work():
            for start in range(0, len(sent), BATCH):
                raw = msgspec.json.encode(sent[start : start + BATCH])
                while (status := post(client, token, raw)) != 200:
                    assert status == 503
                    refused += 1
                for path in ("/api/v1/boards/activity.points?period=all", "/people", "/admin/health.json", "/metrics"):
                    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
                    assert answer.status_code in (200, 503), f"{path} answers {answer.status_code}"
            while not replays:
                try:
                    assert replay.replay(renown.db, scorer, dry_run=True, digest=True).same
                    replays += 1
                except (SQLAlchemyError, replay.Unsettled) as error:
                    refused += 1
                    if not (isinstance(error, replay.Unsettled) or is_trouble(error)):
                        raise
        running.close()
        assert breaker.broken >= 5, f"{breaker.broken} broke, {refused} were refused"
        gc.collect()
        kit.whole(renown)
        ledger.checked(renown.db, [one.id for one in sent], [one.id for one in sent])
        assert replay.replay(renown.db, scorer, dry_run=True, digest=True).same


def post(client: FlaskClient, token: str, raw: bytes) -> int:
    headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/events", data=raw, headers=headers)
    assert answer.status_code != 503 or answer.headers["Retry-After"] == "10"
    return answer.status_code
