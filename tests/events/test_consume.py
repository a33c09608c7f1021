"""Each reader takes each event once, in order; one that fails stops alone, at the event, and goes on from there."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, text

from renown import clock
from renown.db import stored
from renown.db.engine import Database
from renown.events import consume, log, read
from renown.events.models import Passed
from tests.events.kit import connect, event, message

NAME = "score:test:1"


def _fill(db: Database, count: int, source_name: str = "slack:T1") -> None:
    source = connect(db, source_name)
    with db.write() as conn:
        log.append(conn, [(source, [message(f"m{n}", f"U{n % 3}") for n in range(count)])])


def _reader(db: Database, kind: str = consume.SCORE) -> None:
    with db.write() as conn:
        consume.ensure(conn, NAME, kind, "test", 1)


class Noting:
    """Writes down what it took in the cursor's transaction, and fails on `bad`."""

    def __init__(self, *bad: int) -> None:
        self.bad = set(bad)

    def __call__(self, conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> None:
        seen = stored.get(conn, "core", "seen", [])
        stored.put(conn, "core", "seen", [*seen, *(one.id for one in events)])
        if self.bad & {one.id for one in events}:
            # On PostgreSQL this poisons the transaction, as a plugin may.
            conn.execute(text("SELECT no_such_column FROM core_event"))


def _seen(db: Database) -> list[int]:
    with db.read() as conn:
        return list(stored.get(conn, "core", "seen", []))


def _state(db: Database) -> Any:
    with db.read() as conn:
        return consume.find(conn, NAME)


def test_a_late_reader_catches_up_from_the_beginning(db: Database) -> None:
    _fill(db, 25)
    _reader(db)
    assert consume.step(db, NAME, Noting(), limit=10)
    consume.drain(db, NAME, Noting(), limit=10)
    assert _seen(db) == list(range(1, 26))
    assert not consume.step(db, NAME, Noting())
    with db.read() as conn:
        assert consume.lag(conn) == 0


def test_a_failing_event_stops_the_reader_there_and_nothing_before_is_lost(db: Database) -> None:
    _fill(db, 25)
    _reader(db)
    consume.drain(db, NAME, Noting(18), limit=20)
    row = _state(db)
    assert (row.state, row.position, row.failed_event, row.attempts) == ("stopped", 17, 18, 1)
    assert "no_such_column" in row.error
    assert _seen(db) == list(range(1, 18))
    with db.read() as conn:
        assert consume.lag(conn) == 0, "a stopped reader holds nobody up"


def test_it_tries_again_later_each_time_and_goes_on_once_it_works(db: Database) -> None:
    _fill(db, 5)
    _reader(db)
    now = clock.now()
    waits = []
    for _ in range(4):
        with clock.set_to(lambda at=now: at):
            consume.drain(db, NAME, Noting(3))
            assert not consume.step(db, NAME, Noting()), "not before its time"
        row = _state(db)
        waits.append(row.retry_at - now)
        now = row.retry_at
    assert waits == sorted(set(waits))
    with clock.set_to(lambda: now):
        consume.drain(db, NAME, Noting())
    row = _state(db)
    assert (row.state, row.position, row.error, row.attempts) == ("running", 5, None, 0)
    assert _seen(db) == [1, 2, 3, 4, 5]


def test_an_administrator_has_it_go_on_without_the_event(db: Database) -> None:
    _fill(db, 5)
    _reader(db)
    consume.drain(db, NAME, Noting(3))
    with db.write() as conn:
        assert consume.pass_over(conn, NAME) == 3
        assert consume.pass_over(conn, NAME) is None
    consume.drain(db, NAME, Noting(3))
    assert _seen(db) == [1, 2, 4, 5]
    with db.read() as conn:
        assert conn.execute(select(Passed.name, Passed.event_id)).all() == [(NAME, 3)]


def test_what_records_passes_over_by_itself_in_the_end(db: Database) -> None:
    _fill(db, 5)
    _reader(db, consume.RECORDED)
    now = clock.now()
    for _ in range(consume.ATTEMPTS):
        with clock.set_to(lambda at=now: at):
            consume.drain(db, NAME, Noting(3))
        now += 3600 * clock.SECOND
    assert _seen(db) == [1, 2, 4, 5]
    assert _state(db).state == "running"


def test_a_fault_that_passes_does_not_make_small_batches_for_ever(db: Database) -> None:
    _fill(db, 40)
    _reader(db)
    sizes: list[int] = []

    def once(conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> None:
        sizes.append(len(events))
        if len(sizes) == 1:
            raise RuntimeError("only now")

    consume.drain(db, NAME, once, limit=10)
    assert sizes == [10, 5, 5, 10, 10, 10]


def test_two_processes_share_a_reader_without_taking_anything_twice(db: Database) -> None:
    _fill(db, 200)
    _reader(db)
    done = threading.Barrier(3)

    def work() -> None:
        while True:
            consume.drain(db, NAME, Noting(), limit=7)
            if _state(db).position == 200:
                break
        done.wait(30)

    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    done.wait(30)
    assert _seen(db) == list(range(1, 201))


def test_readers_do_not_wait_for_one_another(db: Database) -> None:
    _fill(db, 3)
    _reader(db)
    with db.write() as conn:
        consume.ensure(conn, "recorded:other", consume.RECORDED, "other")
    consume.drain(db, NAME, Noting(1))
    consume.drain(db, "recorded:other", Noting())
    assert _seen(db) == [1, 2, 3]


def test_a_reader_that_was_off_goes_on_where_it_was(db: Database) -> None:
    _fill(db, 3)
    _reader(db)
    consume.drain(db, NAME, Noting())
    with db.write() as conn:
        consume.switch_off(conn, NAME)
    _fill(db, 2, "slack:T2")
    assert not consume.step(db, NAME, Noting())
    _reader(db)
    consume.drain(db, NAME, Noting())
    assert _seen(db) == [1, 2, 3, 4, 5]


def test_columns_are_read_packed(db: Database) -> None:
    source = connect(db)
    acts = [message("m1", "U1"), event("x", owner="U2", thing="z", minute=3)]
    with db.write() as conn:
        log.append(conn, [(source, acts)])
        rows = read.after(conn, 0, 10)
        found = read.packed(conn, ("id", "owner_id", "parent_id", "occurred_at"), 1, 2)
        assert list(found["id"]) == [1, 2]
        assert list(found["owner_id"]) == [row.owner_id for row in rows]
        assert list(found["parent_id"]) == [0, 0]
        assert list(found["occurred_at"]) == [row.occurred_at for row in rows]
        assert len(read.packed(conn, ("id",), 3, 9)["id"]) == 0
        with pytest.raises(ValueError, match="extra"):
            read.packed(conn, ("extra",), 1, 2)


def test_a_reader_that_another_process_moved_is_read_again(db: Database) -> None:
    """SQLite: the batch was prepared in vain, and nobody who waits for the end of the log goes away too early."""
    _fill(db, 25)
    _reader(db)
    other = Database(db.url)
    noting, overtaken = Noting(), [False]

    def prepare(conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> consume.Write:
        if not overtaken[0]:
            overtaken[0] = True
            consume.step(other, NAME, noting, limit=7)
        return lambda conn: noting(conn, row, events)

    consume.drain(db, NAME, consume.Apart(prepare), limit=10)
    assert _seen(db) == list(range(1, 26))
    other.close()


def test_what_disturbs_a_reader_lets_it_read_again(db: Database) -> None:
    """Who changes what was read, such as a repair, is not written over. On PostgreSQL the one waits for the other."""
    _fill(db, 5)
    _reader(db)
    told: list[int] = []

    def prepare(conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> consume.Write:
        kept = stored.get(conn, "core", "told", 0)
        told.append(kept)
        if db.is_sqlite and not kept:
            with db.write() as writing:
                consume.disturb(writing)
                stored.put(writing, "core", "told", 1)
        return lambda conn: Noting()(conn, row, events)

    consume.drain(db, NAME, consume.Apart(prepare))
    assert told == ([0, 1] if db.is_sqlite else [0])
    assert _seen(db) == list(range(1, 6))


def test_who_waits_before_it_writes_holds_up_nobody_and_what_it_writes_counts_once(db: Database) -> None:
    """Meanwhile another may write, and may move the reader: then what was prepared comes to nothing."""
    _fill(db, 3)
    _reader(db, consume.RECORDED)
    begun, go = threading.Event(), threading.Event()

    def prepare(conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> consume.Write:
        def write(conn: Connection) -> None:
            begun.set()
            assert go.wait(60)
            Noting()(conn, row, events)

        return write

    late = consume.Apart(prepare, late=True)
    thread = threading.Thread(target=consume.step, args=(db, NAME, late))
    thread.start()
    try:
        assert begun.wait(60)
        with db.write() as conn:
            assert consume.switch_off(conn, NAME) is db.is_sqlite, (
                "on PostgreSQL it has its row, and nobody waits for it"
            )
            consume.ensure(conn, NAME, consume.RECORDED, "test")
    finally:
        go.set()
        thread.join(60)
    assert _seen(db) == ([] if db.is_sqlite else [1, 2, 3])
    consume.drain(db, NAME, late)
    assert _seen(db) == [1, 2, 3]


def test_a_reader_that_stands_still_is_told_and_holds_nobody_up(db: Database) -> None:
    _fill(db, 3)
    _reader(db)
    with db.read() as conn:
        assert consume.lag(conn) == 3
        later = clock.now() + 10 * consume.STILL
        with clock.set_to(lambda: later):
            ((row, micros),) = consume.standing_still(conn)
            assert consume.lag(conn) == 0
    assert row.name == NAME
    assert 9 * consume.STILL < micros < 11 * consume.STILL
    consume.drain(db, NAME, Noting())
    with db.read() as conn, clock.set_to(lambda: later):
        assert consume.standing_still(conn) == []
