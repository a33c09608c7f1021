"""From evidence to shares: how much of a rater's voice goes to whom.

People are numbered 0, 1, 2, ... within one graph. Pairs lie by owner, then by rater, so that what belongs to an owner
is one stretch, and the matrix that is solved needs no sorting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Pairs:
    """Who relies on whom. Pair n says that `rater[n]` endorsed `owner`, whose pairs are `start[owner]:start[owner+1]`.

    `weight` is above 0: what is left of the evidence today, or what was made of it.
    """

    start: NDArray[np.int64]
    rater: Ints
    weight: Floats

    @property
    def people(self) -> int:
        return len(self.start) - 1

    @property
    def owner(self) -> Ints:
        """The owner of each pair."""
        return np.repeat(np.arange(self.people, dtype=np.int32), np.diff(self.start))

    def matrix(self) -> Any:
        """A CSR matrix with a row for each owner and a column for each rater. Shares this one's memory."""
        size = self.people
        return sparse.csr_matrix((self.weight, self.rater, self.start), shape=(size, size), copy=False)

    def weighing(self, weight: Floats) -> Pairs:
        return Pairs(self.start, self.rater, weight)


def kappa_of(weight: Floats, percentile: float = 90.0) -> float:
    """What half saturates: so much evidence as nine pairs in ten do not have. 1 where there is none."""
    return float(np.percentile(weight, percentile)) if len(weight) else 1.0


def saturated(pairs: Pairs, kappa: float) -> Pairs:
    """The hundredth like of one and the same colleague says less than the first."""
    return pairs.weighing(pairs.weight / (pairs.weight + kappa))


def loosened(pairs: Pairs, eta: float, ties: Any) -> Pairs:
    """Endorsements by a circle of friends count less: `ties` (symmetric, of the last epoch) says who are friends.

    An endorser's weight is divided by 1 + eta times the weight of the endorser's friends who endorse the same person.
    """
    if not eta or ties is None:
        return pairs
    theirs = pairs.matrix()
    # (owner, rater): what the rater's friends gave to that owner. Only where there is a pair.
    friends = (theirs @ ties).multiply(_pattern(pairs)).tocsr()
    friends.sort_indices()
    full = friends + _pattern(pairs) * np.finfo(np.float64).tiny
    full.sort_indices()
    return pairs.weighing(pairs.weight / (1 + eta * full.data))


def ties_of(pairs: Pairs) -> Any:
    """How close any two are, both ways: the mean of what each gives to the other."""
    one = pairs.matrix()
    return ((one + one.T) / 2).tocsr()


def shares(pairs: Pairs, shrink: float) -> Pairs:
    """What part of each rater's voice goes to the owner: less, the more people the rater endorses."""
    given = np.bincount(pairs.rater, weights=pairs.weight, minlength=pairs.people)
    return pairs.weighing(pairs.weight / (given + shrink)[pairs.rater])


def _pattern(pairs: Pairs) -> Any:
    return pairs.weighing(np.ones(len(pairs.rater))).matrix()
