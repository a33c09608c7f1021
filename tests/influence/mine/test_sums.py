"""A score and why: numbers that add up as they stand, from the board to the last act."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest
from flask.testing import FlaskClient

from tests.influence.mine.reading import MINE, address, figures
from tests.influence.office import Office
from tests.influence.reading import data, main, named, numbers, page, said


def voices(client: FlaskClient, path: str) -> list[float]:
    """What the table of the page prints as brought: lines, then the sum."""
    table = page(client, path).split("Who brings how much</caption>")[1].split("</table>")[0]
    return [numbers(said(cell))[0] for cell in re.findall(r'<span class="amount">.*?</span>', table)]


@pytest.mark.parametrize("who", ["U1", "U11", "U21", "U0"])
def test_what_is_printed_adds_up(office: Office, who: str) -> None:
    client = office.as_(who)
    *parts, whole = voices(client, MINE)
    assert sum(round(part * 1000) for part in parts) == round(whole * 1000)
    told = data(client, address(office, who, ".json"))
    assert round(told["own"] * 1000) + round(told["brought"] * 1000) + round(told["rounding"] * 1000) == round(
        told["value"] * 1000
    )
    lines = [one["brought"] for one in told["from"]] + ([told["others"]["brought"]] if told["others"] else [])
    assert sum(round(one * 1000) for one in lines) == round(told["brought"] * 1000)
    assert told["value"] == whole


def test_the_score_is_the_one_of_the_board(office: Office) -> None:
    told = data(office.as_("U0"), address(office, "U1", ".json"))
    rows = data(office.as_("U0"), "/boards/influence.score.json")["rows"]
    assert told["influence"] == next(row["amount"] for row in rows if row["person"] == office.handle("U1"))
    assert told["place"] == 1
    assert told["people"] == 19


def test_the_ten_who_bring_most_are_named_and_the_rest_told_together(office: Office) -> None:
    text = main(office.as_("U1"), MINE)
    told = data(office.as_("U1"), address(office, "U1", ".json"))
    assert len(told["from"]) == 10
    assert told["others"]["people"] == 9
    assert named(text) == {f"U{int(one['name'][6:8])}" for one in told["from"]}
    assert "The others together, 9 people" in text
    brought = [one["brought"] for one in told["from"]]
    assert brought == sorted(brought, reverse=True)


@pytest.mark.parametrize("who", ["U1", "U11", "U21", "U0"])
def test_the_score_follows_from_the_value_and_the_unit(office: Office, who: str) -> None:
    markup = page(office.as_(who), MINE)
    ten, _, one, value, unit, score = figures(said(markup.split("formula")[1].split("</p>")[0]).replace("log", "log "))
    assert (ten, one) == (10, 1)
    assert round(10 * math.log2(1 + value / unit), 1) == score
    told = data(office.as_(who), address(office, who, ".json"))
    assert (told["influence"], told["unit"]) == (score, unit)
    assert round(value, 3) == told["value"]


def test_tables_of_the_same_are_for_spreadsheets(office: Office) -> None:
    told = data(office.as_("U1"), address(office, "U1", ".json"))
    answer = office.as_("U1").get(address(office, "U1", ".csv"))
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [(row["person"], float(row["brought"])) for row in rows] == [
        (one["person"], one["brought"]) for one in told["from"]
    ]


def test_who_asks_a_board_why_is_led_here_at_once(office: Office) -> None:
    answer = office.as_("U0").get(f"/people/{office.handle('U1')}/why/influence.score")
    assert (answer.status_code, answer.location) == (302, address(office, "U1"))
    assert f'href="{address(office, "U1")}" aria-label=' in page(office.as_("U0"), "/boards/influence.score")
    office.preset("opt-out", "U1")
    try:
        hidden = office.as_("U0").get(f"/people/{office.handle('U1')}/why/influence.score")
        assert hidden.status_code == 404, "the gate is asked before"
    finally:
        office.preset("open")
