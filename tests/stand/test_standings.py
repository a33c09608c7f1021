"""Standings follow the day totals: in every board, whatever the batches, and whoever is merged with whom."""

from __future__ import annotations

import pytest

from renown import clock
from renown.db.engine import Database
from renown.ledger import boards, standings
from tests.stand.world import MEMBER, POINTS, World, day, noon

TODAY = day("2026-05-20")


@pytest.fixture
def world(db: Database):
    with clock.set_to(lambda: noon(TODAY)):
        yield World.build(db)


def test_a_row_stands_in_every_board_it_counts_for(world: World) -> None:
    world.give([(11, day("2026-05-18"), 2, 3000)])
    standings.catch_up(world.db)
    stood = world.standing()
    assert stood == world.expected()
    assert {scope for scope, *_ in stood} == {"organisation", "source:1", "teams", "team:2"}
    assert {kind for _, kind, *_ in stood} == {"all", "year", "quarter", "month", "week", "rolling"}
    assert not standings.tick(world.db)


def test_boards_list_and_rank(world: World) -> None:
    world.give([(11, TODAY, 0, 5000), (21, TODAY, 0, 7000), (31, TODAY, 0, 5000), (41, TODAY, 0, 1)])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        page = boards.board(conn, MEMBER, POINTS)
    assert [(one.rank, one.key, one.amount) for one in page.lines] == [
        (1, "p2", 7000), (2, "p3", 5000), (2, "p1", 5000), (4, "p4", 1),
    ]  # fmt: skip
    assert page.total == 4
    assert page.next is None
