"""Transactions held open on purpose: whoever commits late, readers skip nothing, and nobody waits for ever."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice

import pytest
from sqlalchemy import create_engine, make_url, text

from renown.app import Renown
from renown.events import consume, log
from renown.events.types import CloudEvent
from renown.ledger import replay
from renown.sources import registry
from renown.sources.connector import SourceInfo
from tests.events.kit import positions
from tests.holds import ledger
from tests.holds.feed import SOURCE, story
from tests.holds.held import Stage, Writer
from tests.holds.kit import house, replayed, settle, whole

#: More of them with RENOWN_STORM_ROUNDS.
SEEDS = range(7, 7 + int(os.environ.get("RENOWN_STORM_ROUNDS", "2")))


@pytest.fixture
def renown(database_url: str) -> Iterator[Renown]:
    with house(database_url) as made:
        yield made


@pytest.fixture
def source(renown: Renown) -> SourceInfo:
    with renown.db.write() as conn:
        return registry.info(registry.ensure(conn, renown.keyring, SOURCE))


def _append(renown: Renown, source: SourceInfo, events: list[CloudEvent]) -> log.Appended:
    with renown.db.write() as conn:
        return log.append(conn, [(source, events)])


def _settled(renown: Renown) -> None:
    """Fails where readers or boards wait for anybody, instead of waiting with them."""
    with renown.db.read() as conn:
        there = positions(conn)
    assert there == list(range(1, len(there) + 1)), "what can be seen has no gap, whoever is still to commit"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(settle, renown).result(60)
    with renown.db.read() as conn:
        assert all(one.position >= len(there) for one in consume.listed(conn))


def _freed(writers: list[Writer], order: random.Random, between: Callable[[], None]) -> None:
    """Let go, one after the other in any order, of those that stand still; of the one that began first at the end."""
    never, end = threading.Event(), time.monotonic() + 120
    left = list(writers)
    while left:
        standing = [one for one in left[1:] or left if one.reached.is_set()]
        if not standing:
            assert time.monotonic() < end, "the others wait, and nobody is there to be let go"
            never.wait(0.005)
            continue
        one = order.choice(standing)
        left.remove(one)
        one.free()
        between()


@pytest.mark.parametrize("seed", SEEDS)
def test_writers_that_commit_in_any_order_lose_nothing(renown: Renown, source: SourceInfo, seed: int) -> None:
    order = random.Random(seed)
    told = list(islice(story(), 470))
    # The people of all; each batch overlaps with the one before it, and likes what others say.
    _append(renown, source, told[:80])
    settle(renown)
    stages: list[Stage | None] = ["before", "before", "after", "after", "after", None, None]
    order.shuffle(stages)
    stages.insert(0, "before")
    with ExitStack() as stack:
        writers = []
        for number, stage in enumerate(stages):
            part = told[40 + number * 50 : 120 + number * 50]
            order.shuffle(part)
            writers.append(Writer(renown.db.url, stage, source, part))
            stack.callback(writers[-1].close)
        # One writer is all that SQLite has: while it stands still, readers of the log cannot move their cursors either.
        _freed(writers, order, lambda: None if renown.db.is_sqlite else _settled(renown))
        appended = [one.done.result(120) for one in writers]
    assert 80 + sum(one.accepted for one in appended) == len(told)
    assert sum(one.accepted + one.duplicates for one in appended) == 8 * 80
    if not renown.db.is_sqlite:
        assert appended[0].first > max(one.first for one in appended[1:]), "who began first came last"
    whole(renown)
    ledger.checked(renown.db, [one.id for one in told], {one.id for one in told})
    replayed(renown)


def test_one_that_rolls_back_leaves_no_gap(renown: Renown, source: SourceInfo) -> None:
    told = list(islice(story(), 60))

    def append_and_fail() -> None:
        with renown.db.write() as conn:
            log.append(conn, [(source, told[:30])])
            raise LookupError

    with pytest.raises(LookupError):
        append_and_fail()
    _append(renown, source, told[20:])
    _append(renown, source, told)
    _settled(renown)
    ledger.checked(renown.db, [one.id for one in told], set())


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_another_databases_long_transaction_holds_nobody_up(renown: Renown, source: SourceInfo) -> None:
    told = list(islice(story(), 100))
    _append(renown, source, told[:50])
    _settled(renown)
    other = create_engine(make_url(renown.db.url).set(database="postgres"))
    with other.connect() as conn:
        # It writes: its number is older than that of everything which follows here.
        conn.execute(text("CREATE TABLE long_transaction (a integer)"))
        conn.execute(text("INSERT INTO long_transaction VALUES (1)"))
        _append(renown, source, told)
        _settled(renown)
        whole(renown)
        ledger.checked(renown.db, [one.id for one in told], set())
        conn.rollback()
    other.dispose()


def test_a_long_read_in_our_own_database_holds_nobody_up(renown: Renown, source: SourceInfo) -> None:
    told = list(islice(story(), 100))
    _append(renown, source, told[:50])
    _settled(renown)
    with renown.db.read() as conn:
        if not renown.db.is_sqlite:
            conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        seen = log.head(conn), conn.scalar(text("SELECT count(*) FROM core_entry"))
        _append(renown, source, told)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(whole, renown).result(60)
            scorer = renown.follower.scorer("activity")
            again = pool.submit(lambda: replay.replay(renown.db, scorer, dry_run=False)).result(60)
            assert again.same, again.differences
            pool.submit(whole, renown).result(60)
        assert (log.head(conn), conn.scalar(text("SELECT count(*) FROM core_entry"))) == seen
    ledger.checked(renown.db, [one.id for one in told], set())
