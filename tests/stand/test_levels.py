"""What a run publishes replaces what stood, whatever it is given as and however much of it is new."""

from __future__ import annotations

import random
from array import array
from typing import Any

import pytest
from sqlalchemy import Connection, text

from renown.db.engine import Database
from renown.ledger import boards, checks, levels, standings
from tests.stand.world import ADMIN, World

SCORE = "influence.score"


@pytest.fixture
def world(db: Database) -> World:
    world = World.build(db, people=40, teams=3)
    with db.write() as conn:
        conn.execute(text("INSERT INTO core_measure (id, name, plugin) VALUES (2, 'influence.score', 'influence')"))
    return world


def standing(conn: Connection, scope: str) -> dict[int, int]:
    found = boards.find(conn, SCORE, boards.Span("all", 0), scope)
    assert found is not None
    rows = conn.execute(
        text("SELECT subject_id, amount FROM core_standing WHERE period_id = :id"), {"id": found.id}
    ).all()
    return {row.subject_id: int(row.amount) for row in rows}


@pytest.mark.parametrize("few", [2, 20_000], ids=["most of it moves", "few move"])
@pytest.mark.parametrize("scope", ["organisation", "teams", "topic:tea"])
def test_run_after_run_the_board_is_what_the_last_one_said(
    world: World, scope: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "BATCH", few)
    chance = random.Random(5)
    subjects = range(1, 4) if scope == "teams" else range(1, 41)
    said: dict[int, int] = {}
    for run in range(6):
        said |= {one: chance.choice([0, -3, 700, chance.randrange(10**7)]) for one in chance.sample(subjects, 3)}
        for one in chance.sample(subjects, 1):
            said.pop(one, None)
        series = array("q", said), array("q", said.values())
        with world.db.write() as conn:
            levels.publish(conn, SCORE, series if run % 2 else said, f"run-{run}", scope)
        with world.db.read() as conn:
            assert standing(conn, scope) == {one: amount for one, amount in said.items() if amount}
            for check in (checks.levels, checks.histogram, checks.visibility):
                assert [one.said for one in check(conn, False)] == []
            board = boards.board(conn, ADMIN, SCORE, scope=scope)
            above = [amount for amount in said.values() if amount > 0]
            assert sorted((one.amount for one in board.lines), reverse=True) == sorted(above, reverse=True)


@pytest.mark.parametrize("scope", ["organisation", "teams", "topic:tea"])
def test_publishing_gives_what_it_replaces(world: World, scope: str) -> None:
    with world.db.write() as conn:
        given = [
            levels.publish(conn, SCORE, said, f"run-{run}", scope)
            for run, said in enumerate([{3: 5, 1: 700}, {3: 5, 1: 700}, {2: 40, 3: 6}, {}, {}])
        ]
        told = [dict(zip(*before, strict=True)) for before in given]
        assert told == [{}, {1: 700, 3: 5}, {1: 700, 3: 5}, {2: 40, 3: 6}, {}]
        assert list(given[2][0]) == [1, 3]
        # What changed nothing was said by the newest run, too.
        assert conn.scalar(text("SELECT run FROM core_period WHERE scope = :scope"), {"scope": scope}) == "run-4"
        assert [one.said for one in checks.levels(conn, False)] == []


@pytest.mark.parametrize(
    ("series", "wrong"),
    [
        (([1, 2], [5]), "2 subjects, but 1 amounts"),
        (([1, 1], [5, 6]), "there twice"),
        (([1, 2], [5, 0.5]), "two series of whole numbers"),
    ],
)
def test_series_that_do_not_fit_are_refused_and_nothing_moves(world: World, series: Any, wrong: str) -> None:
    with world.db.write() as conn:
        levels.publish(conn, SCORE, {1: 900}, "run-1")
        with pytest.raises(ValueError, match=f"^values: .*{wrong}"):
            levels.publish(conn, SCORE, series, "run-2")
        assert standing(conn, "organisation") == {1: 900}
