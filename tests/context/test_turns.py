"""Threads of one process that write by turns: whoever waits for the turn keeps nothing that its holder needs."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from renown.db.engine import Database
from tests.context.kit import House


def test_a_session_that_waits_to_begin_holds_up_no_other(db: Database, tmp_path: Path) -> None:
    """As a reader of recorded events does, whose transaction begins with its first statement, beside a job that has
    the turn and asks for its session only then."""
    house, threads = House.of(db, tmp_path, {}), list[int]()

    def late() -> None:
        with db.write(lazily=True) as conn, house.contexts("thanks", conn) as ctx:
            threads.append(threading.get_ident())
            ctx.session.execute(text("SELECT 1"))

    with ThreadPoolExecutor(2) as pool:
        with house.writing() as ctx:
            waits = pool.submit(late)
            _until_it_waits(waits, threads)
            assert pool.submit(lambda: ctx.session.scalar(text("SELECT 1"))).result(10) == 1
        waits.result(60)


def _until_it_waits(work: Future[None], threads: list[int]) -> None:
    """For its turn, or has ended: PostgreSQL knows no turns."""
    never, end = threading.Event(), time.monotonic() + 20
    while not work.done() and not (threads and "take" in _names(threads[0])):
        assert time.monotonic() < end
        never.wait(0.005)


def _names(thread: int) -> set[str]:
    frame, names = sys._current_frames().get(thread), set()
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    return names
