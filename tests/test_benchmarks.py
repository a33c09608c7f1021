"""The benchmarks run, and what they measure is what the product would have made. Nothing is timed here."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from benchmarks import boards, crowd, hot

from renown import clock

PEOPLE = 200


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.set_to(crowd.today):
        yield


def test_a_planted_crowd_is_what_the_product_would_have_made(database_url: str) -> None:
    assert crowd.check(database_url, PEOPLE) == []


def test_boards_are_read_exactly_beside_their_bare_queries(database_url: str) -> None:
    outcomes = boards.run(database_url, PEOPLE, calls=3)
    assert [one.what for one in outcomes][:6] == [
        "first page", "middle page", "team page", "page of teams", "my rank", "around me",
    ]  # fmt: skip
    assert all(one.wall > 0 and one.bare_wall > 0 for one in outcomes)


@pytest.mark.parametrize("case", ["one does", "one team does"])
def test_what_one_person_costs_is_measured_on_as_many_events(database_url: str, case: str) -> None:
    acts = [act for body in hot.bodies(case, 400, 100) for act in json.loads(body)]
    every = hot.PEOPLE if case == "one does" else hot.TEAMS
    busy = [act for act in acts if int(act["data"]["actor"]["id"][1:]) % every == 0]
    assert len(acts) == 400
    assert 0.25 < len(busy) / len(acts) < 0.42
    outcome = hot.run(database_url, case, 400, 100)
    assert outcome.cpu > 0
