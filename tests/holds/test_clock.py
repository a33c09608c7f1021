"""The clock jumps, forward and back: nothing waits as long as it jumped, nothing is lost or done twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from renown import clock
from renown.access import attempts, links, signin
from renown.access.models import Attempt
from renown.clock import DAY, HOUR, SECOND
from renown.db import stored
from renown.db.engine import Database
from renown.events import consume
from renown.health import Site as Checked
from renown.health import database
from renown.jobs import Drain, presence, schedule
from renown.jobs.models import Schedule
from renown.jobs.worker import Worker, run_once
from renown.ledger.models import Close, Entry, Period, Standing
from renown.notify import deliveries
from renown.notify.models import Delivery
from renown.people import persons
from renown.sources import intake, registry
from tests.events.kit import START, message
from tests.holds import kit
from tests.web.conftest import Site

NOON = clock.from_datetime(START) + 3 * HOUR


@dataclass
class Moved:
    """The time, which tests set."""

    at: int = NOON

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Iterator[Moved]:
    moved = Moved()
    with clock.set_to(moved):
        yield moved


def ingest(site: Site, key: str) -> None:
    with site.db.write() as conn:
        source = registry.info(registry.ensure(conn, site.renown.keyring, "tool:a"))
    event = message(key, "ana", source="tool:a")
    event.time = clock.to_datetime(clock.now()) - timedelta(minutes=1)
    assert intake.take(site.renown.reception, source, [event]).accepted == 1


def work(site: Site) -> None:
    """All that a worker finds to do just now."""
    for drain in site.renown.drains:
        while run_once(site.db, drain):
            pass


def idle(site: Site, now: int) -> set[str]:
    """The jobs that have not run by a clock like this one."""
    with site.db.read() as conn:
        late = Schedule.last_at.is_(None) | (Schedule.last_at > now) | (Schedule.due_at > now + DAY)
        return set(conn.scalars(select(Schedule.name).where(late)))


def totals(conn: Connection) -> dict[str, int]:
    """Of the one person there is, by kind of period."""
    mine = select(Period.kind, func.sum(Standing.amount)).join(Standing, Standing.period_id == Period.id)
    rows = conn.execute(mine.where(Period.scope == "organisation").group_by(Period.kind))
    return {kind: int(amount) for kind, amount in rows}


def test_events_and_jobs_go_on_whatever_the_clock_does(site: Site, now: Moved) -> None:
    with site.db.write() as conn:
        schedule.ensure(conn, site.renown.drains)
    days: list[int] = []
    for jump in (0, DAY, 60 * SECOND, -HOUR, 90 * DAY, 2 * HOUR):
        now.at = NOON + jump
        ingest(site, f"m{len(days)}")
        days.append(now.at // DAY)
        work(site)
        assert not idle(site, now.at), f"after a jump to {jump / HOUR:+.1f} h"
        kit.whole(site.renown)
        with site.db.read() as conn:
            assert conn.scalar(select(func.count()).select_from(Entry)) == len(days)
            assert stored.get(conn, "core", "rolling_as_of") == days[-1]
            found = totals(conn)
            closed = conn.execute(select(Close.kind, Close.start)).all()
        assert (found["all"], found["year"], found["week"]) == (1000 * len(days),) * 3
        assert found["rolling"] == 1000 * sum(days[-1] - 30 < day <= days[-1] for day in days)
        assert len(closed) == len(set(closed))


def test_what_waits_for_a_time_waits_no_longer_than_that(db: Database, now: Moved) -> None:
    """A reader that stopped, a message that was not delivered, a job: each set back by a day behind their backs."""
    failing = True

    def apply(*_: object) -> None:
        if failing:
            raise ValueError("not now")

    def send(*_: object) -> None:
        if failing:
            raise ValueError("not now")

    ran: list[int] = []
    drain = Drain("any", lambda _: bool(ran.append(clock.now())), every=DAY)
    with db.write() as conn:
        consume.ensure(conn, "any", "any", "core")
        consume.log.append_core(conn, "closed")
        schedule.ensure(conn, [drain])
        deliveries.queue(conn, "mail", "ana@example.com", {})
    now.at = NOON + DAY
    consume.step(db, "any", apply)
    deliveries.drain(db, send)
    assert run_once(db, drain) is False
    failing, now.at = False, NOON
    consume.step(db, "any", apply)
    deliveries.drain(db, send)
    run_once(db, drain)
    with db.read() as conn:
        row = consume.find(conn, "any")
        assert row is not None
        assert (row.state, row.position) == (consume.RUNNING, consume.log.head(conn))
        assert conn.scalar(select(Delivery.state)) == "sent"
    assert ran == [NOON + DAY, NOON]


def test_nobody_is_locked_out(db: Database, now: Moved) -> None:
    """By tries of a day that was not, by a link that is still good, by a last day that has not come."""
    with db.write() as conn:
        person = persons.add(conn, "Ana", "ana@example.com")
        signin.add_login(conn, person, "ana@example.com", "member", "correct horse battery")
        persons.leaves(conn, person, now.at // DAY + 1, now.at // DAY)
        link = links.make(conn, person)
    now.at = NOON + DAY
    for _ in range(signin.PER_ACCOUNT):
        with pytest.raises(signin.SignInRefused):
            signin.sign_in(db, "ana@example.com", "something else", "192.0.2.1")
    with pytest.raises(signin.TooManyAttempts):
        signin.sign_in(db, "ana@example.com", "something else", "192.0.2.1")
    persons.drain_leavers(db, now.at // DAY)
    now.at = NOON
    persons.drain_leavers(db, now.at // DAY)
    assert signin.sign_in(db, "ana@example.com", "correct horse battery", "192.0.2.1").person_id == person
    with db.write() as conn:
        assert links.use(conn, link).person_id == person
    attempts.drain(db)
    with db.read() as conn:
        assert not conn.scalar(select(func.count()).select_from(Attempt))


def test_a_worker_that_is_gone_does_not_live_until_the_clock_comes_there(db: Database, now: Moved) -> None:
    now.at = NOON + HOUR
    presence.Presence(db, []).beat()
    with db.read() as conn:
        assert presence.alive(conn) == 1
        now.at = NOON
        assert presence.alive(conn) == 0


def test_a_lane_does_not_wait_for_the_clock(db: Database, now: Moved) -> None:
    ran = threading.Semaphore(0)
    worker = Worker(db, [Drain("any", lambda _: bool(ran.release()), every=SECOND // 100, schedule=False)])
    worker.start()
    try:
        assert ran.acquire(timeout=60)
        now.at = NOON - HOUR
        for _ in range(3):
            assert ran.acquire(timeout=60)
    finally:
        worker.stop()


def test_the_page_of_health_says_that_it_was_set_back(site: Site, now: Moved) -> None:
    checked = Checked(site.db, site.renown.settings, site.renown.plugins)
    now.at = clock.from_datetime(datetime.now(UTC))
    ingest(site, "m1")
    assert database.clock_skew(checked).state == "good"
    now.at -= HOUR
    found = database.clock_skew(checked)
    assert (found.state, "was set back" in found.text, "1.0 h" in found.text) == ("bad", True, True)
