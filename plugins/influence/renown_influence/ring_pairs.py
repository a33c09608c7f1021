"""What is ordinary between two people of one organisation, and who endorse each other beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.leave import Bools

Numbers = NDArray[np.int64]
Group = tuple[int, ...]

#: What is below this part of the median pair is told apart no further: a like or two, long ago.
_LEAST = 0.25
#: From so many pairs it is taken what is ordinary among them; from fewer it is not.
_ENOUGH = 30
#: Two who endorse each other do so at most so many times what is ordinary where one endorses the other.
_RETURNED = 4.0
#: What is seen in so many pairs is believed half: of a person with others, and of a team.
_DOUBT, _DOUBT_TEAM = 2, 5


class Couples:
    """Pairs who endorse each other: `first < second`, in this order. Everything is by couple.

    `excess` is how many times what is ordinary the weaker side is, as a logarithm; `least` is its evidence. `within`
    says that both are of one team; `team` is by person, 0 where not known.
    """

    def __init__(self, pairs: Pairs, team: Ints) -> None:
        self.pairs, self.team = pairs, team
        owner, rater = pairs.owner, pairs.rater
        same = (team[owner] == team[rater]) & (team[owner] > 0)
        back = _back(owner, rater)
        self._times = _times(pairs.weight, same, back >= 0)
        self._one = np.flatnonzero((back >= 0) & (owner < rater))
        self._other = back[self._one]
        self.first, self.second, self.within = owner[self._one], rater[self._one], same[self._one]
        self.excess = np.minimum(self._times[self._one], self._times[self._other])
        self.least = np.minimum(pairs.weight[self._one], pairs.weight[self._other])
        #: Pairs where one alone endorses the other: between teams, and within.
        alone = back < 0
        self.alone = int((alone & ~same).sum()), int((alone & same).sum())
        #: With how many people each has anything to do.
        met = alone | (owner < rater)
        self.met = owner[met], rater[met]
        given = np.argsort(rater, kind="stable")
        self._to, self._given = owner[given], self._times[given]
        self._gives = np.concatenate(([0], np.cumsum(np.bincount(rater, minlength=pairs.people))))
        ours = np.flatnonzero(self.within)
        self._ours = ours[np.argsort(team[self.first[ours]], kind="stable")]

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
            to_one = self._times[self._one[inside[number]]] - max(generous[other] + popular[one], used)
            to_other = self._times[self._other[inside[number]]] - max(generous[one] + popular[other], used)
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
        mine = slice(self._gives[one], self._gives[one + 1])
        return _believed(self._given[mine][~np.isin(self._to[mine], group)], _DOUBT)

    def _popular(self, one: int, group: Group) -> float:
        mine = slice(self.pairs.start[one], self.pairs.start[one + 1])
        return _believed(self._times[mine][~np.isin(self.pairs.rater[mine], group)], _DOUBT)


def _believed(times: Floats, doubt: int) -> float:
    """What somebody is used to, where it is more than ordinary; the fewer pairs say so, the less."""
    if not len(times):
        return 0.0
    return max(float(np.median(times)) * len(times) / (len(times) + doubt), 0.0)


def _back(owner: Ints, rater: Ints) -> Numbers:
    """For each pair the one in which the two have changed places, or -1."""
    key = owner.astype(np.int64) << 32 | rater
    wanted = rater.astype(np.int64) << 32 | owner
    at = np.searchsorted(key, wanted)
    found = np.full(len(key), -1, np.int64)
    there = np.flatnonzero(at < len(key))
    there = there[key[at[there]] == wanted[there]]
    found[there] = at[there]
    return found


def _times(weight: Floats, same: Bools, mutual: Bools) -> Floats:
    """How many times what is ordinary each pair is, as a logarithm: on one team or on two, both ways or one."""
    if not len(weight):
        return weight
    level = np.log(np.maximum(weight, _LEAST * np.median(weight)))
    within, between = _ordinary(level, same), _ordinary(level, ~same)
    # Among themselves those of a ring may be most of all who endorse each other, but not most of all who endorse.
    both = min(_ordinary(level, same & mutual, mutual), within + log(_RETURNED))
    apart = min(_ordinary(level, ~same & mutual, mutual), between + log(_RETURNED))
    # Between two teams no more is ordinary than within one.
    alone = np.where(same, within, min(within, between))
    return level - np.where(mutual, np.where(same, both, min(both, apart)), alone)


def _ordinary(level: Floats, *chosen: Bools) -> float:
    """The median of the first choice that has enough pairs; else of all."""
    enough = (which for which in chosen if np.count_nonzero(which) >= _ENOUGH)
    which = next(enough, None)
    return float(np.median(level if which is None else level[which]))
