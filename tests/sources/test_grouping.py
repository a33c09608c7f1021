"""Deliveries that come while others are being committed: one commit for all, and each its own outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.event import listen
from sqlalchemy.exc import TimeoutError

from renown.db.engine import GLANCES, Database
from renown.events import log
from renown.sources import intake
from renown.sources.grouping import Grouping
from renown.sources.intake import Counts, Prepared
from tests.events.kit import event, message
from tests.sources.kit import connect, reception, send


class Desk:
    """Threads that hand over a delivery each. The first commit ends when `opened`, whoever comes until then waits."""

    def __init__(self, db: Database, grouping: Grouping) -> None:
        self._db, self._grouping = db, grouping
        self._leading, self._open = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._waiting = 0
        self.groups: list[int] = []
        self.outcomes: dict[str, Counts | BaseException] = {}
        #: In the place of a commit, by its number.
        self.instead: dict[int, Callable[[], None]] = {}

    def hand_over(self, name: str, prepared: Prepared, *, waits: bool = True) -> None:
        """Return when it leads, or `waits` with those before it."""
        thread = threading.Thread(target=self._deliver, args=(name, prepared))
        self._threads.append(thread)
        thread.start()
        if not waits:
            return
        assert self._leading.wait(30)
        while self._grouping.waiting < self._waiting:
            thread.join(0.001)
        self._waiting += 1

    def opened(self) -> dict[str, Counts | BaseException]:
        """Let the first commit go on; the outcomes of all, by name."""
        self._open.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "somebody waits for ever"
        assert not self._grouping.waiting
        return self.outcomes

    def _deliver(self, name: str, prepared: Prepared) -> None:
        try:
            self.outcomes[name] = self._grouping.commit(self._db, prepared, self._commit)
        except BaseException as error:
            self.outcomes[name] = error

    def _commit(self, db: Database, group: Sequence[Prepared]) -> list[Counts]:
        self.groups.append(len(group))
        number = len(self.groups)
        if number == 1:
            self._leading.set()
            assert self._open.wait(30)
        self.instead.get(number, lambda: None)()
        return intake.commit(db, group)


def stop() -> None:
    raise SystemExit(1)


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db, Grouping())


@pytest.fixture
def prepared(db: Database) -> Callable[[str], Prepared]:
    source, here = connect(db), reception(db)
    return lambda key: intake.prepare(here, source, [message(key)])


def test_deliveries_that_arrive_while_one_is_committed_share_a_commit(
    desk: Desk, prepared: Callable[[str], Prepared]
) -> None:
    for number in range(9):
        desk.hand_over(f"d{number}", prepared(f"m{number // 2}"))
    outcomes = desk.opened()
    assert desk.groups == [1, 8]
    taken: list[Any] = list(outcomes.values())
    assert sum(one.accepted for one in taken) == 5
    assert sum(one.duplicates for one in taken) == 4


def test_no_group_is_larger_than_it_may_be(db: Database, prepared: Callable[[str], Prepared]) -> None:
    desk = Desk(db, Grouping(most=3))
    for number in range(6):
        desk.hand_over(f"d{number}", prepared(f"m{number}"))
    assert all(isinstance(one, Counts) and one.accepted for one in desk.opened().values())
    assert desk.groups == [1, 3, 2]


def test_after_a_group_the_next_waits_a_moment_for_as_many(db: Database, prepared: Callable[[str], Prepared]) -> None:
    desk = Desk(db, Grouping(company=60))
    for number in range(3):
        desk.hand_over(f"d{number}", prepared(f"m{number}"))
    desk.opened()
    desk.hand_over("late", prepared("m3"), waits=False)
    desk.hand_over("later", prepared("m4"), waits=False)
    assert all(isinstance(one, Counts) and one.accepted == 1 for one in desk.opened().values())
    assert desk.groups == [1, 2, 2]


def test_one_who_comes_alone_waits_for_nobody(db: Database, prepared: Callable[[str], Prepared]) -> None:
    desk = Desk(db, Grouping(company=3600))
    for number in range(3):
        desk.hand_over(f"d{number}", prepared(f"m{number}"), waits=False)
        desk.opened()
    assert desk.groups == [1, 1, 1]


def test_who_waited_in_vain_for_others_is_committed_alone(db: Database, prepared: Callable[[str], Prepared]) -> None:
    desk = Desk(db, Grouping(company=0.001))
    for number in range(3):
        desk.hand_over(f"d{number}", prepared(f"m{number}"))
    desk.opened()
    desk.hand_over("late", prepared("m3"), waits=False)
    desk.opened()
    assert desk.groups == [1, 2, 1]


def test_one_that_spoils_the_commit_does_not_spoil_it_for_others(
    db: Database, desk: Desk, prepared: Callable[[str], Prepared]
) -> None:
    ghost = connect(db, "post:ghost")
    bad = intake.prepare(reception(db), ghost, [event("x", thing="t", owner="o")])
    # What no check of ours foresees.
    bad.extras[ghost.id, "x"] = {"p": {"nan": object()}}
    for name, one in {"first": prepared("m1"), "bad": bad, "good": prepared("m2")}.items():
        desk.hand_over(name, one)
    outcomes = desk.opened()
    assert isinstance(outcomes["bad"], TypeError)
    others = [outcomes[name] for name in ("first", "good")]
    assert all(isinstance(one, Counts) and one.accepted == 1 for one in others)


def test_while_the_database_is_in_trouble_it_is_not_asked_again_for_each(
    desk: Desk, prepared: Callable[[str], Prepared]
) -> None:
    def away() -> None:
        raise TimeoutError("no connection to be had")

    desk.instead[2] = away
    for number in range(5):
        desk.hand_over(f"d{number}", prepared(f"m{number}"))
    outcomes = desk.opened()
    assert desk.groups == [1, 4]
    assert sum(isinstance(one, TimeoutError) for one in outcomes.values()) == 4


@pytest.mark.parametrize("interrupted", [1, 2])
def test_whoever_is_stopped_while_committing_for_others_leaves_nobody_waiting(
    desk: Desk, prepared: Callable[[str], Prepared], interrupted: int
) -> None:
    desk.instead[interrupted] = stop
    for number in range(4):
        desk.hand_over(f"d{number}", prepared(f"m{number}"))
    outcomes = desk.opened()
    assert sum(isinstance(one, SystemExit) for one in outcomes.values()) == 1
    assert sum(isinstance(one, Counts) and one.accepted == 1 for one in outcomes.values()) == 3


def test_a_crowd_of_deliveries_takes_few_connections(db: Database) -> None:
    source, here = connect(db), reception(db)
    taken: list[int] = []
    listen(db.engine, "checkout", lambda *_: taken.append(1))
    most: list[int] = []
    listen(db.engine, "checkin", lambda *_: (most.append(len(taken)), taken.pop()))
    crowd = threading.Barrier(30)

    def deliver(number: int) -> None:
        crowd.wait(30)
        send(here, source, message(f"m{number}"))

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 0 < max(most) <= GLANCES + 1
    with db.read() as conn:
        assert log.head(conn) == 30
