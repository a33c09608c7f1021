"""Nobody is told that somebody else stands far below: places of others are shown as deep as boards go."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from renown.access import tokens
from renown.access.viewer import Viewer
from renown.db import stored
from renown.ledger import boards
from renown_influence import run
from tests.influence.company import Company, name, opened, settled
from tests.ready import Ready

SIZE, DEPTH = 40, 25
#: Whom many, hardly any, and the first few like.
FIRST, LAST, READER = 39, 11, 38
POINTS = "activity.points"


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    """Employee n is liked by n - 10 colleagues: 39 stands first, 11 last of 29."""
    with ready(dialect).copy(settled(SIZE), tmp_path) as url, opened(url, tmp_path) as made:
        made.likes({(rater, owner): 1 for owner in range(11, SIZE) for rater in range(owner - 10)})
        made.settle()
        with made.writing() as ctx:
            run.ask(ctx, "asked")
        made.settle()
        yield made


def handle(n: int) -> str:
    return name(n).lower()


def data(company: Company, n: int, path: str) -> Any:
    answer = company.browser(n).get(path)
    assert answer.status_code == 200, path
    return json.loads(answer.data)


def places(company: Company, n: int, path: str) -> list[int]:
    """All that a page says of places."""
    answer = company.browser(n).get(path)
    assert answer.status_code == 200, path
    return [int(one) for one in re.findall(r"place (\d+)", answer.get_data(as_text=True))]


def panel(company: Company, n: int) -> str:
    return f"/panels/influence/person/{company.people[n]}"


def test_profiles_tell_no_place_of_others_below_the_depth(company: Company) -> None:
    pages = (f"/people/{handle(LAST)}", f"/influence/people/{handle(LAST)}", panel(company, LAST))
    for path in pages:
        for reader in (READER, 0, 1):
            assert places(company, reader, path) == [], path
    assert min(places(company, READER, f"/people/{handle(FIRST)}")) == 1
    assert places(company, READER, f"/influence/people/{handle(FIRST)}")[0] == 1


def test_one_is_told_ones_own_place_however_deep(company: Company) -> None:
    assert max(places(company, LAST, f"/people/{handle(LAST)}")) > DEPTH
    assert max(places(company, LAST, "/influence")) > DEPTH
    assert data(company, LAST, f"/influence/people/{handle(LAST)}.json")["place"] > DEPTH


def test_data_and_the_api_tell_no_more_than_pages(company: Company) -> None:
    ranks = {one["rank"] for one in data(company, READER, f"/people/{handle(LAST)}.json")["totals"]}
    assert ranks == {None}
    assert data(company, READER, f"/influence/people/{handle(LAST)}.json")["place"] is None
    assert data(company, READER, f"/influence/people/{handle(FIRST)}.json")["place"] == 1
    with company.db.write() as conn:
        bearer = f"Bearer {tokens.add(conn, 'places', ['people:read', 'boards:read']).token}"
    answer = company.app.test_client().get(f"/api/v1/people/{handle(LAST)}", headers={"Authorization": bearer})
    assert {one["rank"] for one in json.loads(answer.data)["totals"]} == {None}


def test_those_around_somebody_far_below_are_not_named(company: Company) -> None:
    with company.db.read() as conn:
        last, edge = (Viewer(company.people[n], "member") for n in (LAST, SIZE - DEPTH - 1))
        [mine] = boards.around(conn, last, POINTS)
        assert mine.own
        assert mine.rank is not None
        assert mine.rank > DEPTH
        near = boards.around(conn, edge, POINTS)
    assert [(one.rank, one.own) for one in near] == [(23, False), (24, False), (25, False), (26, True)]
    page = company.browser(LAST).get(f"/boards/{POINTS}?period=all").get_data(as_text=True)
    assert "your place" in page
    assert f'href="/people/{handle(LAST + 1)}"' not in page


def test_the_depth_is_the_setting(company: Company) -> None:
    with company.db.write() as conn:
        stored.put(conn, "core", "board_depth", 28)
    with company.db.read() as conn:
        told = [
            boards.rank(conn, Viewer(company.people[READER], "member"), company.people[n], POINTS) for n in (12, 11)
        ]
    assert [one.rank if one else 0 for one in told] == [28, None]
