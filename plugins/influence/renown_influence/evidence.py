"""Who endorsed whom, on which day, about what: packed arrays, and what is left of them today."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from renown_influence.activity import Activity
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.leave import Bools, Days, ticks
from renown_influence.parameters import Parameters

#: Owners whose clocks are reckoned at once: some hundred working days of so many people fit a processor's cache.
_AT_ONCE = 16_384
_THOUSANDTH = 1e-3


@dataclass(frozen=True)
class Evidence:
    """Rows by owner, rater, day and topic, each combination once. `owner` and `rater` are identities.

    `topic` is a space's id, 0 for none; `amount` is in thousandths of a mention.
    """

    owner: Ints
    rater: Ints
    day: Ints
    topic: Ints
    amount: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Self:
        return cls(*(np.empty(0, np.int32) for _ in range(4)), np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.owner)

    def plus(self, other: Evidence) -> Evidence:
        """Both together. What was taken back is gone."""
        if not len(other):
            return self
        columns = [np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)]
        order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
        owner, rater, day, topic, amount = (column[order] for column in columns)
        first = _changes(owner, rater, day, topic)
        total = np.add.reduceat(amount, np.flatnonzero(first))
        kept = total != 0
        rows = np.flatnonzero(first)[kept]
        return Evidence(owner[rows], rater[rows], day[rows], topic[rows], total[kept])

    def only(self, rows: Bools) -> Evidence:
        return Evidence(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True)
class People:
    """Everybody who has an account. `person[identity]` is who it belongs to, by id; 0 where there is none.

    `counted[person]` is False for bots and whoever was erased; `voice[person]` is 1 for verified employees.
    """

    person: Ints
    counted: Bools
    voice: Floats


@dataclass(frozen=True)
class Calendar:
    """The organisation's working `days` up to `today`, ascending, at least one; `leave` by person: days [from, to)."""

    today: int
    days: Days
    leave: dict[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class World:
    """What evidence is weighed by, beside itself."""

    people: People
    activity: Activity
    calendar: Calendar


@dataclass(frozen=True)
class Weighed:
    """A graph of people by their ids, ascending. `weight` of a pair is what is left of its evidence."""

    people: Ints
    pairs: Pairs


def weigh(evidence: Evidence, world: World, parameters: Parameters) -> Weighed:
    """What is left of everything today, by pair of people. Nobody endorses oneself."""
    everybody = world.people
    owner, rater = everybody.person[evidence.owner], everybody.person[evidence.rater]
    kept = (owner != rater) & everybody.counted[owner] & everybody.counted[rater]
    kept &= (evidence.amount > 0) & (evidence.day <= world.calendar.today)
    columns = [column[kept] for column in (owner, rater, evidence.day, evidence.amount)]
    order = _order(columns[0], columns[1])
    owner, rater, day, amount = columns if order is None else [column[order] for column in columns]
    people, number = _numbered(len(everybody.counted), owner, rater)
    owner, rater = number[owner], number[rater]
    left = _left(owner, day, amount, people, world, parameters)
    first = np.flatnonzero(_changes(owner, rater))
    start = np.zeros(len(people) + 1, np.int64)
    np.cumsum(np.bincount(owner[first], minlength=len(people)), out=start[1:])
    weight = np.add.reduceat(left, first) if len(first) else left
    return Weighed(people, Pairs(start, rater[first], weight))


def _left(
    owner: Ints, day: Ints, amount: NDArray[np.int64], people: Ints, world: World, parameters: Parameters
) -> Floats:
    """Each row's weight today, by the clock of its owner. Rows lie by owner."""
    left = amount * _THOUSANDTH
    if not len(owner):
        return left
    calendar = world.calendar
    days = calendar.days[max(int(np.searchsorted(calendar.days, day.min(), "right")) - 1, 0) :]
    at = np.maximum(np.searchsorted(days, day, "right") - 1, 0)
    acted = world.activity.by_person(world.people.person, len(world.people.counted), days)
    for begin in range(0, len(people), _AT_ONCE):
        rows = slice(*np.searchsorted(owner, (begin, begin + _AT_ONCE)))
        if rows.start < rows.stop:
            chosen = people[begin : begin + _AT_ONCE]
            clock = ticks(acted.of(chosen), _away(chosen, calendar, days), days, parameters.allowance)
            age = clock[-1][owner[rows] - begin] - clock[at[rows], owner[rows] - begin]
            left[rows] *= np.exp2(age / -parameters.half_life)
    return left


def _away(people: Ints, calendar: Calendar, days: Days) -> Bools:
    """Registered leave: (days, people)."""
    found = np.zeros((len(days), len(people)), np.bool_)
    for column in np.flatnonzero(np.isin(people, np.fromiter(calendar.leave, np.int64))):
        for start, end in calendar.leave[int(people[column])]:
            found[slice(*np.searchsorted(days, (start, end))), column] = True
    return found


def _numbered(size: int, *who: Ints) -> tuple[Ints, Ints]:
    """The ids that occur, ascending; and for each id below `size` its place among them."""
    known = np.zeros(size, np.bool_)
    for ids in who:
        known[ids] = True
    people = np.flatnonzero(known).astype(np.int32)
    number = np.zeros(size, np.int32)
    number[people] = np.arange(len(people), dtype=np.int32)
    return people, number


def _order(owner: Ints, rater: Ints) -> NDArray[np.int64] | None:
    """What sorts the rows by pair; None where they lie so already, as they do while nobody has two accounts."""
    key = owner.astype(np.int64) << 32 | rater
    return None if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")


def _changes(*columns: Ints) -> Bools:
    """Where a row differs from the one before."""
    found = np.ones(len(columns[0]), np.bool_)
    if len(found):
        found[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return found
