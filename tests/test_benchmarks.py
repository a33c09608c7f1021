"""The benchmarks run, and what they measure is what the product would have made. Nothing is timed here."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest
from benchmarks import boards, crowd, freshness, growth, hot, picture, several, webhooks
from benchmarks.peers import own
from benchmarks.peers.__main__ import RUSH, run

from renown import clock
from tests.holds.processes import empty

#: One of them was merged into another.
PEOPLE = 600


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.set_to(crowd.today):
        yield


@pytest.fixture
def spare(dialect: str, request: pytest.FixtureRequest) -> Iterator[str]:
    with empty(request.getfixturevalue("postgres") if dialect == "postgresql" else None) as (url, _):
        yield url


@pytest.mark.usefixtures("noon")
def test_a_planted_crowd_is_what_the_product_would_have_made(database_url: str) -> None:
    assert crowd.check(database_url, PEOPLE) == []


@pytest.mark.usefixtures("noon")
def test_boards_are_read_exactly_beside_their_bare_queries(database_url: str) -> None:
    outcomes = boards.run(database_url, PEOPLE, calls=3)
    assert [one.what for one in outcomes][:6] == [
        "first page", "middle page", "team page", "page of teams", "my rank", "around me",
    ]  # fmt: skip
    assert all(one.wall > 0 and one.bare_wall > 0 for one in outcomes)


@pytest.mark.parametrize("case", ["one does", "one gets", "one team does"])
def test_what_one_person_costs_is_measured_on_as_many_amounts(database_url: str, case: str) -> None:
    outcome = hot.run(database_url, case, 400, 100)
    assert outcome.cpu > 0
    assert 0.27 < outcome.share < 0.4
    assert outcome.amounts > 370


def test_what_one_person_costs_is_measured_over_http(database_url: str) -> None:
    assert hot.beside(database_url, "one gives", 200, 50).wall > 0


def test_a_growing_log_is_measured_and_replayed(database_url: str, spare: str) -> None:
    *rows, replay = growth.of_events(database_url, [300, 600], spare)
    assert [(row.events, row.measured) for row in rows if isinstance(row, growth.Row)] == [(300, 150), (600, 300)]
    assert isinstance(replay, growth.Replay)
    assert replay.entries
    assert replay.looks


def test_a_crowd_is_measured_in_its_breadth(database_url: str) -> None:
    row = growth.of_people(database_url, 1_000, count=400)
    assert (row.events, row.measured) == (800, 400)
    assert row.touched > 250


def test_what_was_measured_is_drawn() -> None:
    row = {"database": "sqlite", "events": 300, "people": 400, "wall": 200.0}
    rows = [{**row, "series": "events"}, {**row, "series": "events", "events": 5_000_000}, {**row, "series": "people"}]
    drawn = picture.draw([*rows, {"series": "replay", "database": "sqlite"}])
    assert "SQLite, events: 5,000/s at 300, 5,000/s at 5,000,000; SQLite, people: 5,000/s at 400" in drawn


def test_what_is_answered_comes_to_the_board(database_url: str) -> None:
    [outcome] = freshness.run(database_url, rate=100, seconds=1.5, imported=0)
    assert outcome.imported is None
    assert 0 < outcome.p50 <= outcome.p95 <= outcome.worst


def test_one_process_and_two_take_in_the_same(database_url: str, spare: str) -> None:
    assert several.run(database_url, spare, processes=2, count=200, batch=50).together


@pytest.mark.parametrize("case", [webhooks.EACH[-1], webhooks.TOGETHER, webhooks.HTTP], ids=lambda case: case.name)
def test_single_events_are_taken_in_together_and_each(database_url: str, case: webhooks.Case) -> None:
    assert webhooks.run(database_url, case, count=40, connections=4)


def test_a_peers_work_comes_to_what_it_is_worth(database_url: str) -> None:
    given = argparse.Namespace(people=12, connections=4, reads=3)
    with own.started(database_url, given.people) as service:
        figures, rush = run(service, given, events=30)
    assert rush == RUSH
    assert figures.alone > 0
    assert figures.again == 0
