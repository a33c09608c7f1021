"""Planted drift is found, said in plain words, and put right from the entries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, text, update

from renown import clock
from renown.db.engine import Database
from renown.events.models import Consumer
from renown.ledger import closes, judging, levels, limits, standings
from renown.ledger.entries import Curve
from renown.ledger.models import LimitUse, Measure
from renown.ledger.reconcile import Drift, reconcile
from tests.stand.world import World, day, noon

TODAY = day("2026-05-20")


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    """A live ledger with entries, a closed month, limits, levels and a changed lead."""
    with clock.set_to(lambda: noon(TODAY)):
        world = World.build(db)
        with db.write() as conn:
            for position in range(1, 9):
                world.act(conn, position, 11, noon(TODAY))
            readers = [
                {"name": f"score:activity:{g}", "kind": "score", "plugin": "activity", "generation": g, "position": 8}
                for g in (1, 2)
            ]
            conn.execute(insert(Consumer), readers)
            conn.execute(insert(Measure).values(id=2, name="influence.score", plugin="influence"))
            for key, curve, raw in ((7, Curve.cap(4000), 6000), (8, Curve.cap(9000), 4000)):
                conn.execute(
                    insert(LimitUse).values(id=key, generation=1, raw=raw, curve=limits.text(curve), label="per day")
                )
        april = day("2026-04-10")
        world.post(
            [
                {"identity_id": 11, "event_id": 1, "day": april, "amount": 5000, "team": 1},
                {"identity_id": 21, "event_id": 2, "day": april + 3, "amount": 9000, "team": 2},
                {"identity_id": 32, "event_id": 3, "day": april + 4, "amount": 1000},
                {"identity_id": 41, "event_id": 4, "day": TODAY, "raw": 3000, "amount": 3000, "limits": "7 8"},
                {"identity_id": 41, "event_id": 5, "day": TODAY, "raw": 3000, "amount": 1000, "limits": "7 8"},
            ]
        )
        standings.catch_up(db)
        with db.write() as conn:
            levels.publish(conn, "influence.score", {1: 900, 2: 700}, "run-1")
            closes.snapshot(conn, 1, [1], 5, {"kind": "month", "start": day("2026-04-01")})
        world.post([{"identity_id": 51, "event_id": 6, "day": april + 6, "amount": 50_000, "team": 2}])
        standings.catch_up(db)
        judging.catch_up(db, TODAY)
        yield world


def test_a_sound_ledger_has_no_drift(world: World) -> None:
    assert reconcile(world.db) == ()


def test_what_waits_is_no_drift(world: World) -> None:
    with world.db.write() as conn:
        world.act(conn, 9, 11, noon(TODAY))
        conn.execute(update(Consumer).values(position=9))
    world.post([{"identity_id": 11, "event_id": 9, "day": TODAY, "amount": 7000, "team": 1}])
    assert reconcile(world.db) == ()


PLANTED = {
    "a day total": ("UPDATE core_day_total SET amount = amount + 1, stood = stood + 1 WHERE identity_id = 11",
                    ["day totals", "standings"], "account 11 on 2026-04-10: the changes add up to 5"),
    "a lost day total": ("DELETE FROM core_day_total WHERE identity_id = 21", ["day totals", "standings"],
                         "add up to 9, there is no day total"),
    "a standing": ("UPDATE core_standing SET amount = 123 WHERE subject_id = 4 AND amount = 4000", ["standings"],
                   "standings differ"),
    "a lost standing": ("DELETE FROM core_standing WHERE subject_id = 4", ["standings"], "standings differ"),
    "a standing too many": ("INSERT INTO core_standing SELECT id, 6, 500, true FROM core_period WHERE id ="
                            " (SELECT min(id) FROM core_period WHERE generation = 1)", ["standings"], "1 standings"),
    "a hidden person": ("UPDATE core_standing SET visible = NOT visible WHERE subject_id = 1", ["visibility"],
                        "1 people are shown or hidden"),
    "a hidden team": ("UPDATE core_standing SET visible = NOT visible WHERE period_id IN"
                      " (SELECT id FROM core_period WHERE scope = 'teams')", ["visibility"], "totals of teams"),
    "the histogram": ("UPDATE core_standing_bucket SET count = count + 1 WHERE level = 2", ["histogram"],
                      "does not fit the standings"),
    "a closed line": ("UPDATE core_standing_close SET amount = amount + 1 WHERE subject_id = 2", ["closed periods"],
                      "April 2026"),
    "a lost closed line": ("DELETE FROM core_standing_close WHERE subject_id = 2", ["closed periods"], "April 2026"),
    "a limit": ("UPDATE core_limit_use SET raw = raw + 500 WHERE id = 8", ["limits"],
                "its sum says 4.5, the changes 4"),
    "a change of the lead": ("DELETE FROM core_lead_change WHERE former_id IS NOT NULL", ["lead"], "are missing"),
    "a false change of the lead": ("UPDATE core_lead_change SET leader_id = 6 WHERE leader_id = 2", ["lead"],
                                   "do not follow from the days"),
    "a cursor": ("UPDATE core_consumer SET position = 99 WHERE generation = 1", ["cursors"],
                 "read up to position 99, but the log ends at 8"),
    "a cursor behind": ("UPDATE core_consumer SET position = 3 WHERE generation = 1", ["cursors"],
                        "has counted event 6 already"),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_drift_is_found_and_repaired(world: World, planted: str) -> None:
    statement, checks, words = PLANTED[planted]
    with world.db.write() as conn:
        conn.execute(text(statement))
    found = reconcile(world.db)
    assert {one.check for one in found} & set(checks)
    assert words in " / ".join(one.said for one in found)
    assert not any(one.repaired for one in found)
    reconcile(world.db, repair=True)
    assert reconcile(world.db) == (), planted
    assert world.standing() == world.expected()


def test_levels_cannot_be_repaired_here(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_standing SET amount = 901 WHERE amount = 900"))
    levels_found = [one for one in reconcile(world.db) if one.check == "levels"]
    assert levels_found == [
        Drift(
            "levels",
            "influence.score, organisation: the levels are not those that run run-1 published",
            False,
            "let its plugin publish again",
        )
    ]


def test_what_a_limit_let_through_is_checked_against_its_curve(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_entry SET amount = 2000 WHERE event_id = 5"))
        conn.execute(text("UPDATE core_day_total SET amount = 5000 WHERE identity_id = 41"))
    [found] = [one for one in reconcile(world.db) if one.check == "limits"]
    assert "4 went in, so 4 should have come through, but 5 did" in found.said
    assert found.remedy is not None
