"""How many groups as strong are to be expected by chance, with the same people who have to do with one another."""

from __future__ import annotations

from functools import cached_property
from math import comb, exp, log

import numpy as np
from scipy.special import gammaln, stdtr

from renown_influence.graph import Floats
from renown_influence.ring_pairs import Couples, Numbers

#: With so many others at least a whole team is compared, which differ by so much at least (as a logarithm).
_TEAMS, _SPREAD = 8, 0.35


class Chance:
    """Deals what couples exceed anew: among all who have to do with one another within teams, and between them."""

    def __init__(self, couples: Couples) -> None:
        self._couples = couples
        #: Couples that are explained: beside a large ring a small one is no less improbable.
        self.aside = np.zeros(len(couples.first), np.bool_)

    def set_aside(self, found: Numbers) -> None:
        self.aside[found] = True
        self.__dict__.pop("_ranked", None)

    def of_group(self, size: int, between: int, within: int, weakest: float) -> float:
        """Of a group of `size` in which so many couples, of two teams and of one, exceed what is ordinary by `weakest`.

        First, how many such groups there are to look at, or more. Then, how probable it is that just these couples get
        that much. The rest is for having looked at all sizes and numbers of links: their shares sum to one.
        """
        possible, links = size * (size - 1) // 2, between + within
        found = log(self._groups(size, links))
        for number, ranked, alone in zip((between, within), self._ranked, self._couples.alone, strict=True):
            dealt = np.arange(number)
            strong = len(ranked) - int(np.searchsorted(ranked, weakest))
            found += float(np.log((strong - dealt) / (len(ranked) + alone - dealt)).sum())
        missing = possible - links
        found += log(comb(possible, links)) + log((size - 2) * (size - 1)) + log((missing + 1) * (missing + 2))
        return exp(min(found, 0.0))

    def of_team(self, team: int) -> float:
        """Of a team that as a whole endorses one another so much more than the other teams do; 1 where these are few.

        People of one team have habits in common, so a team counts as one, however many couples it has.
        """
        names, levels = self._teams
        if len(names) <= _TEAMS:
            return 1.0
        others = levels[names != team]
        middle = float(np.median(others))
        spread = max(float(np.median(np.abs(others - middle))) * 1.4826, _SPREAD)
        far = (float(levels[names == team][0]) - middle) / spread
        return min(float(stdtr(len(others) - 1, -far)) * len(names), 1.0)

    @cached_property
    def _ranked(self) -> tuple[Floats, Floats]:
        within, excess = self._couples.within, self._couples.excess
        return np.sort(excess[~self.aside & ~within]), np.sort(excess[~self.aside & within])

    @cached_property
    def _teams(self) -> tuple[Numbers, Floats]:
        """Teams with three couples or more, and what is usual there."""
        ours = np.flatnonzero(self._couples.within)
        names, sizes = np.unique(self._couples.team[self._couples.first[ours]], return_counts=True)
        kept: Numbers = names[sizes >= 3].astype(np.int64)
        usual = [float(np.median(self._couples.excess[self._couples.of_team(int(one))])) for one in kept]
        return kept, np.array(usual)

    def _groups(self, size: int, links: int) -> float:
        """At most so many groups are there. Each link has only so many people who have to do with its ends."""
        with_both, with_either = self._around
        counts = with_both if links == size * (size - 1) // 2 else with_either
        around = np.arange(size - 2, len(counts))
        ways = np.exp(gammaln(around + 1.0) - gammaln(size - 1.0) - gammaln(around - size + 3.0))
        return max(float((ways * counts[size - 2 :]).sum()) / links, 1.0)

    @cached_property
    def _around(self) -> tuple[Numbers, Numbers]:
        """By number: how many pairs have at most so many people who have to do with both, and with either."""
        degree = self._couples.degree - 1
        wide = 2 * int(degree.max(initial=0)) + 1
        both, either = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
        for first, second in self._couples.met():
            one, other = degree[first], degree[second]
            both += np.bincount(np.minimum(one, other), minlength=wide)
            either += np.bincount(one + other, minlength=wide)
        # Of numbers that nobody has the powers are not even finite.
        return np.trim_zeros(both, "b"), np.trim_zeros(either, "b")
