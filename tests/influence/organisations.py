"""Organisations as graphs: teams, projects across them, people who are everywhere; and rings planted in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from renown_influence.graph import Floats, Ints, Pairs, kappa_of

#: A hundred likes.
LIKES = 50.0


@dataclass(frozen=True)
class Organisation:
    pairs: Pairs
    team: Ints
    planted: tuple[tuple[int, ...], ...]

    @property
    def kappa(self) -> float:
        return kappa_of(self.pairs.weight)


class Making:
    """`given[owner, rater]` is evidence. `size` people work in teams of eight, where they endorse each other most."""

    def __init__(self, seed: int, size: int = 160, spread: float = 1.0) -> None:
        self.draw = np.random.default_rng(seed)
        self.size, self.spread = size, spread
        self.team = (np.arange(size) // 8 + 1).astype(np.int32)
        self.generous, self.popular = self.draw.lognormal(0, 0.5, size), self.draw.lognormal(0, 0.5, size)
        self.given: Floats = np.zeros((size, size))
        self.planted: list[tuple[int, ...]] = []

    def endorse(self, people: Sequence[int], often: float, amount: float) -> None:
        """Everybody of a group endorses `often` of the others by some `amount`."""
        for rater in people:
            for owner in people:
                if owner != rater and self.draw.random() < often:
                    usual = self.generous[rater] * self.popular[owner]
                    self.given[owner, rater] += amount * usual * self.draw.lognormal(0, self.spread)

    def work(self, dense: Sequence[int] = (), times: float = 4.0) -> None:
        """Teams, `dense` ones `times` as much; and now and then somebody of another team, who may return it."""
        for team in range(1, int(self.team.max()) + 1):
            self.endorse(np.flatnonzero(self.team == team).tolist(), 0.8, times * 2 if team in dense else 2)
        for rater in range(self.size):
            for owner in self.draw.choice(self.size, 6, replace=False).tolist():
                self.endorse([rater, owner], 0.75, 0.5)

    def projects(self, number: int) -> None:
        """Three to six people of any teams, who work together closely."""
        for _ in range(number):
            people = self.draw.choice(self.size, self.draw.integers(3, 7), replace=False)
            self.endorse(people.tolist(), 1.0, float(self.draw.lognormal(0.5, 0.5)))

    def everywhere(self, number: int) -> None:
        """People who talk much with everybody, and with one another."""
        for one in self.draw.choice(self.size, number, replace=False).tolist():
            for other in np.flatnonzero(self.draw.random(self.size) < 0.5).tolist():
                if other != one:
                    self.given[other, one] += self.draw.lognormal(1.5, 0.7)
                    self.given[one, other] += self.draw.lognormal(1.5, 0.7)

    def plant(self, people: Sequence[int], amount: float = LIKES) -> None:
        for rater in people:
            for owner in people:
                if owner != rater:
                    self.given[owner, rater] += amount
        self.planted.append(tuple(sorted(map(int, people))))

    def strangers(self, size: int) -> list[int]:
        """People of any teams who are in no ring yet."""
        taken = {one for ring in self.planted for one in ring}
        free = [one for one in range(self.size) if one not in taken]
        return [int(one) for one in self.draw.choice(free, size, replace=False)]

    def done(self) -> Organisation:
        return Organisation(pairs_of(self.given), self.team, tuple(self.planted))


def pairs_of(given: Floats) -> Pairs:
    matrix = sparse.csr_matrix(given)
    matrix.sort_indices()
    return Pairs(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data)
