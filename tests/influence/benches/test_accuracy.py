"""The bench of accuracy: a truth as somebody wrote it, and how scores agree with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.influence import accuracy, names, taken, truth
from benchmarks.influence.agreement import interval, overlap, pair_accuracy, spearman
from benchmarks.influence.taken import Taken
from benchmarks.influence.truth import Above, BadTruth, Values
from scipy.stats import spearmanr

from tests.influence.benches.lines import WIKI, figures, file_of, said, sheet


def test_better_work_is_found(acme: tuple[Taken, Path]) -> None:
    events, path = acme
    outcome = accuracy.run(events, truth.read(path))
    assert (outcome.people, outcome.found) == (40, 40)
    figure = figures(outcome)["influence", "spearman"]
    assert figure.value is not None
    assert figure.low is not None
    assert 0.2 < figure.low < figure.value


def test_pairs_are_told_apart_by_ids_as_odd_as_they_come(tmp_path: Path) -> None:
    lines = [
        said('a|b, "c"', "create", "Create", {"id": "t1"}, source=WIKI),
        said("ben ", "react", "Like", {"id": "t1"}, source=WIKI),
        said("idle", "react", "Like", {"id": "t9"}, source=WIKI),
        said("also idle", "react", "Like", {"id": "t9"}, source=WIKI),
    ]
    path = tmp_path / "truth.csv"
    rows = [
        '"post:wiki|a|b, ""c""",post:wiki|ben ',
        "post:wiki|idle,post:wiki|also idle",
        "post:wiki|idle,post:wiki|gone",
    ]
    path.write_text("\ufeffabove,below\r\n" + "\r\n".join(rows), encoding="utf-8")
    outcome = accuracy.run(taken.take(file_of(tmp_path, lines)), truth.read(path))
    assert (outcome.people, outcome.found, outcome.rows, outcome.used) == (5, 4, 3, 2)
    # One is right, and two who are alike count half.
    assert figures(outcome)["influence", "pair_accuracy"].value == 0.75
    assert "of the truth's 5 people 4 are in them" in accuracy.say(outcome)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("who,value\n", "line 1: the columns are who, value"),
        ("", "line 1: the columns are none"),
        ("above,below\n", "nothing below"),
        ("above,below\na|b,a|b\n", "line 2, column below: is the person above"),
        ("person,value\na|b,nan\n", "line 2, column value: 'nan' is not a number"),
        ("person,value\na|b\n", "line 2, column value: is empty"),
        ('person,value\n"a|b,1\n', "line 2: unexpected end of data"),
    ],
)
def test_a_truth_without_a_row_that_can_be_taken_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(BadTruth) as raised:
        truth.read(sheet(tmp_path, content))
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (b",c|d", "line 3, column above: is empty"),
        (b"a|b,cd", "line 3, column below: 'cd' is not source|id"),
        (b"a|b,a|b", "line 3, column below: is the person above"),
        (b"a|\xff,c|d", "line 3, column above"),
        (b'a|b,"c"|d', "line 3: "),
    ],
)
def test_a_pair_that_cannot_be_taken_costs_no_other(tmp_path: Path, wrong: bytes, fault: str) -> None:
    found = truth.read(sheet(tmp_path, b"above,below\na|1,a|2\n" + wrong + b"\na|3,a|4\n"))
    assert isinstance(found, Above)
    assert (found.pairs, found.faulty) == ((("a|1", "a|2"), ("a|3", "a|4")), 1)
    assert fault in found.faults[0]


def test_values_that_cannot_be_taken_cost_no_others(tmp_path: Path) -> None:
    rows = ["a|1,2", "a|1,3", "a|2,", "a|3,many", "a|4,1e400", "a|5, 4"]
    found = truth.read(sheet(tmp_path, "\n".join(["Person , Value", *rows])))
    assert isinstance(found, Values)
    assert (found.values, found.faulty) == ({"a|1": 2, "a|5": 4}, 4)
    assert found.faults == (
        "line 3, column person: a|1 was on line 2 already",
        "line 4, column value: is empty",
        "line 5, column value: 'many' is not a number",
        "line 6, column value: '1e400' is not a number",
    )


def test_names_are_found_as_they_stand_and_else_where_one_alone_can_be_meant() -> None:
    accounts = {
        ("wiki", "ana"): 1,
        ("wiki|en", "ben"): 2,
        ("wiki", "en|cleo"): 3,
        ("wiki|en", "cleo"): 4,
        ("wiki", " dan "): 5,
        ("wiki", "Eve"): 6,
        ("wiki", "eve"): 7,
        ("wiki", "e\u0301mile"): 8,
    }
    cells = [" wiki|ana", "wiki|en|ben", "wiki|en|cleo", "wiki| dan ", "wiki|EVE", "wiki|\u00c9mile", "wiki|Ana"]
    found = names.find(cells, accounts)
    assert [found.people.get(cell) for cell in cells] == [1, 2, 3, 5, None, 8, None]
    assert found.nearly == ("wiki|\u00c9mile",)
    assert names.find(["wiki|DAN"], accounts).people == {"wiki|DAN": 5}


def test_blanks_behind_a_comma_and_a_bar_in_a_source_lose_nobody(tmp_path: Path) -> None:
    lines = [
        said("ana", "create", "Create", {"id": "t1"}, source="post:a|b"),
        said("ben", "react", "Like", {"id": "t1"}, source="post:a|b"),
    ]
    known = truth.read(sheet(tmp_path, "above, below\npost:a|b|ana, post:a|b|ben\n"))
    outcome = accuracy.run(taken.take(file_of(tmp_path, lines)), known)
    assert (outcome.found, outcome.used) == (2, 1)
    assert figures(outcome)["influence", "pair_accuracy"].value == 1


def test_a_truth_about_others_is_an_error(tmp_path: Path) -> None:
    found = taken.take(file_of(tmp_path, [said("ana", "create", "Create", {"id": "t1"})]))
    for known in (Values({"post:wiki|ana": 1.0}), Above((("post:wiki|ana", "post:wiki|ben"),))):
        with pytest.raises(accuracy.NobodyFound, match=r"post:wiki\|ana.*post:forum"):
            accuracy.run(found, known)


def test_agreement_is_what_it_is_said_to_be() -> None:
    scores, values = np.array([3.0, 1, 1, 2]), np.array([9.0, 1, 2, 8])
    assert pair_accuracy(scores, np.array([0, 1, 1]), np.array([1, 2, 3]), np.ones(3)) == pytest.approx(0.5)
    assert spearman(scores, values) == pytest.approx(spearmanr(scores, values).statistic)
    assert np.isnan(spearman(np.ones(4), values))
    assert overlap(scores, values, 2) == 1
    more, others = np.array([3.0, 1, 1, 2, 0, 0]), np.array([9.0, 1, 2, 8, 0, 0])
    # The third place belongs to two, to each of them half.
    assert overlap(more, others, 3) == pytest.approx(2.5 / 3)
    one = interval(4, lambda times: float((scores * times).sum() / 4))
    assert one == interval(4, lambda times: float((scores * times).sum() / 4))
    assert one.low is not None
    assert one.high is not None
    assert one.low < 1.75 < one.high
