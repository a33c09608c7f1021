"""Which ballots a charter allows: one by one, with the reason, and many at once."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting.canonical import LARGEST
from renown_ideation.counting.charter import Approve, Ballots, Budget, Quadratic, Rank, Score

Numbers = NDArray[np.uint8] | NDArray[np.int64]
Bools = NDArray[np.bool_]


def limits(rule: Ballots) -> tuple[int, int]:
    """The lowest and the highest value of one option."""
    match rule:
        case Approve():
            return 1, 1
        case Score(lowest=lowest, highest=highest):
            return lowest, highest
        case Rank(most_options=most):
            return 1, most or LARGEST
        case Budget() | Quadratic():
            return 1, rule.highest_value


def top(rule: Ballots, options: int) -> int:
    """The highest value that one of so many options may have."""
    highest = limits(rule)[1]
    return min(highest, options) if isinstance(rule, Rank) else highest


def wrong(rule: Ballots, options: Mapping[str, int], choices: Mapping[str, int]) -> str | None:
    """Why the charter does not allow this ballot; None where it does. `options`: those there are."""
    lowest, highest = limits(rule)
    for option, value in choices.items():
        if option not in options:
            return f"there is no option {option[:24]}"
        if type(value) is not int:
            # What came as JSON may be true, 1.0 or "1": the published file knows none of them.
            return f"option {option} has something else than a whole number"
        if not value:
            return f"option {option} has 0: an option that gets nothing is left out"
        if not lowest <= value <= highest and not isinstance(rule, Rank):
            return f"option {option} has {_short(value)}: the charter allows {lowest} to {highest}"
    if rule.most_options and len(choices) > rule.most_options:
        return f"it names {len(choices)} options: the charter allows {rule.most_options}"
    if isinstance(rule, Rank) and sorted(choices.values()) != list(range(1, len(choices) + 1)):
        return "its ranks are not 1, 2, 3 and so on, each once"
    spent = cost(rule, choices)
    if isinstance(rule, Budget | Quadratic) and spent > rule.budget:
        return f"it spends {_short(spent)}: the charter's budget is {rule.budget}"
    return None


def _short(value: int) -> str:
    """For a message: nobody has to read, and Python need not write, what has thousands of digits."""
    return str(value) if abs(value) < 10**30 else "more than 30 digits"


def cost(rule: Ballots, choices: Mapping[str, int]) -> int:
    """What the ballot spends of its budget; 0 where there is none."""
    match rule:
        case Budget():
            return sum(choices.values())
        case Quadratic():
            return sum(value * value for value in choices.values())
    return 0


def allowed(rule: Ballots, values: Numbers) -> Bools:
    """For each column, a ballot, whether `wrong` has nothing to say. A row is an option; 0 is left out."""
    lowest, highest = limits(rule)
    given = values != 0
    named = given.sum(axis=0, dtype=np.intp)
    found: Bools = ~((values < lowest) & given).any(axis=0) & ~((values > highest) & given).any(axis=0)
    found &= named <= (rule.most_options or inf)
    match rule:
        case Rank():
            found &= _permutations(values, named)
        case Budget(budget=budget):
            # Each is at most the budget, but their sum may be beyond what 64 bits hold.
            found &= _sums(values, found) <= budget
        case Quadratic(budget=budget):
            found &= _sums(values, found, squared=True) <= budget
    return found


def _permutations(values: Numbers, named: NDArray[np.intp]) -> Bools:
    """Whether the ranks are 1 to k: there are k different ones, and none is above k."""
    options, ballots = values.shape
    if options < 63 and values.dtype == np.uint8:
        bits = np.ones(ballots, np.uint64)
        for row in values:
            bits |= np.left_shift(np.uint64(1), row, dtype=np.uint64)
        few: Bools = (bits == (np.uint64(2) << named.astype(np.uint64)) - np.uint64(1)) & (values.max(axis=0) == named)
        return few
    seen: Bools = np.zeros((options + 1, ballots), np.bool_)
    every = np.arange(ballots)
    for row in values:
        seen[np.clip(row, 0, options), every] = True
    found: Bools = (seen[1:].sum(axis=0) == named) & (values.max(axis=0) == named)
    return found


def _sums(values: Numbers, within: Bools, squared: bool = False) -> NDArray[np.object_]:
    """Of the columns that are within their limits; exact, whatever the size."""
    usual = values.astype(np.float64)
    usual = usual * usual if squared else usual
    found = usual.sum(axis=0)
    exact: NDArray[np.object_] = found.astype(object)
    for column in np.flatnonzero(within & (found > LARGEST // 2)):
        several = [int(value) for value in values[:, column].tolist()]
        exact[column] = sum(value * value if squared else value for value in several)
    return exact
