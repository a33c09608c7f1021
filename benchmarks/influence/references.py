"""What others would do with the same pairs: weighted PageRank and HITS, written down once more in a few lines each.

They agree with networkx to nine digits, which the tests look at where it is installed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renown_influence.graph import Floats, Pairs

#: Rounds after which the last is taken, and the change, of a sum of 1, at which they end.
ROUNDS, TOLERANCE = 1_000, 1e-12


def pagerank(pairs: Pairs, start: Floats | None = None, alpha: float = 0.85) -> Floats:
    """Sums to 1. Who endorses nobody passes on to everybody alike, as does the part of 1 - alpha."""
    size = pairs.people
    if not size:
        return np.empty(0)
    given = np.bincount(pairs.rater, weights=pairs.weight, minlength=size)
    shares = pairs.weighing(pairs.weight / given[pairs.rater]).matrix()
    silent = given == 0
    values = np.full(size, 1 / size) if start is None else start
    for _ in range(ROUNDS):
        following = alpha * (shares @ values + values[silent].sum() / size) + (1 - alpha) / size
        change = np.abs(following - values).sum()
        values = following
        if change < TOLERANCE:
            break
    return values


def hits(pairs: Pairs, start: Floats | None = None) -> Floats:
    """Authorities; they sum to 1. 0 for everybody where there are no pairs."""
    size = pairs.people
    if not len(pairs.rater):
        return np.zeros(size)
    theirs: Any = pairs.matrix()
    given = theirs.T.tocsr()
    values = np.full(size, 1 / size) if start is None else start
    for _ in range(ROUNDS):
        following = theirs @ (given @ values)
        following /= following.sum()
        change = np.abs(following - values).sum()
        values = following
        if change < TOLERANCE:
            break
    return values
