"""Lines over days are those of the root person, whatever account it was."""

from __future__ import annotations

from renown import clock
from renown.db.engine import Database
from renown.ledger import standings, trends, visibility
from tests.stand.world import POINTS, World, day, noon

TODAY = day("2026-05-20")


def test_days_of_people(db: Database) -> None:
    with clock.set_to(lambda: noon(TODAY)):
        world = World.build(db)
        rows = [
            (11, TODAY, 1, 5),
            (12, TODAY, 0, 7),
            (31, TODAY - 2, 0, 9),
            (21, TODAY - 1, 0, 1),
            (21, TODAY - 3, 0, 2),
        ]
        world.give(rows)
        with db.write() as conn:
            world.point(conn, 3, 1)
            visibility.moved(conn, [1, 3])
        standings.catch_up(db)
        with db.read() as conn:
            assert trends.daily(conn, POINTS, (1, 2, 5), TODAY - 2, TODAY) == {
                1: [9, 0, 12],
                2: [0, 1, 0],
                5: [0, 0, 0],
            }
            assert trends.daily(conn, POINTS, (), TODAY - 2, TODAY) == {}
