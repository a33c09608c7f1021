"""Schulze: M. Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method, Social Choice and Welfare 36 (2011), by winning votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting.method import Outcome, Ties
from renown_ideation.counting.profile import Block

Ints = NDArray[np.int64]


class Schulze:
    """`preferred[a, b]`: the weight of the ballots that rank a above b. What is not ranked stands below, level."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = ids
        self.preferred: Ints = np.zeros((len(ids), len(ids)), np.int64)

    def take(self, block: Block) -> None:
        # 0, not ranked, becomes the highest number there is.
        ranks = (
            block.values - np.array(1, block.values.dtype) if block.values.dtype == np.uint8 else _last(block.values)
        )
        weight = block.weight
        for bit in range(int(weight.max()).bit_length()):
            among = (weight >> bit) & 1 == 1
            self._add(ranks if among.all() else np.ascontiguousarray(ranks[:, among]), bit)

    def _add(self, ranks: NDArray[Any], bit: int) -> None:
        """Weights are added bit by bit: to count ballots is much faster than to add weights up."""
        for one in range(len(ranks)):
            for other in range(len(ranks)):
                if one != other:
                    self.preferred[one, other] += np.count_nonzero(ranks[one] < ranks[other]) << bit

    def outcome(self, ties: Ties) -> Outcome:
        paths = strongest(self.preferred)
        beats = paths > paths.T
        found = Outcome([], [int(count) for count in beats.sum(axis=1)], rounds=self._trace())
        beaten_by, left = beats.sum(axis=0), set(range(len(self._ids)))
        while left:
            level = ties.ordered(at for at in left if not beaten_by[at])
            if len(level) > 1:
                found.ties.append((len(found.order) + 1, level))
            found.order.append(level[0])
            left.discard(level[0])
            beaten_by = beaten_by - beats[level[0]]
        return found

    def _trace(self) -> list[Mapping[str, Any]]:
        """For each option, by id, the weight that ranks it above each other."""
        found: list[Mapping[str, Any]] = []
        for at in sorted(range(len(self._ids)), key=self._ids.__getitem__):
            row = zip(self._ids, self.preferred[at].tolist(), strict=True)
            above = {str(other): weight for other, weight in row if other != self._ids[at]}
            found.append({"option": self._ids[at], "preferred": above})
        return found


def strongest(preferred: Ints) -> Ints:
    """The strength of the strongest path from each to each; a path is as strong as its weakest link."""
    paths = np.where(preferred > preferred.T, preferred, 0)
    for via in range(len(paths)):
        np.maximum(paths, np.minimum(paths[:, via, None], paths[None, via, :]), out=paths)
    np.fill_diagonal(paths, 0)
    return paths


def _last(values: NDArray[Any]) -> Ints:
    ranks: Ints = np.where(values == 0, np.iinfo(np.int64).max, values)
    return ranks
