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

from renown_influence.rows import pieces

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
#: Owners at once where a product of two matrices is on the way: it is much larger than what is kept of it.
_OWNERS = 4096


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


def among(pairs: Pairs, chosen: NDArray[np.bool_]) -> Pairs:
    """Between these people alone, numbered anew."""
    within = chosen[pairs.owner] & chosen[pairs.rater]
    number = (np.cumsum(chosen) - 1).astype(np.int32)
    start = np.concatenate(([0], np.cumsum(np.bincount(pairs.owner[within], minlength=pairs.people)[chosen])))
    return Pairs(start.astype(np.int64), number[pairs.rater[within]], pairs.weight[within])


def kappa_of(weight: Floats, percentile: float = 90.0) -> float:
    """What half saturates: so much evidence as nine pairs in ten do not have. 1 where there is none."""
    return float(np.percentile(weight, percentile)) if len(weight) else 1.0


def heard(pairs: Pairs, voices: Floats) -> Floats:
    """The weights of pairs whose rater has a voice of their own: others cannot shift what half saturates."""
    own = voices > 0
    if own.all():
        return pairs.weight
    return np.concatenate([pairs.weight[piece][own[pairs.rater[piece]]] for piece in _pieces(pairs)])


def saturated(pairs: Pairs, kappa: float) -> Pairs:
    """The hundredth like of one and the same colleague says less than the first."""
    weight = pairs.weight + kappa
    return pairs.weighing(np.divide(pairs.weight, weight, out=weight))


def loosened(pairs: Pairs, eta: float, ties: Any) -> Pairs:
    """Endorsements by a circle of friends count less. `ties` is of the last epoch: a row for each owner.

    An endorser's weight is divided by 1 + eta times what the endorser's friends gave to the same person, each as far as
    they are friends. Both are taken from the last epoch: were either of today, an endorsement would take from what
    friends of the endorser gave, and could lower the endorsed.
    """
    if not eta or ties is None:
        return pairs
    friends, pattern = (ties + ties.T) / 2, _pattern(pairs)
    weight = np.empty(len(pairs.weight))
    for begin in range(0, pairs.people, _OWNERS):
        owners = slice(begin, min(begin + _OWNERS, pairs.people))
        here, mine = pattern[owners], slice(pairs.start[owners.start], pairs.start[owners.stop])
        # Only where there is a pair, and there in any case.
        given = (ties[owners] @ friends).multiply(here) + here * np.finfo(np.float64).tiny
        given.sort_indices()
        weight[mine] = pairs.weight[mine] / (1 + eta * given.data)
    return pairs.weighing(weight)


def ties_of(pairs: Pairs) -> Any:
    """What an epoch's saturated pairs tell the next one about who is close to whom."""
    return pairs.matrix()


def shares(pairs: Pairs, shrink: float, into: Floats | None = None) -> Pairs:
    """What part of each rater's voice goes to the owner: less, the more people the rater endorses.

    Written `into` an array, which may be the weights themselves, where they are of no more use.
    """
    total = pairs.matrix().T @ np.ones(pairs.people) + shrink
    weight = np.empty_like(pairs.weight) if into is None else into
    for piece in _pieces(pairs):
        np.divide(pairs.weight[piece], total[pairs.rater[piece]], out=weight[piece])
    return pairs.weighing(weight)


def _pattern(pairs: Pairs) -> Any:
    return pairs.weighing(np.ones(len(pairs.rater))).matrix()


def _pieces(pairs: Pairs) -> list[slice]:
    """All pairs; one empty piece where there are none."""
    return list(pieces(max(len(pairs.rater), 1)))
