"""On which days each account did anything at all: one bit a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Ints
from renown_influence.leave import Bools, Days

Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Activity:
    """`bits[identity]` holds the days from `first` on, eight to a byte, the earliest in the highest bit."""

    first: int
    bits: Bits

    @classmethod
    def none(cls) -> Activity:
        return cls(0, np.zeros((0, 0), np.uint8))

    def plus(self, identity: Ints, day: Days) -> Activity:
        """With more acts: whose, and on which day."""
        if not len(identity):
            return self
        # Whole bytes, so that what is there keeps its place.
        first = min(self.first, int(day.min()) // 8 * 8) if self.bits.size else int(day.min()) // 8 * 8
        shift = (self.first - first) // 8 if self.bits.size else 0
        wide = max(self.bits.shape[1] + shift, (int(day.max()) - first) // 8 + 1)
        high = max(len(self.bits), int(identity.max()) + 1)
        bits = np.zeros((high, wide), np.uint8)
        bits[: len(self.bits), shift : shift + self.bits.shape[1]] = self.bits
        place = day - first
        # One index: with two, numpy takes ten times as long.
        at = identity.astype(np.int64) * wide + (place >> 3)
        np.bitwise_or.at(bits.reshape(-1), at, (128 >> (place & 7)).astype(np.uint8))
        return Activity(first, bits)

    def since(self, day: int) -> Activity:
        """Without what was before, but for the days that share a byte with it."""
        gone = min(max((day - self.first) // 8, 0), self.bits.shape[1])
        return Activity(self.first + 8 * gone, self.bits[:, gone:]) if gone else self

    def of(self, accounts: Ints, starts: Days, days: Days) -> Bools:
        """Whether people did anything on some days: (days, people).

        A person's accounts begin at `starts` and end where the next one's do; everybody has at least one.
        """
        found = np.zeros((len(days), len(starts)), np.bool_)
        place = days - self.first
        known = (place >= 0) & (place < self.bits.shape[1] * 8)
        if not known.any():
            return found
        bits = self._rows(accounts)
        if len(starts) < len(accounts):
            bits = np.bitwise_or.reduceat(bits, starts, axis=0)
        by_day, within = np.ascontiguousarray(bits.T), place[known]
        marks = (128 >> (within & 7)).astype(np.uint8)
        found[known] = by_day[within >> 3] & marks[:, None] != 0
        return found

    def _rows(self, accounts: Ints) -> Bits:
        """The accounts' bits: none of whoever never did anything."""
        if not len(accounts) or int(accounts.max()) < len(self.bits):
            return self.bits[accounts]
        known = accounts < len(self.bits)
        bits = np.zeros((len(accounts), self.bits.shape[1]), np.uint8)
        bits[known] = self.bits[accounts[known]]
        return bits
