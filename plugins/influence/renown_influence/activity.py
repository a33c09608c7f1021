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
        np.bitwise_or.at(bits, (identity, place >> 3), (128 >> (place & 7)).astype(np.uint8))
        return Activity(first, bits)

    def by_person(self, person: Ints, count: int, days: Days) -> Acted:
        """Of all accounts of each person together; `person[identity]` is its id, below `count`."""
        mine = self.bits[: len(person)]
        bits = np.zeros((count, self.bits.shape[1]), np.uint8)
        owners = person[: len(mine)]
        single = np.bincount(owners, minlength=count)[owners] == 1
        bits[owners[single]] = mine[single]
        np.bitwise_or.at(bits, owners[~single], mine[~single])
        return Acted(self.first, bits, days)


@dataclass(frozen=True)
class Acted:
    """Whether people did anything on some days."""

    first: int
    bits: Bits
    days: Days

    def of(self, people: Ints) -> Bools:
        """(days, people)."""
        found = np.zeros((len(self.days), len(people)), np.bool_)
        place = self.days - self.first
        known = (place >= 0) & (place < self.bits.shape[1] * 8)
        mine, within = self.bits[people], place[known]
        found[known] = (mine[:, within >> 3] & (128 >> (within & 7)).astype(np.uint8)).T != 0
        return found
