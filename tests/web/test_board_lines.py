"""Lines of boards, drawn without a template: as safe as one, and as exact."""

from __future__ import annotations

import random
import re

import pytest
from babel.numbers import format_decimal
from flask import current_app
from markupsafe import Markup

from renown.hooks.manifest import MeasureSpec
from renown.ledger.boards import Line
from renown.ledger.models import UNIT
from renown.web.board_lines import person_line
from renown.web.charts import lines, spark
from renown.web.formats import LOCALE, amount, number
from tests.web.conftest import Site

HOSTILE = '<img src=x onerror="1">'


def drawn(site: Site, line: Line, *, moves: bool = False, closed: bool = False) -> str:
    with site.app.test_request_context():
        ui = current_app.jinja_env.globals["ui"]
        found = person_line(
            ui, line, (0, 1000, 500), MeasureSpec("thanks.points", "Thanks", unit=HOSTILE), "2026-05", moves, closed
        )
    assert isinstance(found, Markup)
    return str(found)


def test_whatever_somebody_is_called_is_text(site: Site) -> None:
    row = drawn(site, Line(1, 7, 'a"b', HOSTILE, 1500, None, None, False))
    assert "<img" not in row
    assert 'onerror="' not in row
    assert row.count("&lt;img src=x onerror=&#34;1&#34;&gt;") == 4
    assert 'href="/people/a%22b/why/thanks.points?period=2026-05"' in row


def test_it_says_place_amount_movement_and_who_is_meant(site: Site) -> None:
    row = drawn(site, Line(1234, 7, "ana", "Ana", 1_234_500, 3, 500, True), moves=True, closed=True)
    assert row.startswith('<tr class="me"><td class="place">1,234</td>')
    assert "1,234.5: why, for Ana" in row
    assert '<td class="num not-phone muted">1,234</td>' in row
    assert row.count("delta-up") == 2
    assert "Ana, last 30 days: 1.5 " in row
    other = drawn(site, Line(1, 7, "ana", "Ana", 1000, 3, None, False))
    assert "delta" not in other
    assert "muted" not in other
    assert "you" not in other


def test_amounts_are_spelled_as_babel_spells_them() -> None:
    chance = random.Random(3)
    for _ in range(2_000):
        thousandths = chance.choice((1, -1)) * chance.randrange(10 ** chance.randrange(1, 15))
        said = format_decimal(thousandths / UNIT, format="#,##0.###;−#,##0.###", locale=LOCALE)
        assert amount(thousandths) == (said if thousandths else "0")


def test_a_trend_stays_within_its_box() -> None:
    chance = random.Random(4)
    for _ in range(200):
        low, high = sorted(chance.randrange(-5000, 5000) for _ in range(2))
        shape = spark([chance.randint(low, high) for _ in range(chance.choice((1, 2, 30)))])
        for x, y in re.findall(r"([\d.]+),([\d.]+)", shape.line + shape.area):
            assert 0 <= float(x) <= 100
            assert 1 <= float(y) <= 23
        assert 1 <= float(shape.base) <= 23


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0.3, "0 0.08 0.16 0.24 0.32"), (4.9, "0 1.5 3 4.5 6"), (60, "0 15 30 45 60"), (101, "0 30 60 90 120"),
        (0, "0 0.25 0.5 0.75 1"),
    ],
)  # fmt: skip
def test_an_axis_has_marks_that_differ_and_say_where_they_stand(highest: float, marks: str) -> None:
    shape = lines([[0, highest]])
    assert " ".join(number(value) for _, value in shape.grid) == marks
    assert all(y >= shape.grid[-1][0] for path in shape.paths for y in map(float, re.findall(r",([\d.]+)", path)))
