"""A worker that dies leaves its jobs to the others within a minute; one that merely takes long keeps them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from renown import clock
from renown.clock import SECOND
from renown.db.engine import Database
from renown.jobs import Drain, runs, schedule
from renown.jobs.models import Run, Schedule
from renown.jobs.presence import LOOKS, Presence, alive
from renown.jobs.worker import Worker, run_once


def nothing(_: Database) -> bool:
    return False


@pytest.fixture
def other(db: Database) -> Iterator[Database]:
    """The database as another process has it open."""
    made = Database(db.url)
    yield made
    made.close()


def take(db: Database, drain: Drain) -> bool:
    return db.retrying(lambda conn: schedule.take(conn, drain, db.process))


def silence(live: Presence) -> None:
    """So many beats of one's own that whoever says nothing meanwhile is gone."""
    for _ in range(LOOKS + 1):
        live.beat()


def test_a_job_of_a_worker_that_died_is_taken_over_and_not_before(db: Database, other: Database) -> None:
    drain = Drain("daily", nothing, every=24 * 3600 * SECOND)
    dying, live = Presence(db, [drain]), Presence(other, [drain])
    dying.beat()
    assert take(db, drain)
    for _ in range(LOOKS):
        live.beat()
        assert not take(other, drain)
    live.beat()
    assert take(other, drain)
    with other.read() as conn:
        assert alive(conn) == 1


def test_a_job_that_takes_long_is_left_to_its_worker(db: Database, other: Database) -> None:
    drain = Drain("long", nothing)
    busy, live = Presence(db, [drain]), Presence(other, [drain])
    busy.beat()
    assert take(db, drain)
    for _ in range(4 * LOOKS):
        busy.beat()
        live.beat()
        assert not take(other, drain)
    schedule.ended(db, drain, clock.now(), None)
    with other.write() as conn:
        schedule.due_now(conn, "long")
    assert take(other, drain)


@pytest.mark.parametrize("jump", [3600 * SECOND, -3600 * SECOND])
def test_no_clock_that_jumps_and_no_pause_of_all_takes_a_worker_for_dead(
    db: Database, other: Database, jump: int
) -> None:
    drain = Drain("long", nothing, every=SECOND)
    busy, live = Presence(db, [drain]), Presence(other, [drain])
    busy.beat()
    assert take(db, drain)
    live.beat()
    with clock.set_to(count(clock.now() + jump).__next__):
        for _ in range(LOOKS):
            live.beat()
        busy.beat()
        live.beat()
        assert not take(other, drain)


def test_a_worker_that_ends_leaves_its_jobs_at_once(db: Database, other: Database) -> None:
    drain = Drain("long", nothing)
    leaving = Presence(db, [drain])
    leaving.beat()
    assert take(db, drain)
    leaving.leave()
    assert take(other, drain)


def test_a_job_that_ends_its_workers_waits_longer_each_time(db: Database, other: Database) -> None:
    drain = Drain("deadly", nothing, every=24 * 3600 * SECOND)

    def dies(worker: Database) -> bool:
        live = Presence(worker, [drain])
        live.beat()
        taken = take(worker, drain)
        live.leave()
        return taken

    assert dies(db)
    assert dies(other), "once may have been chance"
    assert not take(db, drain)
    with db.read() as conn:
        row = conn.execute(select(Schedule.holder, Schedule.error, Schedule.due_at)).one()
    assert row[:2] == (None, schedule.DIED)
    with clock.set_to(lambda: row.due_at):
        assert dies(db)
        assert not take(other, drain)
        with db.read() as conn:
            later = conn.scalar(select(Schedule.due_at)) or 0
    assert later - row.due_at > row.due_at - clock.now(), "and longer the next time"
    with clock.set_to(lambda: later):
        assert take(other, drain)
    schedule.ended(other, drain, later, None)
    with db.read() as conn:
        assert conn.execute(select(Schedule.failures, Schedule.error)).one() == (0, None)


def test_one_that_was_taken_for_dead_changes_nothing_any_more(db: Database, other: Database) -> None:
    pieces: list[str] = []
    live = Presence(other, [])

    def frozen(_: Database) -> bool:
        """After its first piece it stands still, and the other takes the job over."""
        pieces.append("frozen")
        silence(live)
        assert take(other, drain)
        return True

    drain = Drain("shared", frozen)
    Presence(db, [drain]).beat()
    run_once(db, drain)
    assert pieces == ["frozen"]
    with db.read() as conn:
        row = conn.execute(select(Schedule.holder, Schedule.last_at)).one()
    assert row == (other.process, None)


def test_what_could_not_be_given_back_is_taken_again_by_the_same_worker(db: Database) -> None:
    drain = Drain("daily", nothing, every=24 * 3600 * SECOND)
    Presence(db, [drain]).beat()
    assert take(db, drain)
    assert take(db, drain)


def test_a_job_that_is_wanted_while_it_runs_runs_again(db: Database) -> None:
    done: list[int] = []

    def work(_: Database) -> bool:
        done.append(1)
        if len(done) == 1:
            with db.write() as conn:
                schedule.due_now(conn, "often")
        return False

    drain = Drain("often", work, every=3600 * SECOND)
    Presence(db, [drain]).beat()
    for _ in range(3):
        run_once(db, drain)
    assert done == [1, 1]


def _run(db: Database) -> int:
    with db.write() as conn:
        return runs.start(conn, "count", "Count", {})


def test_a_run_that_says_nothing_for_long_is_done_by_one_worker(db: Database, other: Database) -> None:
    busy, live = Presence(db, []), Presence(other, [])
    busy.beat()
    done: list[str] = []

    def slow(within: Database, _progress: runs.Progress, _parameters: Mapping[str, Any]) -> None:
        done.append(within.process)
        with clock.set_to(count(clock.now() + 5 * 3600 * SECOND).__next__):
            busy.beat()
            live.beat()
            assert not runs.drain(other, {"count": slow})

    _run(db)
    assert runs.drain(db, {"count": slow})
    assert done == [db.process]


@pytest.mark.parametrize(("asked", "state"), [(False, "done"), (True, "stopped")])
def test_a_run_whose_worker_died_is_taken_up_again_or_stopped_if_that_was_asked(
    db: Database, other: Database, asked: bool, state: str
) -> None:
    live = Presence(other, [])
    Presence(db, []).beat()
    number = _run(db)

    def dies(_db: Database, progress: runs.Progress, _parameters: Mapping[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.drain(db, {"count": dies})
    if asked:
        with db.write() as conn:
            runs.stop(conn, number)
    works: dict[str, runs.Work] = {"count": lambda _db, _progress, _parameters: None}
    assert not runs.drain(other, works)
    silence(live)
    assert runs.drain(other, works) is not asked
    with db.read() as conn:
        assert conn.execute(select(Run.state, Run.holder)).one() == (state, None)


def test_a_run_that_another_took_over_is_let_go(db: Database, other: Database) -> None:
    live = Presence(other, [])
    Presence(db, []).beat()
    _run(db)

    def stands_still(_db: Database, progress: runs.Progress, _parameters: Mapping[str, Any]) -> None:
        silence(live)
        assert runs.drain(other, {"count": lambda _db, _progress, _parameters: {"by": "other"}})
        progress.advance(10)
        raise AssertionError("it goes on with what is another's")

    assert runs.drain(db, {"count": stands_still})
    with db.read() as conn:
        row = conn.execute(select(Run.state, Run.result, Run.error)).one()
    assert row == ("done", {"by": "other"}, None)


def _dying(worker: Database) -> None:
    """Take the run up and die of it."""

    def dies(_db: Database, _progress: runs.Progress, _parameters: Mapping[str, Any]) -> None:
        raise KeyboardInterrupt

    Presence(worker, []).beat()
    with pytest.raises(KeyboardInterrupt):
        runs.drain(worker, {"count": dies})


def test_a_run_that_ends_its_workers_fails_the_second_time_and_holds_up_no_other(db: Database, other: Database) -> None:
    works: dict[str, runs.Work] = {"count": lambda _db, _progress, _parameters: None}
    deadly, harmless = _run(db), _run(db)

    def row() -> tuple[Any, ...]:
        with db.read() as conn:
            return tuple(conn.execute(select(Run.state, Run.error, Run.holder).where(Run.id == deadly)).one())

    _dying(db)
    silence(Presence(other, []))
    _dying(other)
    assert row() == ("running", schedule.DIED, other.process), "once may have been chance"
    silence(Presence(db, []))
    assert runs.drain(db, works)
    assert row() == ("failed", runs.DEADLY, None)
    with db.read() as conn:
        assert conn.scalar(select(Run.state).where(Run.id == harmless)) == "done"
    with db.write() as conn:
        runs.resume(conn, deadly)
    _dying(db)
    silence(Presence(other, []))
    assert runs.drain(other, works), "tried again, it is taken up twice again"
    assert row() == ("done", None, None)


@pytest.mark.parametrize(
    ("handed_back", "moved", "state"), [(True, 1, "done"), (False, 1, "done"), (False, 0, "failed")]
)
def test_workers_that_are_told_to_end_or_get_further_did_not_die_of_their_run(
    db: Database, other: Database, handed_back: bool, moved: int, state: str
) -> None:
    _run(db)
    for worker in (db, other):
        present = Presence(worker, [])
        present.beat()

        def cut_short(_db: Database, progress: runs.Progress, _parameters: object, present: Presence = present) -> None:
            if handed_back:
                present.hand_back()
            present.leave()
            progress.advance(moved)
            raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            runs.drain(worker, {"count": cut_short})
    Presence(db, []).beat()
    assert runs.drain(db, {"count": lambda _db, _progress, _parameters: None}) is (state == "done")
    with db.read() as conn:
        assert conn.scalar(select(Run.state)) == state


def test_a_worker_that_is_told_to_end_hands_its_run_back_at_once(db: Database, other: Database) -> None:
    """Not when it has ended: a long run has it wait for longer than it is given."""
    _run(db)
    began, over = threading.Event(), threading.Event()

    def long(_db: Database, progress: runs.Progress, _parameters: object) -> None:
        began.set()
        assert over.wait(30)
        progress.advance()

    lane = Drain("runs", lambda db: runs.drain(db, {"count": long}), every=SECOND, schedule=False)
    worker = Worker(db, [lane])
    worker.start()
    assert began.wait(30)
    ending = threading.Thread(target=worker.stop)
    ending.start()
    try:
        late = time.monotonic() + 30
        while not runs.drain(other, {"count": lambda _db, _progress, _parameters: {"by": "other"}}):
            assert time.monotonic() < late
    finally:
        over.set()
        ending.join(60)
    with db.read() as conn:
        assert conn.execute(select(Run.state, Run.result)).one() == ("done", {"by": "other"})
