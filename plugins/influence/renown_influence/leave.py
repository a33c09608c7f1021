"""The leave clock: how old an endorsement is, counted in the days that its owner could have earned another.

It ticks once each working day of the organisation. Registered leave freezes it, and so does being away for four working
days or more in a row, for at most 30 of them in any 130 days: a holiday costs nothing, silence for good does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Days = NDArray[np.int64]
Ticks = NDArray[np.int16]


@dataclass(frozen=True)
class Allowance:
    """Runs of `run` (1 to 254) or more idle working days are free, at most `most` of them in any `window` (1 to 255)
    calendar days."""

    run: int = 4
    most: int = 30
    window: int = 130

    def __post_init__(self) -> None:
        # They are counted in bytes.
        if not (1 <= self.run <= 254 and self.most >= 0 and 1 <= self.window <= 255):
            raise ValueError(f"allowance: run is 1 to 254, window 1 to 255, most not negative: {self}")


def ticks(active: Bools, away: Bools, days: Days, allowance: Allowance) -> Ticks:
    """Each person's own clock at the end of each working day.

    `days` are the working days, ascending, as numbers since 1970. `active` and `away` (registered leave) are
    (working days, people), and so is what is returned.
    """
    still = free(active, away, days, allowance)
    still |= away
    clock: Ticks = (~still).astype(np.int16)
    # Day by day: a hundred times as fast as numpy's cumsum across rows.
    for before, now in pairwise(clock):
        now += before
    return clock


def free(active: Bools, away: Bools, days: Days, allowance: Allowance) -> Bools:
    """Idle days that do not count. Of a long absence the first ones, until the allowance is spent."""
    found = _absent(active, away, allowance.run)
    counted, used = found.view(np.uint8), np.zeros(found.shape[1], np.uint8)
    first = 0
    for day, today in zip(days, counted, strict=True):
        while days[first] <= day - allowance.window:
            used -= counted[first]
            first += 1
        today &= used < allowance.most
        used += today
    return found


def _absent(active: Bools, away: Bools, run: int) -> Bools:
    """Idle days in runs that are long enough. Leave in the midst of one neither counts nor ends it.

    Who has not begun yet is not absent: nothing of the allowance is spent before the first act.
    """
    idle = ~(active | away)
    rest, found = idle | away, np.empty_like(idle)
    counted, kept = idle.view(np.uint8), rest.view(np.uint8)
    begun, length = np.zeros(idle.shape[1], np.bool_), np.zeros(idle.shape[1], np.uint8)
    for number, acted in enumerate(active):
        begun |= acted
        rest[number] &= begun
        length += counted[number]
        length *= kept[number]
        np.minimum(length, run, out=length)
        np.equal(length, run, out=found[number])
    within = np.zeros_like(begun)
    for number in range(len(idle) - 1, -1, -1):
        within |= found[number]
        within &= rest[number]
        np.logical_and(within, idle[number], out=found[number])
    return found
