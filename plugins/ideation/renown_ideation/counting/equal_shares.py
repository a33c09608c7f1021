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
from renown_ideation.counting.profile import Block, Values, dot, joined

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
#: Floating point is believed where two amounts differ by more than this part of what everybody has at first.
_SURE = 1e-10
#: Up to here numbers are given out by a table, and not by sorting.
_TABLE = 1 << 20


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
                price = purses.price(at, prices[at])
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

    def price(self, option: int, at_least: Fraction) -> Fraction | None:
        """The lowest price for a unit of value at which those who want it pay one seat; None where they cannot.

        Who cannot pay in full gives all that is left. The more give all, the higher the price for the others.
        """
        among = np.flatnonzero((self._ballots.values[option] > 0) & ~self._empty)
        value, weight = self._ballots.values[option, among], self._ballots.weight[among]
        poor = self._cannot(among, value, at_least)
        while not poor.all():
            price = (1 - self._money(among[poor])) / dot(value[~poor], weight[~poor])
            more = self._cannot(among, value, price)
            if (more <= poor).all():
                return price
            poor |= more
        return None

    def pay(self, option: int, price: Fraction) -> None:
        """Takes it from those who want it."""
        value = self._ballots.values[option]
        self._empty |= (value > 0) & self._cannot(np.arange(len(value)), value, price, exactly=True)
        self._left -= value * float(price)
        self._left[self._empty] = 0
        self._paid.append((option, price))

    def _money(self, among: Numbers) -> Fraction:
        """What these, none of them empty, have together, times their weight."""
        if not len(among):
            return Fraction(0)
        weight = self._ballots.weight[among]
        found = self._start * int(weight.sum())
        for option, price in self._paid:
            found -= price * dot(self._ballots.values[option, among], weight)
        return found

    def _cannot(self, among: Numbers, value: Values, price: Fraction, exactly: bool = False) -> Bools:
        """Whether each has less left than its value costs; with `exactly`, also those who have just as much."""
        lacks = value * float(price) - self._left[among]
        found: Bools = lacks > 0
        unsure = np.flatnonzero((np.abs(lacks) <= _SURE * float(self._start)) & ~self._empty[among])
        if len(unsure):
            found[unsure] = self._decided(among[unsure], value[unsure], price, exactly)
        return found

    def _decided(self, among: Numbers, value: Values, price: Fraction, exactly: bool) -> Bools:
        """The same by fractions, once for ballots that paid alike."""
        prices = [*(cost for _, cost in self._paid), price]
        rows = [*(self._ballots.values[option, among] for option, _ in self._paid), value]
        which = alike(rows)
        examples = np.zeros(which.max() + 1, np.intp)
        examples[which] = np.arange(len(which))
        lacks = []
        for at in examples:
            spent = sum((cost * int(row[at]) for cost, row in zip(prices, rows, strict=True)), Fraction(0))
            lacks.append(spent > self._start or (exactly and spent == self._start))
        found: Bools = np.array(lacks)[which]
        return found


def alike(rows: Sequence[Values]) -> Numbers:
    """A number from 0 for each column, the same for columns that have the same."""
    found: Numbers = np.zeros(len(rows[0]), np.intp)
    for row in rows:
        keys = found * (int(row.max()) + 1) + row.astype(np.intp)
        if keys.max() < _TABLE:
            there = np.zeros(keys.max() + 1, np.bool_)
            there[keys] = True
            found = (np.cumsum(there) - 1)[keys]
        else:
            found = np.unique(keys, return_inverse=True)[1]
    return found
