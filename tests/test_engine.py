"""What a reading transaction promises."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from renown.db.engine import LOG_LOCK, Database, lock
from renown.db.spelled import Spelled
from renown.db.stored import get, put
from renown.db.trouble import is_trouble
from renown.ledger.models import Measure


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(db: Database) -> None:
    many = select(func.count()).select_from(Measure)
    with db.read() as reading:
        before = reading.scalar(many)
        with db.write() as conn:
            conn.execute(insert(Measure).values(name="thanks.points", plugin="thanks"))
        assert reading.scalar(many) == before
    with db.read() as reading:
        assert reading.scalar(many) == (before or 0) + 1


def test_who_wrote_is_not_held_to_the_view_of_a_reader_before(db: Database) -> None:
    """Connections are used again, now for this and now for that."""
    for number in range(3):
        with db.read() as conn:
            conn.scalar(select(func.count()).select_from(Measure))
        with db.write() as conn:
            put(conn, "core", "organisation", f"Acme {number}")
            if not db.is_sqlite:
                assert conn.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_writers_of_one_process_and_of_another_take_turns(db: Database) -> None:
    other = Database(db.url)
    with db.write() as conn:
        put(conn, "core", "board_depth", 0)

    def add(number: int) -> None:
        with (db if number % 2 else other).write() as conn:
            lock(conn, LOG_LOCK)
            put(conn, "core", "board_depth", get(conn, "core", "board_depth", 0) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(60)))
    with db.read() as conn:
        assert get(conn, "core", "board_depth", 0) == 60
    other.close()


def test_a_process_that_writes_without_pause_lets_another_in(db: Database) -> None:
    """As a worker far behind does, whose next turn begins where the last one ended."""
    greedy, turns, enough = Database(db.url), [0], threading.Event()

    def write_on() -> None:
        while not enough.is_set():
            with greedy.write() as conn:
                lock(conn, LOG_LOCK)
                turns[0] += 1
                time.sleep(0.01)  # what it does with its turn

    passed = []
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_on)
        try:
            for _ in range(15):
                time.sleep(0.005)  # comes in the middle of a turn
                before = turns[0]
                with db.write() as conn:
                    lock(conn, LOG_LOCK)
                    passed.append(turns[0] - before)
        finally:
            enough.set()
        writing.result()
    greedy.close()
    assert sorted(passed)[10] <= 1, passed
    assert max(passed) <= 4, passed


def test_who_fails_gives_the_turn_to_the_next(db: Database) -> None:
    began = threading.Event()

    def fail() -> None:
        with db.write() as conn:
            put(conn, "core", "board_depth", 7)
            began.set()
            raise LookupError("no")

    with ThreadPoolExecutor(1) as pool:
        failed = pool.submit(fail)
        began.wait(10)
        with db.write() as conn:
            put(conn, "core", "board_depth", 8)
        with pytest.raises(LookupError):
            failed.result()
    with db.read() as conn:
        assert get(conn, "core", "board_depth", 0) == 8


def test_what_is_asked_of_the_driver_itself_is_refused_as_by_sqlalchemy(db: Database) -> None:
    absent = Spelled("SELECT name FROM no_such_table WHERE name = :name")
    with pytest.raises(DBAPIError) as refused, db.read() as conn:
        absent.rows(conn, {"name": "a"})
    assert not is_trouble(refused.value)
    assert "no_such_table" in str(refused.value)
    with db.read() as conn:
        assert Spelled("SELECT CAST(:one AS INTEGER)").rows(conn, {"one": 1}) == [(1,)]


def test_the_driver_itself_reads_what_the_transaction_has_written(db: Database) -> None:
    named = Spelled("SELECT name FROM core_measure WHERE plugin = :plugin ORDER BY name")
    with db.read() as reading:
        assert named.row(reading, {"plugin": "thanks"}) is None
        with db.write() as conn:
            conn.execute(insert(Measure).values(name="thanks.points", plugin="thanks"))
            assert named.rows(conn, {"plugin": "thanks"}) == [("thanks.points",)]
        assert named.row(reading, {"plugin": "thanks"}) is None


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_connection_that_broke_beneath_is_not_used_again(db: Database) -> None:
    one = Spelled("SELECT 1")
    with db.read() as conn:
        [(pid,)] = Spelled("SELECT pg_backend_pid()").rows(conn, {})
        with db.write() as other:
            other.exec_driver_sql("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        with pytest.raises(DBAPIError) as broken:
            one.rows(conn, {})
    assert broken.value.connection_invalidated
    assert is_trouble(broken.value)
    with db.read() as conn:
        assert one.rows(conn, {}) == [(1,)]
