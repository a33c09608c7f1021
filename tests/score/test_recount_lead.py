"""Whatever counts the log again tells the same history of the lead: nothing is invented, nothing told is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from renown import clock
from renown.access.viewer import Viewer
from renown.clock import DAY
from renown.db.engine import Database
from renown.events.types import CloudEvent
from renown.jobs.presence import Presence
from renown.jobs.worker import run_once
from renown.ledger import catchup, generations, handover, judging, lead, races, recount, replay, standings
from renown.ledger.reconcile import reconcile
from tests.events.kit import START, message
from tests.score.kit import MEASURE, PLUGIN, Site

NOW = clock.from_datetime(START)
TODAY = NOW // DAY + 20
#: Day, who passed whom, after how many days in the lead, and whether it is struck through.
Told = list[tuple[int, str, str, int, bool]]


def on(day: int, account: str, times: int = 2) -> list[CloudEvent]:
    return [message(f"{account}-{day}-{number}", account, minute=day * 1440 + number) for number in range(times)]


#: As they arrive. What was told of day 5 is disproved later; that U3 led on day 6 is never true once all is in.
FIRST = [*on(0, "U1", 1), *on(5, "U2")]
LATE = on(3, "U1")
MIDST = [*on(6, "U3"), *on(7, "U3"), *on(8, "U3")]
AT_ONCE = [*on(1, "U4"), *on(2, "U4"), *on(4, "U4"), *on(7, "U4")]


@pytest.fixture
def site(db: Database) -> Iterator[Site]:
    with clock.set_to(lambda: TODAY * DAY):
        site = Site(db, affiliation="employee")
        for batch in (FIRST, LATE, [*MIDST, *AT_ONCE]):
            site.take(*batch)
            site.count()
            judge(db)
        yield site


def judge(db: Database) -> None:
    """What a worker does now and then, whoever is counting."""
    standings.catch_up(db)
    judging.catch_up(db, TODAY)


def told(db: Database) -> Told:
    """As pages tell it."""
    with db.read() as conn:
        found = lead.changes(conn, Viewer(role="member"), MEASURE, superseded=True)
    return [
        (one.day - NOW // DAY, one.leader.name, one.former.name, one.days, one.superseded)
        for one in found if one.leader and one.former
    ]  # fmt: skip


def live(db: Database) -> int | None:
    with db.read() as conn:
        return generations.live(conn, PLUGIN)


def kept(db: Database, generation: int) -> dict[tuple[int, ...], bool]:
    """The changes that a generation has on record: board, day, who passed whom; and whether each is struck through."""
    query = f"""
        SELECT c.period_id, c.day, c.leader_id, coalesce(c.former_id, 0), c.superseded_at
        FROM core_lead_change c JOIN core_period p ON p.id = c.period_id WHERE p.generation = {generation}
    """
    with db.read() as conn:
        found = conn.exec_driver_sql(query).all()
    changes = {tuple(row[:4]): row[4] is not None for row in found}
    assert len(changes) == len(found), "one of them is there twice"
    return changes


def judged_again(site: Site) -> int:
    """A recount whose lead is judged, which pages have yet to turn to."""
    with site.db.write() as conn:
        made = recount.begin(conn, PLUGIN, "again")
    site.count(generation=made)
    standings.catch_up(site.db)
    with site.db.write() as conn:
        assert not handover.ready(conn, made)
    assert handover.judge(site.db, made)
    return made


HISTORY: Told = [(5, "U2", "U1", 5, True), (1, "U4", "U1", 1, False)]


def test_a_recount_that_was_judged_half_way_tells_what_was_told_before(site: Site) -> None:
    before = told(site.db)
    assert before == HISTORY
    with site.db.write() as conn:
        made = recount.begin(conn, PLUGIN, "again")
    for upto in range(1, site.count() + 1):
        site.count(generation=made, upto=upto)
        judge(site.db)
    recount.advance(site.db)
    assert live(site.db) == made
    assert told(site.db) == before, "at once, not only when a worker comes round"
    judge(site.db)
    assert told(site.db) == before
    assert reconcile(site.db) == ()


def test_a_replay_that_was_judged_half_way_tells_what_was_told_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(site.db)
    monkeypatch.setitem(catchup.run.__kwdefaults__, "batch", 2)
    found = replay.replay(site.db, site.scorer, dry_run=False, progress=lambda at, end: judge(site.db))
    assert found.same
    assert live(site.db) == found.generation
    assert told(site.db) == before
    judge(site.db)
    assert told(site.db) == before
    assert reconcile(site.db) == ()


def test_the_worker_judges_a_recount_before_pages_turn_to_it(site: Site) -> None:
    """Where one runs, no event that is to be counted waits for the days of years to be judged."""
    drain = judging.drain(standings.today)
    Presence(site.db, [drain]).beat()
    run_once(site.db, drain)
    with site.db.write() as conn:
        made = recount.begin(conn, PLUGIN, "again")
    site.count(generation=made)
    standings.catch_up(site.db)
    before = told(site.db)
    for _ in range(2):
        recount.advance(site.db)
        assert live(site.db) == site.generation, "its lead is not judged yet"
    run_once(site.db, drain)
    recount.advance(site.db)
    assert live(site.db) == made
    assert told(site.db) == before


def test_what_a_late_event_disproves_before_pages_turn_was_told_to_nobody(site: Site) -> None:
    made = judged_again(site)
    first = kept(site.db, made)
    site.take(*on(0, "U5", 2))
    site.count(generation=made)
    judge(site.db)
    assert first.keys() - kept(site.db, made).keys()
    assert not any(kept(site.db, made).values())
    site.count()
    judge(site.db)
    recount.advance(site.db)
    assert live(site.db) == made
    assert [one for one in told(site.db) if not one[-1]] == [(2, "U4", "U5", 2, False)]


def test_of_a_recount_that_was_given_up_no_lead_stays_on_record(site: Site) -> None:
    made = judged_again(site)
    assert kept(site.db, made)
    with site.db.write() as conn:
        recount.begin(conn, PLUGIN, "once more")
    while recount.advance(site.db):
        pass
    assert kept(site.db, made) == {}
    assert told(site.db) == HISTORY


def test_two_that_judge_at_once_tell_each_change_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reads the days, then another judges them with one more event, then the first writes what it read."""
    read = races.follow

    def slowly(*given: Any) -> list[races.Passed]:
        found = read(*given)
        monkeypatch.setattr(races, "follow", read)
        site.take(*on(0, "U5", 2))
        site.count()
        judge(site.db)
        return found

    site.take(*on(2, "U6", 1))
    site.count()
    standings.catch_up(site.db)
    monkeypatch.setattr(races, "follow", slowly)
    judge(site.db)
    judge(site.db)
    assert [one for one in told(site.db) if not one[-1]] == [(2, "U4", "U5", 2, False)]
    assert reconcile(site.db) == ()
    assert kept(site.db, site.generation)


@pytest.mark.parametrize("upto", [0, len(FIRST) + len(LATE) + len(MIDST)])
def test_a_recount_that_is_finished_at_once_tells_what_was_told_before(site: Site, upto: int) -> None:
    """Its lead is judged when all is counted, not before: neither is it missing, nor is anything invented."""
    before = told(site.db)
    with site.db.write() as conn:
        made = recount.begin(conn, PLUGIN, "again")
    site.count(generation=made, upto=upto)
    assert recount.finish(site.db, site.scorer, made) == "live"
    assert told(site.db) == before
    judge(site.db)
    assert told(site.db) == before
