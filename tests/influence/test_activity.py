"""On which days somebody did anything: kept as bits, read by person."""

from __future__ import annotations

import numpy as np

from renown_influence.activity import Activity
from tests.influence import kit
from tests.influence.kit import MONDAY


def days_of(found: Activity, accounts: list[int], days: range) -> list[int]:
    """Of one person with these accounts."""
    marks = found.of(np.array(accounts, np.int32), np.array([0]), np.array(days))
    return np.array(days)[marks[:, 0]].tolist()


def test_days_are_kept_whichever_comes_first() -> None:
    found = kit.activity([(2, MONDAY + 9), (2, MONDAY), (1, MONDAY + 3)])
    assert days_of(found, [2], range(MONDAY - 5, MONDAY + 30)) == [MONDAY, MONDAY + 9]
    assert days_of(found, [1], range(MONDAY - 5, MONDAY + 30)) == [MONDAY + 3]


def test_more_acts_leave_what_is_there() -> None:
    first = kit.activity([(0, MONDAY + 100)])
    found = first.plus(np.array([0, 3], np.int32), np.array([MONDAY - 50, MONDAY + 300]))
    assert days_of(found, [0], range(MONDAY - 100, MONDAY + 400)) == [MONDAY - 50, MONDAY + 100]
    assert days_of(found, [3], range(MONDAY - 100, MONDAY + 400)) == [MONDAY + 300]
    assert days_of(first, [0], range(MONDAY - 100, MONDAY + 400)) == [MONDAY + 100]


def test_what_was_before_a_day_goes_and_takes_no_room() -> None:
    found = kit.activity([(2, 0), (2, MONDAY), (1, MONDAY + 3)])
    later = found.since(MONDAY)
    assert later.bits.nbytes < 10 < found.bits.nbytes
    assert days_of(later, [2], range(MONDAY + 30)) == [MONDAY]
    assert days_of(later, [1], range(MONDAY, MONDAY + 30)) == [MONDAY + 3]
    assert later.since(MONDAY - 100) is later
    nothing = later.since(MONDAY + 400)
    assert days_of(nothing, [1, 2], range(MONDAY + 500)) == []
    more = nothing.plus(np.array([2], np.int32), np.array([MONDAY + 401]))
    assert days_of(more, [2], range(MONDAY + 500)) == [MONDAY + 401]


def test_no_acts_change_nothing() -> None:
    first = kit.activity([(0, MONDAY)])
    assert first.plus(np.empty(0, np.int32), np.empty(0, np.int64)) is first
    assert days_of(Activity.none(), [7], range(MONDAY, MONDAY + 9)) == []


def test_somebodys_accounts_count_together() -> None:
    found = kit.activity([(1, MONDAY), (4, MONDAY + 1), (4, MONDAY), (2, MONDAY + 2)])
    assert days_of(found, [1, 4], range(MONDAY, MONDAY + 9)) == [MONDAY, MONDAY + 1]
    both = found.of(np.array([1, 4, 2], np.int32), np.array([0, 2]), np.array([MONDAY, MONDAY + 1, MONDAY + 2]))
    assert both.T.tolist() == [[True, True, False], [False, False, True]]


def test_an_account_that_never_did_anything_has_no_days() -> None:
    found = kit.activity([(1, MONDAY)])
    assert days_of(found, [99], range(MONDAY, MONDAY + 9)) == []
    assert days_of(found, [1, 99], range(MONDAY, MONDAY + 9)) == [MONDAY]
