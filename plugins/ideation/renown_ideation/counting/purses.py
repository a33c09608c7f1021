"""What ballots have left to spend in equal shares, and what an option costs those who want it.

Ballots that paid alike share a purse, as long as that makes purses few. What a purse has left is a whole number of
parts of a seat, and whatever is decided is decided by them; floating point says what is sure without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting.profile import Block, Values, dot

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
#: Two amounts that differ by more than this part of what everybody has at first differ surely: after 200 payments
#: floating point has lost less than a thousandth of it.
_SURE = 1e-10
#: The same for sums over ballots, as a part of a seat, of which all ballots have at most 200.
SLACK = 1e-7
#: Purses are told apart by a table of so many entries, or are one for each ballot.
_TABLE = 1 << 20
#: The purse of all who have nothing left.
_EMPTY = 0


class Purses:
    """`totals`: weight times value, for each option."""

    def __init__(self, ballots: Block, totals: Sequence[int], seats: int) -> None:
        self._ballots, self._totals = ballots, totals
        self._top, self._weight = int(ballots.values.max()), int(ballots.weight.sum())
        self._even = self._weight == len(ballots.weight)
        #: Parts of a seat, and how many of them a unit of weight has at first; what a unit of value of each option
        #: that was paid for cost.
        self._parts, self._start = self._weight, seats
        self._paid: dict[int, int] = {}
        self._sure = _SURE * seats / self._parts
        #: The purse of each ballot; a ballot of each purse, and what is left in it, in seats.
        self._purse: Numbers = np.ones(len(ballots.weight), np.intp)
        self._ballot: Numbers = np.zeros(2, np.intp)
        self._left: Floats = np.array([0, seats / self._parts])
        self._some_empty = False
        self._refresh()

    def _refresh(self) -> None:
        self._has = self._ballots.weight * self._left[self._purse]
        self._limits_at: tuple[float, Values | None] = 0.0, None

    def at_least(self, option: int, price: float) -> float:
        """The option costs surely more than this, which is the nearer to its price the nearer that is to `price`; or
        nothing that can be paid, which is infinity.

        At `price` some give all they have. At no price do they give more, so the others pay at least what is missing.
        """
        if self._limits_at[0] != price:
            self._limits_at = price, self._of_ballots(self._limits(price))
        poor = self._poor(option, self._limits_at[1])
        missing, rich = 1 - SLACK - float(self._has[poor].sum()), self._rich(option, poor)
        if rich:
            return missing / rich
        return inf if missing > 0 else 0.0

    def nearly(self, option: int, at_least: float) -> float:
        """The option costs surely more than `at_least`, and more than this, which is close."""
        while at_least < (more := self.at_least(option, at_least)) < inf:
            at_least = more
        return max(at_least, more)

    def price(self, option: int, at_least: float) -> Fraction | None:
        """The lowest price for a unit of value at which those who want it pay one seat; None where they cannot.

        Who cannot pay in full gives all that is left. The more give all, the higher the price for the others: it rises
        from `at_least`, which it surely is, until nobody else gives all.
        """
        if (least := self.nearly(option, at_least)) == inf:
            return None
        price, before = Fraction(least), -1
        while True:
            poor = self._poor(option, self._of_ballots(self._decided(price)))
            if len(poor) == before:
                return price
            rich, before = self._rich(option, poor), len(poor)
            if not rich:
                return None
            price = Fraction(self._parts - self._money(poor), self._parts * rich)

    def pay(self, option: int, price: Fraction) -> None:
        """Takes it from those who want it."""
        value, purse = self._ballots.values[option], self._purse
        limits = self._of_ballots(self._decided(price, level=True))
        if len(self._left) * (self._top + 1) <= _TABLE:
            keys = purse * (self._top + 1) + value
        else:
            keys = np.arange(1, len(value) + 1) * (purse != _EMPTY)
        if limits is not None:
            keys[value >= limits] = _EMPTY
            self._some_empty = True
        del self._has
        self._left = self._left[purse]
        self._left -= value * float(price)
        self._purse = purse = _numbered(keys)
        del keys
        self._ballot = np.zeros(int(purse.max()) + 1, np.intp)
        self._ballot[purse] = np.arange(len(value))
        self._left = self._left[self._ballot]
        self._left[_EMPTY] = 0
        self._note(option, price)
        self._refresh()

    def _note(self, option: int, price: Fraction) -> None:
        """Seats are in as many parts as all that was paid needs."""
        parts = lcm(self._parts, price.denominator)
        finer = parts // self._parts
        self._paid = {paid: cost * finer for paid, cost in self._paid.items()}
        self._paid[option] = price.numerator * (parts // price.denominator)
        self._parts, self._start = parts, self._start * finer

    def _poor(self, option: int, limits: Values | None) -> Numbers:
        """The ballots that cannot pay in full."""
        if limits is None:
            return np.zeros(0, np.intp)
        return np.flatnonzero(self._ballots.values[option] >= limits)

    def _rich(self, option: int, poor: Numbers) -> int:
        """Weight times value of the others."""
        return self._totals[option] - self._value(option, poor)

    def _value(self, option: int, among: Numbers) -> int:
        value = self._ballots.values[option, among]
        return int(value.sum(dtype=np.int64)) if self._even else dot(value, self._ballots.weight[among])

    def _money(self, among: Numbers) -> int:
        """What these have together, times their weight, in parts of a seat."""
        if 2 * len(among) > len(self._purse):
            # All of them together have what was given to them, without the seats that were paid for.
            others = np.ones(len(self._purse), np.bool_)
            others[among] = False
            return self._start * self._weight - self._parts * len(self._paid) - self._money(np.flatnonzero(others))
        among = among[self._purse[among] != _EMPTY]
        spent = sum(cost * self._value(one, among) for one, cost in self._paid.items())
        return self._start * int(self._ballots.weight[among].sum()) - spent

    def _limits(self, price: float) -> Values:
        """For each purse the lowest value that it cannot pay in full at this price, as far as floating point knows."""
        full = self._left / price
        np.clip(full, 0, self._top, out=full)
        full += 1
        found: NDArray[Any] = full.astype(self._ballots.values.dtype)
        return found

    def _decided(self, price: Fraction, level: bool = False) -> Values:
        """The same exactly; with `level`, the lowest value that leaves nothing."""
        near = float(price)
        found = self._limits(near)
        value = np.rint(self._left / near)
        np.clip(value, 1, self._top, out=value)
        gap = value * near
        gap -= self._left
        unsure = np.abs(gap, out=gap) <= self._sure
        unsure[_EMPTY] = False
        which = np.flatnonzero(unsure)
        for purse, has in zip(which, self._exactly(which), strict=True):
            costs = int(value[purse]) * price.numerator * self._parts
            enough = costs < has * price.denominator or (costs == has * price.denominator and not level)
            found[purse] = value[purse] + enough
        return found

    def _exactly(self, purses: Numbers) -> Iterator[int]:
        """What each has left, in parts of a seat: worked out once for those that paid alike."""
        values = self._ballots.values[np.ix_(np.array([*self._paid], np.intp), self._ballot[purses])]
        known: dict[bytes, int] = {}
        for paid in np.ascontiguousarray(values.T):
            if (key := paid.tobytes()) not in known:
                several = zip(paid.tolist(), self._paid.values(), strict=True)
                known[key] = self._start - sum(value * cost for value, cost in several)
            yield known[key]

    def _of_ballots(self, limits: Values) -> Values | None:
        """For each ballot that of its purse; None where everybody can pay for whatever it may be."""
        if not self._some_empty and (limits[_EMPTY + 1 :] > self._top).all():
            return None
        found: Values = limits[self._purse]
        return found


def _numbered(keys: Numbers) -> Numbers:
    """Numbers without gaps in place of keys, in their order; 0 stays."""
    there = np.zeros(int(keys.max()) + 1, np.bool_)
    there[keys] = there[_EMPTY] = True
    numbers: Numbers = np.cumsum(there, dtype=np.intp)
    numbers -= 1
    found: Numbers = numbers[keys]
    return found
