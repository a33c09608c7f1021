"""The report of a survey: by hand, and against scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from renown_influence import report, survey_end, survey_words
from renown_influence.report import Answers, Measured


def answers(*named: list[int], people: int) -> Answers:
    return Answers(len(named), np.array([one for many in named for one in many], np.int64), people)


def made(given: Answers, amounts: list[int], seed: int = 1) -> dict[str, Any]:
    """As many are asked as there are amounts, or as people."""
    people = np.arange(given.people) + 100
    draw = np.random.default_rng(seed)
    padded = np.array(amounts + [0] * (given.people - len(amounts)))
    return report.make(given, people, (Measured("m", "points", padded),), draw)


def test_a_small_one_by_hand() -> None:
    """Person 0 is named by fifteen, 1 by five, 2 by two, 3 by one; 4 and 5 by nobody, 5 has no points either."""
    fifteen = answers([0, 1], [0, 1], [0, 1, 2], [0, 1, 2], [0, 1], [0, 3], *[[0]] * 9, people=20)
    found = made(fifteen, [10, 50, 0, 20, 40])
    assert (found["answers"], found["asked"], found["named"]) == (15, 20, 0), "four were named: fewer than five"
    assert found["most"] == [100, 101], "who was named by fewer than five is not told of"
    [compared] = found["compared"]
    assert compared["people"] == 5, "5 is in neither order"
    # Named 15, 5, 2, 1, 0 are ranks 5 4 3 2 1; points 10 50 0 20 40 are 2 5 1 3 4: 1 - 6 * (9+1+4+1+9) / 120 = -0.2.
    assert compared["agreement"] == -0.2
    assert compared["low"] <= compared["agreement"] <= compared["high"]
    # Five or more: 0 and 1; of the two highest (1 and 4) that is 1. By chance 2 * 2 / 5.
    told = [(one["most"], one["highest"], one["both"], one["chance"]) for one in compared["overlaps"]]
    assert told == [(2, 2, 1, 0.8)]


def test_overlaps_are_of_those_named_by_five() -> None:
    """Seven were named at all, by one each, beside the one that all named: they are in no count."""
    many = answers(*([0, 1 + n % 7] if n < 7 else [0] for n in range(16)), people=20)
    [compared] = made(many, [9, 8, 7, 6, 5, 4, 3, 2, 1])["compared"]
    assert [(one["most"], one["both"]) for one in compared["overlaps"]] == [(1, 1)]


@pytest.mark.parametrize(("number", "named"), [(5, False), (14, False), (15, True)])
def test_few_answers_name_nobody(number: int, named: bool) -> None:
    """Of five answers, who was named by five was named by all: so everybody knew what the others said."""
    found = made(answers(*[[0, 1]] * number, people=30), [0, 9, 8, 7, 6, 5, 4, 3, 2])
    [compared] = found["compared"]
    assert [bool(found["most"]), bool(compared["heard"]), bool(compared["overlaps"])] == [named] * 3


@pytest.mark.parametrize(
    ("number", "people", "told"), [(19, 40, False), (20, 40, True), (20, 80, True), (20, 81, False)]
)
def test_who_is_high_and_named_by_few_needs_many_answers(number: int, people: int, told: bool) -> None:
    found = made(answers(*[[0]] * number, people=people), [0, 9])
    assert found["compared"][0]["busy"] == ((101,) if told else ())


def test_the_last_answer_cannot_be_tried_out() -> None:
    """All but one answer are known, and what is measured: the others that the last one may be give the same report."""
    draw = np.random.default_rng(2)
    known = [draw.choice(60, 3, replace=False).tolist() for _ in range(39)]
    amounts = draw.integers(0, 1000, 60).tolist()
    last = [draw.choice(60, 3, replace=False).tolist() for _ in range(20)]
    told = [made(answers(*known, one, people=60), amounts) for one in last]
    assert len({one["compared"][0]["agreement"] for one in told}) <= 2
    for one in told:
        for name in ("agreement", "low", "high"):
            value = one["compared"][0][name]
            assert value == round(value, 1)
        assert one["compared"][0]["people"] % 5 == one["named"] % 5 == 0


def test_fewer_than_five_answers_say_nothing() -> None:
    assert made(answers([0], [0], [0], [0], people=6), [3, 2, 1]) == {"few": True}
    assert made(answers([0], [0], [0], [0], [1], people=6), [3, 2, 1])["few"] is False


def test_of_fewer_than_five_people_no_agreement_is_told() -> None:
    [few] = made(answers(*[[0, 1, 2]] * 4, [0], people=9), [3, 2, 1, 4])["compared"]
    [five] = made(answers(*[[0, 1, 2]] * 4, [0], people=9), [3, 2, 1, 4, 5])["compared"]
    assert (few["people"], few["agreement"], few["low"], few["high"]) == (0, None, None, None)
    assert five["people"] == 5
    assert five["agreement"] is not None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40))
def test_agreement_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(column) for column in zip(*pairs, strict=True))
    found, low, high = report.agreed(one, other, np.random.default_rng(7))
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
        given = np.random.default_rng(seed)
        _, low, high = report.agreed(named[who], points[who].astype(np.int64), given)
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert held >= 54


def test_the_same_draws_give_the_same_report() -> None:
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


def test_only_those_who_work_here_count_and_each_once() -> None:
    """0 is an address that is nobody's: whoever gave it has answered."""
    people = np.array([3, 5, 8])
    found = survey_end.answers_of([(3, 5), (3, 9), (4, 5), (8, 5), (8, 3), (8, 3), (3, 3), (5, 0)], people)
    assert found.number == 3
    assert found.counts().tolist() == [1, 2, 0]
    assert survey_end.answers_of([], people).number == 0


def test_somebody_else_or_nobody_stands_in_a_kept_report() -> None:
    kept = {"few": False, "most": [1, 2, 3], "compared": [{"heard": [2], "busy": [4], "measure": "m"}]}
    assert report.people_of(kept) == {1, 2, 3, 4}
    other = report.replaced(kept, 2, 3)
    assert other["most"] == [1, 3]
    assert report.replaced(kept, 1, 7)["most"] == [2, 3, 7], "in no order of places"
    assert other["compared"][0]["heard"] == [3]
    gone = report.replaced(kept, 4, None)
    assert (gone["most"], gone["compared"][0]["busy"]) == ([1, 2, 3], [])
    assert kept["most"] == [1, 2, 3]
    assert report.replaced({"few": True}, 2, None) == {"few": True}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.7, 0.9, "agree closely (0.8, where 1 is the same order). {} between 0.7 and 0.9."),
        (0.4, 0.7, "agree in part (0.6, where 1 is the same order). {} between 0.4 and 0.7."),
        (0.01, 0.3, "hardly agree (0.2, where 1 is the same order). {} between 0.0 and 0.3."),
        (
            -0.04,
            0.3,
            "may agree or not, which cannot be told (0.1, where 1 is the same order). {} between 0.0 and 0.3.",
        ),
        (-0.5, -0.1, "disagree (−0.3, where 1 is the same order). {} between −0.5 and −0.1."),
    ],
)
def test_agreement_in_words(low: float, high: float, said: str) -> None:
    compared = {"title": "points of Q1 2026", "agreement": (low + high) / 2, "low": low, "high": high, "people": 1200}
    told = survey_words.agreement(compared, {"answers": 63, "asked": 126})
    said = said.format("Part of that is chance: most likely it is")
    assert told == f"The answers and the points of Q1 2026 {said} 63 answers, 1,200 or more people compared."


def test_where_few_answered_no_word_is_said_for_all() -> None:
    compared = {"title": "influence", "agreement": 0.45, "low": 0.3, "high": 0.6, "people": 55}
    assert survey_words.agreement(compared, {"answers": 8, "asked": 120}) == (
        "The answers and influence: 0.5, where 1 is the same order. Only 7% of all employees answered: what the others "
        "think may be quite different. 8 answers, 55 or more people compared."
    )


def test_no_agreement_in_words() -> None:
    said = survey_words.agreement({"low": None, "high": None, "people": 3}, {"answers": 63, "asked": 100})
    assert (
        said
        == "Nothing can be said of their order: it has too few people, or all have the same place in one of the two."
    )


def test_a_title_begins_a_sentence_and_keeps_its_letters() -> None:
    assert survey_words.begun("points of Q3 2026") == "Points of Q3 2026"
    [mark] = survey_words.picture([{"title": "points of Q3 2026", "low": -1.0, "agreement": 0.0, "high": 1.0}]).marks
    assert (mark.title, mark.low, mark.at, mark.high) == ("Points of Q3 2026", 4, 50, 96)
