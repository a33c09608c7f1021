"""A measure without boards costs its entries and nothing else, and whatever checks or counts again knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select, text

from renown import clock
from renown.clock import DAY
from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.hooks.manifest import ManifestError, MeasureSpec
from renown.ledger import (
    adjustments,
    closes,
    compare,
    freshness,
    generations,
    judging,
    recount,
    replay,
    rules,
    standings,
)
from renown.ledger.entries import Entry, Rules, ScoredEvent
from renown.ledger.models import Entry as EntryRow
from renown.ledger.models import Generation, Measure
from renown.ledger.reconcile import reconcile
from renown.ledger.score import Scorer
from renown.people.models import Identity
from tests.events.kit import START, message
from tests.score.kit import DEFAULTS, MEASURE, MEASURES, PLUGIN, TIES, Site, score

LATER = clock.from_datetime(START) + 40 * DAY
WITH_BOARDS = tuple(replace(one, listed=True) for one in MEASURES)
TABLES = {"entries": "core_entry", "days": "core_day_total", "boards": "core_period", "judged": "core_lead_state"}
OF_BOARDS = {"standings": "core_standing", "lines": "core_standing_close", "lead": "core_lead_change"}


def ties_alone(events: Sequence[ScoredEvent], of: Rules) -> list[Entry]:
    return [one for one in score(events, of) if one.measure == TIES]


@pytest.fixture
def site(db: Database) -> Site:
    return Site(db, affiliation="employee")


@pytest.fixture
def alone(db: Database) -> Site:
    """Of a plugin that has no other measure."""
    only = tuple(one for one in MEASURES if not one.listed)
    return Site(db, scorer=Scorer(PLUGIN, ties_alone), measures=only, affiliation="employee")


def said(key: str, who: str = "U1", minute: int = 0, to: str = "U2") -> CloudEvent:
    return message(key, who, minute=minute, mentions=[to])


def settle(site: Site) -> None:
    """What workers do, up to some weeks after the last act."""
    site.count()
    standings.catch_up(site.db)
    with clock.set_to(lambda: LATER + 3 * DAY):
        closes.close_due(site.db, log.append_core)
    site.count()
    standings.catch_up(site.db)
    judging.catch_up(site.db, LATER // DAY)


def kept(site: Site, measure: str) -> dict[str, int]:
    """How many rows there are of a measure in the generation, by what they are; those apart that there are none of."""
    direct = "SELECT count(*) FROM {table} t JOIN core_measure m ON m.id = t.measure WHERE t.generation = :g"
    through = "SELECT count(*) FROM {table} t JOIN core_period p ON p.id = t.period_id"
    through += " JOIN core_measure m ON m.id = p.measure WHERE p.generation = :g"
    asked = {what: direct.format(table=table) for what, table in TABLES.items()}
    asked |= {what: through.format(table=table) for what, table in OF_BOARDS.items()}
    with site.db.read() as conn:
        of = {"g": site.generation, "name": measure}
        found = {what: conn.scalar(text(f"{query} AND m.name = :name"), of) or 0 for what, query in asked.items()}
    return {what: number for what, number in found.items() if number}


def entries(site: Site) -> list[tuple[Any, ...]]:
    """What the generation counts of the measure, without ids of its own."""
    with site.db.read() as conn:
        rows = conn.execute(
            select(EntryRow.act_id, EntryRow.event_id, EntryRow.identity_id, EntryRow.raw, EntryRow.amount)
            .join(Measure, Measure.id == EntryRow.measure)
            .where(EntryRow.generation == site.generation, Measure.name == TIES)
            .order_by(EntryRow.id)
        )
        return [tuple(row) for row in rows]


def as_manifest(site: Site, measures: Sequence[MeasureSpec]) -> None:
    with site.db.write() as conn:
        generations.ensure(conn, PLUGIN, measures, DEFAULTS)


def count_of(site: Site, state: str) -> Row[Any] | None:
    with site.db.read() as conn:
        return conn.execute(select(Generation.__table__).where(Generation.state == state)).one_or_none()


def turn(site: Site) -> None:
    """What workers do until pages have turned to the count that is being built."""
    building = count_of(site, "building")
    assert building is not None
    site.count(generation=building.id)
    standings.catch_up(site.db)
    recount.advance(site.db, PLUGIN)
    live = count_of(site, "live")
    assert live is not None
    assert live.id == building.id
    site.generation = live.id
    standings.catch_up(site.db)


def test_only_measures_of_people_can_be_without_boards() -> None:
    for wrong in ({"subject": "team"}, {"listed": None}):
        with pytest.raises(ManifestError, match=r"^listed: "):
            MeasureSpec("points.x", "X", **{"listed": False, **wrong})  # type: ignore[arg-type]


def test_nothing_but_entries_is_kept_of_it(site: Site) -> None:
    with clock.set_to(lambda: LATER):
        site.take(said("m1"), said("m2", "U3", 2000, to="U1"), said("m3", "U3", 3000))
        settle(site)
        assert kept(site, TIES) == {"entries": 3}
        assert kept(site, MEASURE).keys() >= {"entries", "days", "boards", "judged", "standings", "lines", "lead"}
        assert reconcile(site.db, scorers=[site.scorer]) == ()
        assert replay.replay(site.db, site.scorer, dry_run=True, digest=True).same
        assert replay.replay(site.db, site.scorer, dry_run=False, digest=True).same
        live = count_of(site, "live")
        assert live is not None
        site.generation = live.id
        assert kept(site, TIES) == {"entries": 3}
        assert reconcile(site.db, scorers=[site.scorer]) == ()


def test_a_total_of_it_is_a_drift(site: Site) -> None:
    with clock.set_to(lambda: LATER):
        site.take(said("m1"))
        settle(site)
        with site.db.write() as conn:
            conn.exec_driver_sql(
                "INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood)"
                " SELECT generation, measure, identity_id, day, team, amount, 0 FROM core_entry"
                " WHERE measure = (SELECT id FROM core_measure WHERE name = 'points.ties')"
            )
        assert [one.check for one in reconcile(site.db, repair=True)] == ["day totals"]
        assert reconcile(site.db) == ()
        assert "days" not in kept(site, TIES)


def test_a_plugin_that_has_no_other_is_counted_tried_recounted_and_replayed(alone: Site) -> None:
    with clock.set_to(lambda: LATER):
        alone.take(said("m1"), said("m2", "U3", 10))
        settle(alone)
        assert kept(alone, TIES) == {"entries": 2}
        with alone.db.write() as conn:
            tried = recount.draft(conn, PLUGIN, {"named": {"points": 5_000}})
        recount.count(alone.db, alone.scorer, tried)
        with alone.db.read() as conn:
            found = compare.compare(conn, PLUGIN, tried, TIES)
        assert [(move.before, move.after) for move in found.moves] == [(2_000, 9_000)], "the limit of each pair bites"
        assert {bite.limit for bite in found.bites} == {"named"}
        assert reconcile(alone.db, scorers=[alone.scorer]) == ()
        assert replay.replay(alone.db, alone.scorer, dry_run=False, digest=True).same
        with alone.db.write() as conn:
            rules.publish(conn, PLUGIN, "named", {"points": 2_000}, recount=True)
            again = recount.begin(conn, PLUGIN, "fairer")
        assert recount.finish(alone.db, alone.scorer, again) == "live"
        alone.generation = again
        assert kept(alone, TIES) == {"entries": 2}
        assert [one[3] for one in entries(alone)] == [2_000, 2_000]
        assert reconcile(alone.db, scorers=[alone.scorer]) == ()


def test_boards_are_not_behind_for_what_is_on_none(alone: Site) -> None:
    alone.take(said("m1"))
    with alone.db.read() as conn:
        assert freshness.age(conn) == 0
    as_manifest(alone, MEASURES)
    with alone.db.read() as conn:
        assert freshness.age(conn) > 0


def test_nobody_is_given_any_of_it_by_hand(site: Site) -> None:
    site.take(said("m1"))
    with site.db.write() as conn:
        person = conn.scalars(select(Identity.person_id)).first()
        assert person is not None
        with pytest.raises(ValueError, match=f"measure: '{TIES}' is no sum that is counted"):
            adjustments.adjust(conn, person, TIES, 1_000, "a talk", by=None)


def test_with_boards_from_now_on_is_as_if_it_always_had_them_and_back(site: Site) -> None:
    with clock.set_to(lambda: LATER):
        site.take(said("m1"), said("m2", "U3", 2000, to="U1"), said("m3", "U3", 3000))
        settle(site)
        before, points = entries(site), site.totals()
        for measures, rows in ((WITH_BOARDS, {*TABLES, *OF_BOARDS}), (MEASURES, {"entries"})):
            as_manifest(site, measures)
            as_manifest(site, measures)
            built, live = count_of(site, "building"), count_of(site, "live")
            assert built is not None
            assert live is not None
            assert (built.base, built.zone) == (live.base, live.zone)
            turn(site)
            assert count_of(site, "building") is None
            assert kept(site, TIES).keys() == rows
            assert entries(site) == before
            assert reconcile(site.db, scorers=[site.scorer]) == ()
        assert site.totals() == points
        site.take(said("m4", "U3", 4000))
        settle(site)
        assert kept(site, TIES) == {"entries": 4}


def test_a_recount_that_is_under_way_begins_again_with_what_it_was_for(site: Site) -> None:
    with clock.set_to(lambda: LATER):
        site.take(said("m1"))
        settle(site)
        with site.db.write() as conn:
            rules.publish(conn, PLUGIN, "named", {"points": 3_000}, recount=True)
            first = recount.begin(conn, PLUGIN, "fairer")
        asked = count_of(site, "building")
        as_manifest(site, WITH_BOARDS)
        built = count_of(site, "building")
        assert asked is not None
        assert built is not None
        assert built.id != first
        assert (built.base, built.note) == (asked.base, "fairer")
        turn(site)
        assert [one[4] for one in entries(site)] == [3_000]
        assert "days" in kept(site, TIES)


def test_a_measure_that_comes_later_is_without_boards_in_what_counts_already(db: Database) -> None:
    site = Site(db, measures=[one for one in MEASURES if one.listed], scorer=Scorer(PLUGIN, score))
    as_manifest(site, MEASURES)
    assert count_of(site, "building") is None
    with clock.set_to(lambda: LATER):
        site.take(said("m1"))
        settle(site)
        assert kept(site, TIES) == {"entries": 1}
        assert reconcile(db, scorers=[site.scorer]) == ()
