"""Instant run-off: whoever is first on the fewest ballots leaves, one at a time, and the ballots go on to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting.method import Outcome, Ties
from renown_ideation.counting.profile import Block, Weights

Ints = NDArray[np.uint8] | NDArray[np.uint16]


class InstantRunoff:
    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = ids
        self._ballots: list[tuple[Ints, Weights]] = []

    def take(self, block: Block) -> None:
        self._ballots.append((_in_order(block), block.weight))

    def outcome(self, ties: Ties) -> Outcome:
        piles = [Pile(order, weight) for order, weight in self._ballots]
        standing, none = set(range(len(self._ids))), [0] * (len(self._ids) + 1)
        votes = [sum(several) for several in zip(none, *(pile.votes() for pile in piles), strict=True)]
        totals, found = list(votes), Outcome([], [])
        while len(standing) > 1:
            fewest = min(votes[at] for at in standing)
            level = ties.ordered(at for at in standing if votes[at] == fewest)
            out = level[-1]
            if len(level) > 1:
                found.ties.append((len(standing), level))
            found.rounds.append(self._shown(standing, votes, out))
            standing.discard(out)
            found.order.insert(0, out)
            for at in (*standing, out):
                totals[at] = votes[at]
            votes[out] = 0
            for pile in piles:
                went = pile.without(standing, out)
                votes = [before + more for before, more in zip(votes, went, strict=True)]
        found.order = [*standing, *found.order]
        found.totals = totals[:-1]
        return found

    def _shown(self, standing: set[int], votes: Sequence[int], out: int) -> Mapping[str, Any]:
        held = {str(self._ids[at]): votes[at] for at in standing}
        return {"votes": held, "exhausted": votes[-1], "leaves": self._ids[out]}


class Pile:
    """Ballots, and who is the first on each of those who still stand: `nobody` is the number of options."""

    def __init__(self, order: Ints, weight: Weights) -> None:
        self.order, self.weight = order, weight
        # Where each ballot is, in the order as one row: that is found faster than a place in a table.
        self._row, self._at = order.reshape(-1), np.arange(len(weight))
        self.top: Ints = order[0].copy()

    def without(self, standing: set[int], out: int) -> list[int]:
        """One leaves: its ballots go on to the next who stands. Returns what each gets by it."""
        gone = np.array([at not in standing for at in range(len(self.order) - 1)] + [False])
        all_of_it = moving = np.flatnonzero(self.top == out)
        while len(moving):
            self._at[moving] = at = self._at[moving] + len(self.top)
            self.top[moving] = top = self._row[at]
            moving = moving[gone[top]]
        return self._with(all_of_it)

    def votes(self) -> list[int]:
        """What each has, and at the end what is with nobody."""
        return self._with(np.arange(len(self.top)))

    def _with(self, ballots: NDArray[np.intp]) -> list[int]:
        return [int(one) for one in np.bincount(self.top[ballots], self.weight[ballots], len(self.order))]


def _in_order(block: Block) -> Ints:
    """`[n, ballot]`: the option that is the n-th on it; the number of options where there is none."""
    options, ballots = block.values.shape
    found: NDArray[Any] = np.full((options + 1, ballots), options, np.uint8 if options < 255 else np.uint16)
    every = np.arange(ballots)
    for option, ranks in enumerate(block.values):
        # Who is not ranked goes to the last row, which is cleared in the end.
        found[ranks.astype(np.intp) - 1, every] = option
    found[-1] = options
    return found
