"""Jobs: shared schedules, runs with progress, and a worker that ends when told."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from renown import clock
from renown.clock import SECOND
from renown.db.engine import Database, ring
from renown.jobs import Drain, runs, schedule
from renown.jobs.models import Run, Schedule
from renown.jobs.presence import alive
from renown.jobs.worker import Worker, drain_all, run_once


def test_a_due_job_is_taken_once(db: Database) -> None:
    done: list[int] = []
    drain = Drain("count", lambda _: bool(done.append(1)))
    with db.write() as conn:
        schedule.ensure(conn, [drain])
    run_once(db, drain)
    run_once(db, drain)
    assert done == [1]
    with db.write() as conn:
        schedule.due_now(conn, "count")
    run_once(db, drain)
    assert done == [1, 1]


def test_a_failing_job_says_why_and_is_tried_later(db: Database) -> None:
    def broken(_: Database) -> bool:
        raise ValueError("no such board")

    drain = Drain("broken", broken)
    with db.write() as conn:
        schedule.ensure(conn, [drain])
    before = clock.now()
    run_once(db, drain)
    with db.read() as conn:
        row = conn.execute(select(Schedule.__table__)).one()
    assert row.error == "ValueError: no such board"
    assert row.failures == 1
    assert before + 9 * SECOND < row.due_at < before + 20 * SECOND


def test_a_bell_wakes_a_worker_in_another_connection(db: Database) -> None:
    woken = threading.Event()
    seen: list[bool] = []

    def work(_: Database) -> bool:
        seen.append(True)
        if len(seen) > 1:
            woken.set()
        return False

    other = Database(db.url) if not db.is_sqlite else db
    worker = Worker(other, [Drain("listen", work, every=3600 * SECOND, topic="log", schedule=False)])
    worker.start()
    try:
        for _ in range(100):
            with db.write() as conn:
                ring(conn, "log")
            if woken.wait(0.1):
                break
        assert woken.is_set()
        with db.read() as conn:
            assert alive(conn) == 1
    finally:
        worker.stop()
    with db.read() as conn:
        assert alive(conn) == 0
    if other is not db:
        other.close()


def test_a_run_keeps_its_progress_through_stop_and_resume(db: Database) -> None:
    def count(db: Database, progress: runs.Progress, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        while progress.done < parameters["to"]:
            progress.advance(1, total=parameters["to"])
        return {"counted": progress.done}

    moment = clock.now()

    def ticking() -> int:
        nonlocal moment
        moment += 2 * SECOND
        return moment

    with db.write() as conn:
        run = runs.start(conn, "count", "Count to ten", {"to": 10})
    with clock.set_to(ticking):
        stopping = {"count": lambda d, p, q: (_ask_to_stop(d, run), count(d, p, q))[1]}
        assert runs.drain(db, stopping)
        with db.read() as conn:
            row = conn.execute(select(Run.state, Run.done)).one()
        assert row == ("stopped", 1)
        with db.write() as conn:
            runs.resume(conn, run)
        drain_all(db, [Drain("runs", lambda d: runs.drain(d, {"count": count}))])
    with db.read() as conn:
        row = conn.execute(select(Run.state, Run.done, Run.result)).one()
    assert row == ("done", 10, {"counted": 10})


def _ask_to_stop(db: Database, run: int) -> None:
    with db.write() as conn:
        runs.stop(conn, run)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (runs.Failed("x.zip: no such file"), "x.zip: no such file"),
        (KeyError("a"), "KeyError: 'a'"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_a_failed_run_says_why_in_words_where_it_knows_them(db: Database, raised: BaseException, said: str) -> None:
    def work(db: Database, progress: runs.Progress, parameters: object) -> None:
        raise raised

    with db.write() as conn:
        number = runs.start(conn, "fails", "A run", {})
    assert runs.drain(db, {"fails": work})
    with db.read() as conn:
        row = conn.execute(select(Run.state, Run.error).where(Run.id == number)).one()
    assert tuple(row) == ("failed", said)
    assert not runs.drain(db, {"fails": work}), "it is not begun again"
