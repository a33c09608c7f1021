"""The method of equal shares: D. Peters, G. Pierczynski, P. Skowron, Proportional Participatory Budgeting with Additive
Utilities, NeurIPS 2021, where everything costs one seat; seats that are left go by total (utilitarian completion).

Everything is exact. What a ballot has left is `start - sum(price * value)` over what it paid for, so that sums over
ballots are sums of whole numbers, multiplied by few fractions. Floating point only says which ballots cannot pay in
full, and where it is not sure, fractions say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting.choices import Bools
from renown_ideation.counting.method import Outcome, Ties, by_total
from renown_ideation.counting.profile import Block, Floats, joined

Numbers = NDArray[np.intp]
#: Floating point is believed where two amounts differ by more than this part of what everybody has at first.
_SURE = 1e-10


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
        ballots = joined(self._blocks, len(self._ids))
        if len(ballots.weight) and self._seats:
            self._buy(Purses(ballots, self._seats), ties, found)
        rest = set(range(len(self._ids))) - set(found.order)
        last = by_total(rest, self.totals, ties, len(found.order) + 1)
        found.order += last.order
        found.ties += last.ties
        return found

    def _buy(self, purses: Purses, ties: Ties, found: Outcome) -> None:
        """One option after the other, at the lowest price that there is, while somebody can pay."""
        # A price never falls, as purses only get emptier: an old one says that a new one need not be looked for.
        prices: dict[int, Fraction] = {at: Fraction(0) for at in range(len(self._ids))}
        while prices and len(found.order) < self._seats:
            best: Fraction | None = None
            level: list[int] = []
            for at in sorted(prices, key=prices.__getitem__):
                if best is not None and prices[at] > best:
                    break
                price = purses.price(at)
                if price is None:
                    del prices[at]
                    continue
                prices[at] = price
                if best is None or price < best:
                    best, level = price, []
                if price == best:
                    level.append(at)
            if best is None:
                return
            level = ties.ordered(level)
            if len(level) > 1:
                found.ties.append((len(found.order) + 1, level))
            found.order.append(level[0])
            found.rounds.append({"option": self._ids[level[0]], "price": f"{best.numerator}/{best.denominator}"})
            purses.pay(level[0], best)
            del prices[level[0]]


class Purses:
    """What each ballot has left, for each unit of its weight."""

    def __init__(self, ballots: Block, seats: int) -> None:
        self._ballots = ballots
        self._start = Fraction(seats, int(ballots.weight.sum()))
        self._left: Floats = np.full(len(ballots.weight), float(self._start))
        self._empty: Bools = np.zeros(len(ballots.weight), np.bool_)
        self._paid: list[tuple[int, Fraction]] = []

    def price(self, option: int) -> Fraction | None:
        """The lowest price for a unit of value at which those who want it pay one seat; None where they cannot.

        Who cannot pay in full gives all that is left. The more give all, the higher the price for the others.
        """
        among = np.flatnonzero((self._ballots.values[option] > 0) & ~self._empty)
        value, weight = self._ballots.values[option, among].astype(np.float64), self._ballots.weight[among]
        poor: Bools = np.zeros(len(among), np.bool_)
        price = Fraction(0)
        while not poor.all():
            price = (1 - self._money(among[poor])) / int(value[~poor] @ weight[~poor])
            more = self._cannot(among, value, price)
            if (more <= poor).all():
                return price
            poor |= more
        return None

    def pay(self, option: int, price: Fraction) -> None:
        value = self._ballots.values[option].astype(np.float64)
        everybody = np.arange(len(value))
        self._empty |= (value > 0) & self._cannot(everybody, value, price, exactly=True)
        self._left -= value * float(price)
        self._left[self._empty] = 0
        self._paid.append((option, price))

    def _money(self, among: Numbers) -> Fraction:
        """What these, none of them empty, have together, times their weight."""
        weight = self._ballots.weight[among]
        found = self._start * int(weight.sum())
        for option, price in self._paid:
            found -= price * int(self._ballots.values[option, among].astype(np.float64) @ weight)
        return found

    def _cannot(self, among: Numbers, value: Floats, price: Fraction, exactly: bool = False) -> Bools:
        """Whether each has less left than its value costs; with `exactly`, also those who have just as much."""
        lacks = value * float(price) - self._left[among]
        found: Bools = lacks > 0
        unsure = np.flatnonzero((np.abs(lacks) <= _SURE * float(self._start)) & ~self._empty[among])
        if len(unsure):
            found[unsure] = self._decided(among[unsure], value[unsure], price, exactly)
        return found

    def _decided(self, among: Numbers, value: Floats, price: Fraction, exactly: bool) -> Bools:
        """The same by fractions, once for ballots that paid alike."""
        paid = [option for option, _ in self._paid]
        rows = np.vstack([self._ballots.values[paid][:, among].astype(np.int64), value.astype(np.int64)])
        alike, which = np.unique(rows, axis=1, return_inverse=True)
        prices = [cost for _, cost in self._paid]
        lacks = []
        for column in alike.T.tolist():
            spent = sum((cost * one for cost, one in zip(prices, column[:-1], strict=True)), Fraction(0))
            lack = price * column[-1] + spent - self._start
            lacks.append(lack > 0 or (exactly and lack == 0))
        found: Bools = np.array(lacks)[which.reshape(-1)]
        return found
