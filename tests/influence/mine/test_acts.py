"""The acts behind a line of a score: where they were, which days counted, what is left of each."""

from __future__ import annotations

import csv
import io
import re

import pytest

from renown.api import to_date
from renown.jobs.worker import drain_all
from renown.people import calendar
from tests.influence.mine.reading import MINE, TODAY, address, figures, rated
from tests.influence.office import GENERAL, KAFKA, Office
from tests.influence.reading import data, page, said

#: What of an act is its owner's alone.
DAYS = ("counted", "leave", "idle", "left")


def chained(markup: str) -> dict[str, list[float]]:
    """The numbers of each line from the acts to the sum, without what is told below it."""
    lines = re.findall(r"<dt>(.*?)</dt><dd>(.*?)<div", markup, re.S)
    return {name: figures(said(value)) for name, value in lines}


def cells(markup: str) -> list[list[str]]:
    """The rows of the table of acts."""
    table = markup.split("Acts, newest first</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.split("<tbody>")[1], re.S)
    return [[said(cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)] for row in rows]


@pytest.mark.parametrize("who", ["U1", "U11", "U0"])
def test_what_each_brings_is_the_product_of_what_is_printed(office: Office, who: str) -> None:
    markup = page(office.as_(who), MINE)
    table = markup.split("Who brings how much</caption>")[1].split("</table>")[0]
    head = said(table.split("</thead>")[0])
    assert "Brings: share × voice × 0.85 Part of the score" in head
    rows = [[said(one) for one in re.findall(r"<td.*?</td>", row, re.S)] for row in table.split("<tr>")[2:]]
    lines = [row for row in rows if len(row) == 7]
    assert lines
    for _, _, strength, share, voice, brings, _ in lines:
        assert abs(float(share[:-1]) / 100 * float(voice) * 0.85 - float(brings)) < 0.00151
        assert 0 < float(strength) < 1


def test_behind_a_line_are_its_acts_with_their_places(office: Office) -> None:
    markup = page(office.as_("U1"), rated(office, "U1", "U1"))
    assert f"https://acme.example/M-U1-{KAFKA}" in markup
    assert "Answer accepted" in said(markup)
    assert "Liked" in said(markup)


@pytest.mark.parametrize(("who", "viewer"), [("U1", "U1"), ("U11", "U11"), ("U21", "U21"), ("U0", "U0")])
def test_each_number_of_the_chain_follows_from_those_before(office: Office, who: str, viewer: str) -> None:
    told = data(office.as_(viewer), address(office, who, ".json"))
    for at, one in enumerate(told["from"]):
        chain = chained(page(office.as_(viewer), rated(office, who, viewer, at)))
        (left,) = chain["Left of the acts"]
        again, plus, half, weight = chain["Strength"]
        assert (again, plus) == (left, left)
        assert weight == pytest.approx(left / (left + half), abs=0.00051)
        first, total, shrink, share = chain["Share of the voice"]
        assert (first, shrink) == (weight, 3)
        assert share == pytest.approx(weight / (total + shrink) * 100, abs=0.00051)
        (voice,) = chain["The voice"]
        passed, loud, alpha, brought = chain["Brings"]
        assert (passed, loud, alpha) == (share, voice, 0.85)
        assert brought == round(share * voice * alpha / 100, 3)
        assert abs(brought - one["brought"]) <= 0.001001


def test_each_act_says_which_days_counted_and_what_is_left_of_it(own_office: Office) -> None:
    """U1 was on leave for three working days, which nobody else is told."""
    with own_office.db.write() as conn:
        calendar.set_leave(conn, own_office.people["U1"], TODAY - 7, TODAY - 3)
    own_office.take([own_office.made("U1", GENERAL, days_ago=days) for days in (9, 8, 2)])
    own_office.again()
    path = rated(own_office, "U1", "U1")
    markup = page(own_office.as_("U1"), path)
    *acts, whole = cells(markup)
    left = [float(row[6]) for row in acts]
    assert round(sum(left), 6) == float(whole[-1]) == chained(markup)["Left of the acts"][0]
    assert [row[3] for row in acts] == ["3", "0.5", "0.5"]
    assert {row[5] for row in acts} == {"3 leave"}
    for row, days in zip(acts, (9, 10, 10), strict=True):
        counted = sum((day + 3) % 7 < 5 for day in range(TODAY - days + 1, TODAY)) - 3
        assert int(row[4]) == counted
        assert float(row[6]) == pytest.approx(float(row[3]) * 0.5 ** (counted / 60), abs=0.0011)
    others = page(own_office.as_("U0"), path)
    assert "leave" not in said(others.partition('id="acts"')[2].partition("How many working days")[0])
    assert [len(row) for row in cells(others)] == [4, 4, 4]
    assert {act[name] for act in data(own_office.as_("U0"), path + ".json")["acts"] for name in DAYS} == {None}
    own = data(own_office.as_("U1"), path + ".json")
    assert [act["leave"] for act in own["acts"]] == [3, 3, 3]
    assert own["acts"][0]["day"] == to_date(TODAY - 9).isoformat()
    assert data(own_office.as_("U1"), "/api/v1" + path) == own
    rows = list(csv.DictReader(io.StringIO(own_office.as_("U1").get(path + ".csv").get_data(as_text=True))))
    assert [float(row["left"]) for row in rows] == [act["left"] for act in own["acts"]]


def test_an_act_after_the_run_counts_from_the_next_one_on(own_office: Office) -> None:
    path = rated(own_office, "U1", "U1")
    before = cells(page(own_office.as_("U1"), path))[-1]
    rater = next(who for who in own_office.staff if path.endswith("/" + own_office.handle(who)))
    own_office.take([own_office.liked(rater, "U1", GENERAL, days_ago=1)])
    drain_all(own_office.db, own_office.renown.drains)
    acts = cells(page(own_office.as_("U1"), path))
    assert acts[-1] == before
    assert "counts from the next one on" in acts[0][2]
    assert float(acts[0][6]) == 0
