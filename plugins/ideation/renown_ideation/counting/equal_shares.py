"""The method of equal shares: D. Peters, G. Pierczynski, P. Skowron, Proportional Participatory Budgeting with Additive
Utilities, NeurIPS 2021, where everything costs one seat; seats that are left go by total (utilitarian completion).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import inf
from sys import float_info

from renown_ideation.counting.method import Outcome, Ties, by_total
from renown_ideation.counting.profile import Block, joined
from renown_ideation.counting.purses import SLACK, Purses


class EqualShares:
    def __init__(self, ids: Sequence[int], seats: int) -> None:
        self._ids, self._seats = ids, seats
        self._blocks: list[Block] = []
        self.totals = [0] * len(ids)

    def take(self, block: Block) -> None:
        self._blocks.append(block)
        self.totals = [before + more for before, more in zip(self.totals, block.totals(), strict=True)]

    def outcome(self, ties: Ties) -> Outcome:
        found = Outcome([], self.totals)
        # In one place: the blocks are let go.
        self._blocks = [joined(self._blocks, len(self._ids))]
        if any(self.totals) and self._seats:
            self._buy(Purses(self._blocks[0], self.totals, self._seats), ties, found)
        rest = set(range(len(self._ids))) - set(found.order)
        last = by_total(rest, self.totals, ties, len(found.order) + 1)
        found.order += last.order
        found.ties += last.ties
        return found

    def _buy(self, purses: Purses, ties: Ties, found: Outcome) -> None:
        """One option after the other, at the lowest price that there is, while somebody can pay."""
        # A price never falls, as purses only get emptier: what it surely was, it surely is.
        least = {at: (1 - SLACK) / total for at, total in enumerate(self.totals) if total}
        while least and len(found.order) < self._seats:
            best, level = _cheapest(purses, least)
            if best is None:
                return
            level = ties.ordered(level)
            if len(level) > 1:
                found.ties.append((len(found.order) + 1, level))
            found.order.append(level[0])
            found.rounds.append({"option": self._ids[level[0]], "price": f"{best.numerator}/{best.denominator}"})
            purses.pay(level[0], best)
            del least[level[0]]


def _cheapest(purses: Purses, least: dict[int, float]) -> tuple[Fraction | None, list[int]]:
    """The lowest price, and whose it is. `least`: what each costs surely more than; it is brought up to date."""
    first = min(least, key=least.__getitem__)
    _look(purses, least, least, purses.nearly(first, least[first]))
    best: Fraction | None = None
    level: list[int] = []
    for at in sorted(least, key=least.__getitem__):
        if best is not None:
            _look(purses, least, [at], float(best))
        if least[at] > (float(best) if best else float_info.max):
            continue
        price = purses.price(at, least[at])
        least[at] = inf if price is None else (1 - SLACK) * float(price)
        if price is not None and (best is None or price < best):
            best, level = price, []
        if price is not None and price == best:
            level.append(at)
    return best, level


def _look(purses: Purses, least: dict[int, float], several: Iterable[int], price: float) -> None:
    """Whether these cost surely more than a price, where that is not known yet."""
    for at in several:
        if least[at] <= price:
            least[at] = max(least[at], purses.at_least(at, price))
