"""What a survey says beside points and influence. Pure, and nobody's single answer can be read from it.

With few answers it names nobody: of five answers, "named by five" is named by all. Names stand in no order, how many
people there are is told in whole fives, and all else in tenths: whoever knows all answers but one would else try which
one gives these digits.

How sure an agreement is, is found by drawing the people again and again from those that there are. (To draw the answers
anew would not do: each draw leaves a third of them out, so that all of them agree less than what they are drawn from.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Floats
from renown_influence.leave import Bools

Numbers = NDArray[np.int64]

#: With fewer answers there is no report; who was named by fewer is not among those named.
SMALLEST = 5
#: With fewer answers it names nobody, and does not count who of the most named is among the highest.
NAMING = 15
#: It takes as many answers, and this part of all employees, to say who is high and was named by few.
BUSY, BUSY_PART = 20, 0.25
#: As many as may be named; and so many of the most named are looked for among the highest.
MOST_NAMED = 7
#: Names in a list: as many as a board has; and where two orders disagree.
_LISTED, _DISAGREE = 25, 10
_DRAWN = 1000
_SURE = 0.95


@dataclass(frozen=True)
class Answers:
    """`named` are places among the people, one for each time that somebody was named. `number` people answered."""

    number: int
    named: Numbers
    people: int

    def counts(self) -> Numbers:
        """How often each person is named."""
        return np.bincount(self.named, minlength=self.people)


@dataclass(frozen=True)
class Overlap:
    """Of the `most` most named, `both` are among the `highest` by the measure; by chance it would be `chance`."""

    most: int
    highest: int
    both: int
    chance: float


@dataclass(frozen=True)
class Compared:
    """One measure beside the answers. `heard` and `busy` are people on whom the two disagree, by number.

    `heard` are named by many and far from the highest, `busy` are among the highest and named by few. `low` and `high`
    are where the agreement lies with 95 %. All three are None where either order puts everybody in one place, and of
    fewer than five people. `people` is in whole fives.
    """

    measure: str
    title: str
    people: int
    agreement: float | None
    low: float | None
    high: float | None
    overlaps: tuple[Overlap, ...]
    heard: tuple[int, ...]
    busy: tuple[int, ...]


@dataclass(frozen=True)
class Measured:
    """`amounts` are by people, in their order."""

    measure: str
    title: str
    amounts: Numbers


def fives(number: int) -> int:
    """As many, in whole fives: who came last is not seen in it."""
    return number // SMALLEST * SMALLEST


def make(
    answers: Answers, people: Numbers, measures: tuple[Measured, ...], draw: np.random.Generator
) -> dict[str, Any]:
    """As it is kept. `people` are all who were asked. With fewer than five answers it says nothing but that."""
    if answers.number < SMALLEST:
        return {"few": True}
    counts = answers.counts()
    often = _often(answers)
    most = np.flatnonzero(often)
    most = most[np.argsort(-counts[most], kind="stable")][:_LISTED]
    return {
        "few": False,
        "answers": answers.number,
        "asked": len(people),
        "named": fives(int((counts > 0).sum())),
        "most": _unordered(people, most),
        "compared": [asdict(compare(answers, people, one, draw)) for one in measures],
    }


def compare(answers: Answers, people: Numbers, measured: Measured, draw: np.random.Generator) -> Compared:
    """Of people who were named or have anything of the measure: whoever has neither is in neither order."""
    counts, amounts, often = answers.counts(), measured.amounts, _often(answers)
    there = (counts > 0) | (amounts != 0)
    size = int(there.sum())
    agreement, low, high = agreed(counts[there], amounts[there], draw) if size >= SMALLEST else (None, None, None)
    top = _highest(np.where(often, counts, 0), MOST_NAMED)
    heard, busy = disagreeing(counts, amounts)
    return Compared(
        measured.measure,
        measured.title,
        fives(size),
        _tenths(agreement),
        _tenths(low),
        _tenths(high),
        tuple(overlap(one, amounts, size) for one in _different(top, often)),
        tuple(_unordered(people, heard if often.any() else heard[:0])),
        tuple(_unordered(people, busy if _tells_busy(answers) else busy[:0])),
    )


def _often(answers: Answers) -> Bools:
    """Those named by five or more; nobody, where so few answered that it would tell who named them."""
    found: Bools = answers.counts() >= SMALLEST
    return found if answers.number >= NAMING else np.zeros_like(found)


def _tells_busy(answers: Answers) -> bool:
    return answers.number >= max(BUSY, BUSY_PART * answers.people)


def _unordered(people: Numbers, chosen: Numbers) -> list[int]:
    """Their numbers, ascending: they say nothing of who is before whom."""
    found: list[int] = np.sort(people[chosen]).tolist()
    return found


def _tenths(value: float | None) -> float | None:
    # Adding nothing takes the minus from before it.
    return None if value is None else round(value, 1) + 0.0


def agreed(
    one: Numbers, other: Numbers, draw: np.random.Generator
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Spearman's rank correlation, and where it lies with 95 %: percentiles of the bootstrap over people."""
    orders, size = (Order(one), Order(other)), len(one)
    found = _correlation(*orders, np.ones(size, np.int64))
    if found is None:
        return None, None, None
    drawn = (_correlation(*orders, np.bincount(draw.integers(size, size=size), minlength=size)) for _ in range(_DRAWN))
    beyond = (1 - _SURE) / 2
    low, high = np.quantile([one for one in drawn if one is not None], [beyond, 1 - beyond])
    return found, float(low), float(high)


class Order:
    """Values in their order, sorted once however often people are drawn."""

    def __init__(self, values: Numbers) -> None:
        self._order = np.argsort(values, kind="stable")
        _, self._starts, self._place = np.unique(values[self._order], return_index=True, return_inverse=True)

    def ranks(self, times: Numbers) -> Floats:
        """From 1 for the lowest, each there so many `times`; who has the same shares the places."""
        sizes = np.add.reduceat(times[self._order], self._starts)
        found = np.empty(len(times))
        found[self._order] = (np.cumsum(sizes) - (sizes - 1) / 2)[self._place]
        return found


def _correlation(one: Order, other: Order, times: Numbers) -> float | None:
    """None where all that are there have the same place."""
    if not len(times):
        return None
    first, second = one.ranks(times), other.ranks(times)
    whole = times.sum()
    first, second = first - first @ times / whole, second - second @ times / whole
    spread = float(np.sqrt((first @ (first * times)) * (second @ (second * times))))
    return float(first @ (second * times)) / spread if spread else None


def overlap(chosen: Bools, amounts: Numbers, people: int) -> Overlap:
    """Those `chosen` beside as many of the highest; more, where several share the last place."""
    most = int(chosen.sum())
    high = _top(amounts, most)
    return Overlap(most, int(high.sum()), int((chosen & high).sum()), round(most * int(high.sum()) / people, 1))


def disagreeing(counts: Numbers, amounts: Numbers) -> tuple[Numbers, Numbers]:
    """Named by five or more and not among twice as many highest; among the highest and named by fewer than five."""
    often = counts >= SMALLEST
    size = max(int(often.sum()), MOST_NAMED)
    heard = np.flatnonzero(often & ~_top(amounts, 2 * size))
    busy = np.flatnonzero(~often & _top(amounts, size))
    heard = heard[np.argsort(-counts[heard], kind="stable")]
    busy = busy[np.argsort(-amounts[busy], kind="stable")]
    return heard[:_DISAGREE], busy[:_DISAGREE]


def _top(values: Numbers, size: int) -> Bools:
    """The highest, of those who have anything; with all who share the last place."""
    held = np.sort(values[values > 0])[::-1]
    if not len(held) or not size:
        return np.zeros(len(values), np.bool_)
    found: Bools = values >= held[min(size, len(held)) - 1]
    return found


def _highest(values: Numbers, size: int) -> Bools:
    """About so many of the highest: with or without those who share the last place, whichever is nearer."""
    wide = _top(values, size)
    if not wide.any():
        return wide
    narrow = values > values[wide].min()
    fewer = int(narrow.sum())
    return narrow if fewer and size - fewer < int(wide.sum()) - size else wide


def _different(*chosen: Bools) -> list[Bools]:
    """Each choice that has anybody in it, once."""
    found: list[Bools] = []
    for one in chosen:
        if one.any() and not any((one == other).all() for other in found):
            found.append(one)
    return found


def people_of(report: Mapping[str, Any]) -> set[int]:
    """Everybody whom a kept report names."""
    found = set(report.get("most", ()))
    for one in report.get("compared", ()):
        found.update(one["heard"], one["busy"])
    return found


def replaced(report: Mapping[str, Any], gone: int, kept: int | None) -> dict[str, Any]:
    """A kept report in which somebody is another from now on, or nobody."""

    def told(people: list[int]) -> list[int]:
        changed = [kept if one == gone else one for one in people]
        return sorted({one for one in changed if one is not None})

    found = dict(report)
    if "most" in found:
        found["most"] = told(found["most"])
        found["compared"] = [
            one | {"heard": told(list(one["heard"])), "busy": told(list(one["busy"]))} for one in found["compared"]
        ]
    return found
