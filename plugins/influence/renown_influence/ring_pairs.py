"""What is ordinary between two people of one organisation, and who endorse each other beyond it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_influence import rows
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.leave import Bools
from renown_influence.ring_usual import Usual

Numbers = NDArray[np.int64]
Group = tuple[int, ...]

#: What is seen in so many pairs is believed half: of a person with others, and of a team.
_DOUBT, _DOUBT_TEAM = 2, 5


class Couples:
    """Pairs who endorse each other: `first < second`, in this order. Everything is by couple.

    `excess` is how many times what is ordinary the weaker side is, as a logarithm; `least` is its evidence. `within`
    says that both are of one team; `team` is by person, 0 where not known. `alone` is of how many pairs one alone
    endorses the other: between teams, and within.
    """

    def __init__(self, pairs: Pairs, team: Ints) -> None:
        self.pairs, self.team = pairs, team
        self._one, self._other = mutual(pairs)
        self.first, self.second = pairs.rater[self._other], pairs.rater[self._one]
        self._both = np.zeros(len(pairs.rater), np.bool_)
        self._both[self._one] = self._both[self._other] = True
        same = self._same()
        self.within = same[self._one]
        self.alone = int((~same & ~self._both).sum()), int((same & ~self._both).sum())
        self._usually = Usual(pairs.weight, same, self._both)
        self._to_first = self._usually.times(pairs.weight[self._one], self.within, True)
        self._to_second = self._usually.times(pairs.weight[self._other], self.within, True)
        self.excess = np.minimum(self._to_first, self._to_second)
        self.least = np.minimum(pairs.weight[self._one], pairs.weight[self._other])
        ours = np.flatnonzero(self.within)
        self._ours = ours[np.argsort(team[self.first[ours]], kind="stable")]
        self._given: dict[int, Numbers] = {}

    def ask(self, people: Collection[int]) -> None:
        """Find what these people give: `beyond` knows it of nobody else."""
        wanted, rater = np.zeros(self.pairs.people, np.bool_), self.pairs.rater
        wanted[list(people)] = True
        found = [np.flatnonzero(wanted[rater[piece]]) + piece.start for piece in rows.pieces(len(rater))]
        at = np.concatenate([np.empty(0, np.int64), *found])
        at = at[np.argsort(rater[at], kind="stable")]
        edges = np.searchsorted(rater[at], (sorted(people), [one + 1 for one in sorted(people)]))
        self._given = {one: at[begin:end] for one, begin, end in zip(sorted(people), *edges.tolist(), strict=True)}

    def met(self) -> Iterator[tuple[Ints, Ints]]:
        """All who have to do with one another, each two of them once, piece by piece."""
        owner, rater = self.pairs.owner, self.pairs.rater
        for piece in rows.pieces(len(rater)):
            once = ~self._both[piece] | (owner[piece] < rater[piece])
            yield owner[piece][once], rater[piece][once]

    @property
    def degree(self) -> Numbers:
        """With how many people each has anything to do."""
        size = self.pairs.people
        either = np.diff(self.pairs.start) + np.bincount(self.pairs.rater, minlength=size)
        both = np.bincount(self.first, minlength=size) + np.bincount(self.second, minlength=size)
        found: Numbers = either - both
        return found

    def named(self, chosen: Numbers) -> Iterator[tuple[int, int]]:
        return zip(self.first[chosen].tolist(), self.second[chosen].tolist(), strict=True)

    def inside(self, group: Group) -> Numbers:
        """The couples within a group."""
        found = []
        for one in group:
            at, end = np.searchsorted(self.first, (one, one + 1))
            found.append(np.flatnonzero(np.isin(self.second[at:end], group)) + at)
        return np.concatenate(found)

    def beyond(self, group: Group, inside: Numbers) -> Floats:
        """`excess` of couples within a group, less what these people, or their team, are used to outside of it."""
        generous = {one: self._generous(one, group) for one in group}
        popular = {one: self._popular(one, group) for one in group}
        teams = {int(self.team[one]) for one in group} - {0}
        usual = {team: self._usual(team, group) for team in teams}
        found = np.empty(len(inside))
        for number, (one, other) in enumerate(self.named(inside)):
            used = usual[int(self.team[one])] if self.within[inside[number]] else 0.0
            to_one = self._to_first[inside[number]] - max(generous[other] + popular[one], used)
            to_other = self._to_second[inside[number]] - max(generous[one] + popular[other], used)
            found[number] = min(to_one, to_other)
        return found

    def of_team(self, team: int, without: Group = ()) -> Numbers:
        """The couples of one team, but those within a group."""
        at, end = np.searchsorted(self.team[self.first[self._ours]], (team, team + 1))
        chosen = self._ours[at:end]
        both = np.isin(self.first[chosen], without) & np.isin(self.second[chosen], without)
        return chosen[~both]

    def _usual(self, team: int, group: Group) -> float:
        """What a team is used to beside the group. Of one that the group is most of, nothing is known."""
        beside = self.of_team(team, group)
        if 2 * len(beside) <= len(self.of_team(team)):
            return 0.0
        return _believed(self.excess[beside], _DOUBT_TEAM)

    def _generous(self, one: int, group: Group) -> float:
        at = self._given[one]
        owner = np.searchsorted(self.pairs.start, at, "right") - 1
        return _believed(self._times(at, owner)[~np.isin(owner, group)], _DOUBT)

    def _popular(self, one: int, group: Group) -> float:
        at = np.arange(self.pairs.start[one], self.pairs.start[one + 1])
        rater = self.pairs.rater[at]
        return _believed(self._times(at, np.full(len(at), one))[~np.isin(rater, group)], _DOUBT)

    def _times(self, at: Numbers, owner: Numbers) -> Floats:
        """Of some pairs, with whose they are."""
        same = self._alike(owner, self.pairs.rater[at])
        return self._usually.times(self.pairs.weight[at], same, self._both[at])

    def _same(self) -> Bools:
        """By pair: whether both are of one team."""
        owner, rater = self.pairs.owner, self.pairs.rater
        found = np.zeros(len(rater), np.bool_)
        for piece in rows.pieces(len(rater)):
            found[piece] = self._alike(owner[piece], rater[piece])
        return found

    def _alike(self, one: NDArray[Any], other: NDArray[Any]) -> Bools:
        team = self.team[one]
        found: Bools = (team == self.team[other]) & (team > 0)
        return found


def _believed(times: Floats, doubt: int) -> float:
    """What somebody is used to, where it is more than ordinary; the fewer pairs say so, the less."""
    if not len(times):
        return 0.0
    return max(float(np.median(times)) * len(times) / (len(times) + doubt), 0.0)


def mutual(pairs: Pairs) -> tuple[Numbers, Numbers]:
    """Places of pairs whose owner has the smaller number, and of those in which the two have changed places."""
    owner = pairs.owner
    forth = owner < pairs.rater
    here = _key(pairs.rater[~forth], owner[~forth])
    here.sort()
    there = _key(owner[forth], pairs.rater[forth])
    del owner
    # Both ascend, so this walks through memory once.
    found = [_among(there, here[piece]) for piece in rows.pieces(len(here))]
    at = np.concatenate([np.empty(0, np.int64), *found])
    one = np.flatnonzero(forth)[at]
    return one, _place(pairs, there[at] & 0xFFFFFFFF, there[at] >> 32)


def _among(there: Numbers, here: Numbers) -> Numbers:
    """Places of what is in both; both ascend."""
    at = np.searchsorted(there, here)
    at = at[: np.searchsorted(at, len(there))]
    found: Numbers = at[there[at] == here[: len(at)]]
    return found


def _key(one: Ints, other: Ints) -> Numbers:
    found = one.astype(np.int64)
    found <<= 32
    found |= other
    return found


def _place(pairs: Pairs, owner: Numbers, rater: Numbers) -> Numbers:
    """Of pairs that are there."""
    low, high = pairs.start[owner], pairs.start[owner + 1]
    while (low < high).any():
        middle = (low + high) // 2
        # Where it is found already, `middle` may be the next owner's.
        after = (low < high) & (pairs.rater[np.minimum(middle, len(pairs.rater) - 1)] < rater)
        low, high = np.where(after, middle + 1, low), np.where(after, high, middle)
    return low
