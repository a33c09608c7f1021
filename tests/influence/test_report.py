"""The report of a survey: by hand, and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from renown_influence import report, survey_end, survey_words
from renown_influence.report import Answers, Measured


def answers(*named: list[int], people: int) -> Answers:
    by = [n for n, one in enumerate(named) for _ in one]
    return Answers(np.array(by), np.array([one for many in named for one in many]), people)


def made(given: Answers, amounts: list[int], asked: int = 20) -> dict[str, object]:
    people = np.arange(given.people) + 100
    return report.make(given, people, asked, (Measured("m", "points", np.array(amounts)),), 1)


def test_a_small_one_by_hand() -> None:
    """Person 0 is named by six, 1 by five, 2 by two, 3 by one; 4 and 5 by nobody, 5 has no points either."""
    six = answers([0, 1], [0, 1], [0, 1, 2], [0, 1, 2], [0, 1], [0, 3], people=6)
    found = made(six, [10, 50, 0, 20, 40, 0])
    assert (found["answers"], found["asked"], found["named"]) == (6, 20, 4)
    assert found["most"] == [100, 101], "who was named by fewer than five is not told of"
    [compared] = found["compared"]  # type: ignore[misc]
    assert compared["people"] == 5, "5 is in neither order"
    # Named 6, 5, 2, 1, 0 are ranks 5 4 3 2 1; points 10 50 0 20 40 are 2 5 1 3 4: 1 - 6 * (9+1+4+1+9) / 120.
    assert compared["agreement"] == pytest.approx(1 - 6 * 24 / 120)
    assert compared["low"] <= compared["agreement"] <= compared["high"]
    # Four were named at all, three of them are among the four highest (50, 40, 20, 10): 0, 1, 3. Five or more: 0 and 1;
    # of the two highest (1 and 4) that is 1.
    told = [(one["most"], one["highest"], one["both"], one["chance"]) for one in compared["overlaps"]]
    assert told == [(4, 4, 3, pytest.approx(16 / 5)), (2, 2, 1, pytest.approx(4 / 5))]


def test_fewer_than_five_answers_say_nothing() -> None:
    assert made(answers([0], [0], [0], [0], people=3), [3, 2, 1]) == {"few": True}
    assert made(answers([0], [0], [0], [0], [1], people=3), [3, 2, 1])["few"] is False


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40))
def test_agreement_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(column) for column in zip(*pairs, strict=True))
    found, low, high = report.agreed(one, other, 7)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert (found, low, high) == (None, None, None)
        return
    assert found == pytest.approx(spearmanr(one, other).statistic, abs=1e-12)
    assert found is not None
    assert low is not None
    assert high is not None
    assert -1 - 1e-9 <= low <= high <= 1 + 1e-9


def test_drawing_people_is_drawing_rows() -> None:
    draw = np.random.default_rng(3)
    one, other = draw.integers(0, 6, 50), draw.integers(0, 100, 50)
    rows = draw.integers(50, size=50)
    orders = report.Order(one), report.Order(other)
    found = report._correlation(*orders, np.bincount(rows, minlength=50))
    assert found == pytest.approx(spearmanr(one[rows], other[rows]).statistic, abs=1e-12)


def test_it_lies_where_it_says_in_most_surveys() -> None:
    """Of 60 surveys of 80 people of one large company, nine in ten or more hold what is true of all of it."""
    draw = np.random.default_rng(5)
    size = 20_000
    work = draw.lognormal(0, 1, size)
    named = draw.poisson(work)
    points = work * draw.lognormal(0, 0.8, size) * 1000
    truth = spearmanr(named, points).statistic
    held = 0
    for seed in range(60):
        who = draw.choice(size, 80, replace=False)
        _, low, high = report.agreed(named[who], points[who].astype(np.int64), seed)
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert held >= 54


def test_the_same_survey_gives_the_same_report() -> None:
    many = answers(*([n % 5, 5 + n % 3] for n in range(30)), people=9)
    amounts = [3, 1, 4, 1, 5, 9, 2, 6, 0]
    assert made(many, amounts) == made(many, amounts)


def test_who_shares_the_last_place_is_in_or_out_together() -> None:
    counts = np.array([9, 8, 7, 6, 5, 4, 3, 3, 3, 3, 0])
    assert report._highest(counts, 7).sum() == 6, "four share the seventh place: six are nearer than ten"
    assert report._highest(np.array([9, 8, 7, 6, 5, 4, 3, 3, 0]), 7).sum() == 8
    assert report._highest(np.array([1] * 20), 7).sum() == 20
    assert report._highest(np.zeros(4, np.int64), 7).sum() == 0
    assert report._top(np.array([5, 5, 5, 1]), 2).tolist() == [True, True, True, False]


def test_disagreeing_are_the_clear_cases() -> None:
    counts = np.array([9, 8, 0, 4] + [0] * 40)
    points = np.array([0, 1000, 900, 950, *range(800, 760, -1)])
    heard, busy = report.disagreeing(counts, points)
    assert heard.tolist() == [0]
    assert busy.tolist()[:2] == [3, 2], "the highest in points first; 3 was named by fewer than five"
    assert 1 not in [*heard, *busy]


def test_only_those_who_work_here_count() -> None:
    people = np.array([3, 5, 8])
    found = survey_end.answers_of([(3, 5), (3, 9), (4, 5), (8, 5), (8, 3)], people)
    assert found.number == 2
    assert found.counts().tolist() == [1, 2, 0]
    assert survey_end.answers_of([], people).number == 0


def test_somebody_else_or_nobody_stands_in_a_kept_report() -> None:
    kept = {"few": False, "most": [1, 2, 3], "compared": [{"heard": [2], "busy": [4], "measure": "m"}]}
    assert report.people_of(kept) == {1, 2, 3, 4}
    other = report.replaced(kept, 2, 3)
    assert other["most"] == [1, 3]
    assert other["compared"][0]["heard"] == [3]
    gone = report.replaced(kept, 4, None)
    assert (gone["most"], gone["compared"][0]["busy"]) == ([1, 2, 3], [])
    assert kept["most"] == [1, 2, 3]
    assert report.replaced({"few": True}, 2, None) == {"few": True}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.7, 0.9, "The two orders agree closely: between 0.7 and 0.9"),
        (0.4, 0.7, "The two orders agree in part: between 0.4 and 0.7"),
        (0.01, 0.3, "The two orders agree a little: between 0.0 and 0.3"),
        (-0.04, 0.3, "Whether the two orders agree cannot be told: between 0.0 and 0.3"),
        (-0.5, -0.1, "The two orders disagree: between −0.5 and −0.1"),
    ],
)
def test_agreement_in_words(low: float, high: float, said: str) -> None:
    compared = {"low": low, "high": high, "people": 1200}
    assert survey_words.agreement(compared, 63) == f"{said}, from 63 answers about 1,200 people."


def test_no_agreement_in_words() -> None:
    said = survey_words.agreement({"low": None, "high": None, "people": 3}, 63)
    assert said == "Nothing can be said of their order: everybody has the same place in one of the two."
