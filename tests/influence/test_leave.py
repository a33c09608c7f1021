"""The leave clock: what it does not count, and how little it gives to those who play with it."""

from __future__ import annotations

import numpy as np
import pytest

from renown_influence.leave import Allowance, Days, ticks
from tests.influence.kit import MONDAY, working

ORDINARY = Allowance()


def clock(story: str, days: Days | None = None, allowance: Allowance = ORDINARY) -> list[int]:
    """Of one person, whose working days are told by a letter each: a acts, . idle, l on leave, L acts on leave."""
    marks = np.array(list(story)).reshape(-1, 1)
    days = working(MONDAY, 7 * len(story))[: len(story)] if days is None else days
    found = ticks(np.isin(marks, ["a", "L"]), np.isin(marks, ["l", "L"]), days, allowance)
    return found[:, 0].tolist()


def test_each_working_day_is_a_tick() -> None:
    assert clock("aaaa") == [1, 2, 3, 4]


def test_three_idle_days_are_ordinary_and_four_are_free() -> None:
    assert clock("a...a")[-1] == 5
    assert clock("a....a")[-1] == 2


def test_who_is_away_now_has_four_days_back_on_the_fourth() -> None:
    assert clock("a...")[-1] == 4
    assert clock("a....")[-1] == 1


def test_thirty_days_are_free_in_any_130() -> None:
    assert clock("a" + "." * 40)[-1] == 1 + 10
    # What was used on the first of them, a Tuesday, is there again after 130 days, which is a Saturday.
    assert clock("a" + "." * 94)[-1] == 1 + 64
    assert clock("a" + "." * (94 + 30))[-1] == 1 + 64
    assert clock("a" + "." * (94 + 31))[-1] == 1 + 65


def test_two_absences_share_what_is_free() -> None:
    assert clock("a" + "." * 20 + "a" + "." * 20 + "a")[-1] == 3 + 10


def test_the_allowance_is_a_setting() -> None:
    assert clock("a..a", allowance=Allowance(run=2))[-1] == 2
    assert clock("a......a", allowance=Allowance(most=5))[-1] == 3
    assert clock("a......a", allowance=Allowance(most=0))[-1] == 8


@pytest.mark.parametrize("wrong", [{"run": 0}, {"most": -1}, {"window": 300}])
def test_an_allowance_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="allowance"):
        Allowance(**wrong)


def test_leave_freezes_the_clock_and_uses_nothing_up() -> None:
    assert clock("a" + "l" * 60 + "a")[-1] == 2
    assert clock("a" + "l" * 60 + "." * 30 + "a")[-1] == 2


def test_leave_neither_counts_nor_ends_a_run_of_idle_days() -> None:
    assert clock("a..lll..a")[-1] == 2
    assert clock("a.lll..a")[-1] == 5


def test_an_act_on_leave_costs_nothing() -> None:
    assert clock("alLla")[-1] == 2
    assert clock("a..L..a")[-1] == 2


def test_who_has_not_begun_spends_nothing() -> None:
    assert clock("." * 30 + "a" + "." * 30 + "a")[-1] == 30 + 2


def test_a_holiday_costs_nothing_and_a_token_act_in_it_costs_what_is_left_too_short() -> None:
    assert clock("a..........a")[-1] == 2
    assert clock("a...a......a")[-1] == 3 + 3


def test_one_token_act_every_25_days_keeps_half_where_a_clock_of_acts_would_keep_93_percent() -> None:
    days = working(MONDAY, 151)
    tokens = np.searchsorted(days, MONDAY + np.arange(0, 151, 25))
    story = np.full(len(days), ".")
    story[tokens] = "a"
    found = clock("".join(story), days)
    assert 2 ** -((found[-1] - found[0]) / 60) == pytest.approx(0.48, abs=0.015)
    assert 2 ** -((len(tokens) - 1) / 60) == pytest.approx(0.93, abs=0.005)
