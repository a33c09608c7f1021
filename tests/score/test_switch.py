"""While a recount is built and switched to, whoever reads a board reads the old count or the new, never a mixture."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from renown import app
from renown.access.viewer import Viewer
from renown.context import switching
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Consumer
from renown.events.types import CloudEvent
from renown.ledger import boards, generations, recount, replay, rules, standings
from renown.ledger.models import Generation, Rule
from renown.ledger.reconcile import reconcile
from renown.settings import Settings
from tests.events.kit import connect, message

POINTS = "activity.points"
PEOPLE = 40


@pytest.fixture
def renown(db: Database, tmp_path: Path) -> Iterator[app.Renown]:
    built = app.build(Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40))
    built.begin()
    yield built
    built.close()


def test_a_recount_switches_in_one_step_while_boards_are_read(renown: app.Renown) -> None:
    db = renown.db
    source = connect(db, affiliation="employee")
    said = [message(f"m{n}", f"U{n}", words=30) for n in range(PEOPLE)]
    with db.write() as conn:
        log.append(conn, [(source, said)])
    while renown.catch_up():
        pass
    (one,) = set(read(db))
    body: Any
    with db.write() as conn:
        body = conn.scalar(select(Rule.body).where(Rule.plugin == "activity", Rule.name == "message"))
        doubled = {**body, "actor_points": 2 * body["actor_points"]}
        rules.publish(conn, "activity", "message", doubled, reason="double", recount=True)
        recount.begin(conn, "activity", "messages count double")

    seen: list[tuple[int, ...]] = []
    faults: list[BaseException] = []
    over = threading.Event()

    def reader() -> None:
        try:
            while not over.is_set():
                seen.append(read(db))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        # Small pieces, so that there is much to be read in between.
        for _ in range(200):
            renown.catch_up()
            if set(read(db)) == {2 * one}:
                break
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
    assert faults == []
    assert set(read(db)) == {2 * one}
    assert set(seen) <= {(one,) * PEOPLE, (2 * one,) * PEOPLE}
    assert (one,) * PEOPLE in seen


def test_a_recount_switches_although_more_keeps_coming(renown: app.Renown) -> None:
    """Whatever is counted has yet to stand: just after a batch nothing has caught up."""
    db = renown.db
    source = connect(db, affiliation="employee")
    with db.write() as conn:
        log.append(conn, [(source, [message("first", "U0", words=30)])])
    while renown.catch_up():
        pass
    live = select(Generation.id).where(Generation.plugin == "activity", Generation.state == "live")
    with db.write() as conn:
        before = conn.scalar(live)
        recount.begin(conn, "activity", "once more")
    number, end, now = 0, time.monotonic() + 20, before
    while now == before:
        assert time.monotonic() < end
        number += 1
        with db.write() as conn:
            log.append(conn, [(source, [message(f"m{number}", f"U{number}", words=30)])])
        assert renown.follower.work(db)
        standings.catch_up(db)
        with db.read() as conn:
            now = conn.scalar(live)
    assert now is not None


def said(number: int) -> CloudEvent:
    """By everybody in turn, a message a day, so that no limit takes anything."""
    return message(f"m{number}", f"U{number % PEOPLE}", words=30, minute=1440 * (number // PEOPLE))


def spoken(renown: app.Renown) -> Database:
    """Where everybody said one thing, and all of it is counted and stands."""
    source = connect(renown.db, affiliation="employee")
    with renown.db.write() as conn:
        log.append(conn, [(source, [said(n) for n in range(PEOPLE)])])
    while renown.catch_up():
        pass
    return renown.db


@pytest.mark.parametrize("again", ["replay", "recount"])
def test_no_total_falls_while_events_come_and_what_was_counted_again_takes_over(renown: app.Renown, again: str) -> None:
    db = renown.db
    source = connect(db, affiliation="employee")
    with db.write() as conn:
        log.append(conn, [(source, [said(n) for n in range(600)])])
    while renown.catch_up():
        pass
    over, faults = threading.Event(), list[BaseException]()
    seen, written = [sum(read(db))], [600]

    def until_over(work: Callable[[], object]) -> None:
        try:
            while not over.is_set():
                work()
        except BaseException as error:
            faults.append(error)

    def write() -> None:
        with db.write() as conn:
            log.append(conn, [(source, [said(written[0] + n) for n in range(5)])])
        written[0] += 5

    def follow() -> None:
        renown.follower.work(db)
        standings.tick(db)

    threads = [
        threading.Thread(target=until_over, args=(work,))
        for work in (write, follow, lambda: seen.append(sum(read(db))))
    ]
    for thread in threads:
        thread.start()
    try:
        scorer = renown.follower.scorer("activity")
        if again == "replay":
            found = replay.replay(db, scorer, dry_run=False)
            assert found.same, found.differences
            switched = found.generation
        else:
            with db.write() as conn:
                switched = recount.begin(conn, "activity", "once more")
            assert recount.finish(db, scorer, switched) == "live"
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
    assert faults == []
    with db.read() as conn:
        assert generations.live(conn, "activity") == switched
    while renown.catch_up():
        pass
    seen.append(sum(read(db)))
    assert seen == sorted(seen)
    assert seen[-1] * 600 == seen[0] * written[0]
    assert reconcile(db) == ()


def test_a_replay_gives_way_to_a_recount_that_was_switched_to_meanwhile(renown: app.Renown) -> None:
    """It knows more, and so do its boards: days in another zone, say."""
    db = renown.db
    source = connect(db, affiliation="employee")
    with db.write() as conn:
        log.append(conn, [(source, [message(f"m{n}", f"U{n}", words=30) for n in range(PEOPLE)])])
    while renown.catch_up():
        pass
    scorer, made = renown.follower.scorer("activity"), list[int]()

    def meanwhile(at: int, end: int) -> None:
        if at == end and not made:
            with db.write() as conn:
                made.extend(recount.change_zone(conn, "Asia/Tokyo"))
            assert recount.finish(db, scorer, made[0]) == "live"

    with pytest.raises(replay.Unsettled, match="a recount"):
        replay.replay(db, scorer, dry_run=False, progress=meanwhile)
    begun = list[int]()

    def begin(at: int, end: int) -> None:
        if at == end and not begun:
            with db.write() as conn:
                begun.append(recount.begin(conn, "activity", "once more"))

    with pytest.raises(replay.Unsettled, match="a recount"):
        replay.replay(db, scorer, dry_run=False, progress=begin)
    with db.read() as conn:
        assert generations.live(conn, "activity") == made[0]
        kept = conn.execute(select(Generation.id).where(Generation.state.in_(("replay", "rebuild")))).all()
    assert kept == []


def test_a_recount_that_another_took_the_place_of_ends_in_words(renown: app.Renown) -> None:
    db = spoken(renown)
    with db.write() as conn:
        former = recount.begin(conn, "activity", "once more")
    with db.write() as conn:
        recount.begin(conn, "activity", "and again")
    assert recount.finish(db, renown.follower.scorer("activity"), former) == "gone"


def test_whoever_counts_again_waits_for_no_batch_of_the_live_reader(renown: app.Renown) -> None:
    """A plugin's `score` that never comes back has its reader's row for ever, on PostgreSQL."""
    db = spoken(renown)
    scorer = renown.follower.scorer("activity")
    mine = select(Consumer.name).where(Consumer.kind == "score").with_for_update()
    with db.read() as conn, ThreadPoolExecutor(1) as pool:
        if not db.is_sqlite:
            assert conn.execute(mine).all()
        found = pool.submit(replay.replay, db, scorer, dry_run=True)
        assert found.result(60).same


def test_what_was_counted_again_does_not_switch_a_plugin_on(renown: app.Renown) -> None:
    db = spoken(renown)
    off = list[bool]()

    def switch_off(at: int, end: int) -> None:
        if not off:
            off.append(True)
            switching.set_enabled(db, renown.plugins, "activity", False, actor_id=None, via="cli")

    assert replay.replay(db, renown.follower.scorer("activity"), dry_run=False, progress=switch_off).same
    with db.read() as conn:
        mine = select(Consumer.state).where(Consumer.kind == "score", Consumer.plugin == "activity")
        states = conn.scalars(mine).all()
    assert set(states) == {"off"}


def read(db: Database) -> tuple[int, ...]:
    with db.read() as conn:
        page = boards.board(conn, Viewer(None, "administrator", None), POINTS, limit=100, deep=True)
    return tuple(line.amount for line in page.lines)
