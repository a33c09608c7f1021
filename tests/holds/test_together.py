"""Processes and people at the same time: whoever comes second waits, and nothing is lost, doubled or refused.

Elsewhere: writers with crossing batches in tests/events/test_log.py, in several processes in test_storm.py, held open
on purpose in test_held_open.py; two readers of one cursor in tests/events/test_consume.py, two workers beside an import
in tests/commands/test_processes.py, a worker that died in tests/test_taking_over.py.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, text

from renown.db.engine import Database
from renown.sources import registry
from tests.events.kit import KEYRING

T = TypeVar("T")


def _waits(db: Database, future: Future[T]) -> None:
    """Return once somebody waits for a lock; on SQLite, where nobody tells, at once."""
    never, end = threading.Event(), time.monotonic() + 60
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not db.is_sqlite and not future.done():
        with db.read() as conn:
            if conn.scalar(blocked):
                return
        assert time.monotonic() < end, "nobody waits"
        never.wait(0.01)


def _second(db: Database, first: Callable[[Connection], T], then: Callable[[Connection], T]) -> tuple[T, T]:
    """What both give, where `then` begins while the transaction of `first` is open."""
    with ThreadPoolExecutor(1) as other:
        with db.write() as conn:
            one = first(conn)
            waiting = other.submit(db.retrying, then)
            _waits(db, waiting)
        return one, waiting.result(60)


def test_a_source_whose_first_events_come_twice_at_once_is_connected_once(db: Database) -> None:
    def connect(conn: Connection) -> int:
        return int(registry.ensure(conn, KEYRING, "tool:new").id)

    one, other = _second(db, connect, connect)
    assert one == other
