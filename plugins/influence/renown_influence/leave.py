"""The leave clock: how old an endorsement is, counted in the days that its owner could have earned another.

It ticks once each working day of the organisation. Registered leave freezes it, and so does being away for four working
days or more in a row, for at most 30 of them in any 130 days: a holiday costs nothing, silence for good does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Days = NDArray[np.int64]
Ticks = NDArray[np.int16]


@dataclass(frozen=True)
class Allowance:
    """Runs of `run` or more idle working days are free, at most `most` of them in any `window` calendar days."""

    run: int = 4
    most: int = 30
    window: int = 130


def ticks(active: Bools, away: Bools, days: Days, allowance: Allowance) -> Ticks:
    """Each person's own clock at the end of each working day.

    `days` are the working days, ascending, as numbers since 1970. `active` and `away` (registered leave) are
    (working days, people), and so is what is returned.
    """
    return np.cumsum(~free(active, away, days, allowance) & ~away, axis=0, dtype=np.int16)


def free(active: Bools, away: Bools, days: Days, allowance: Allowance) -> Bools:
    """Idle days that do not count. Of a long absence the first ones, until the allowance is spent."""
    idle = ~active & ~away
    # Who has not begun yet is not absent: nothing of the allowance is spent before the first act.
    eligible = idle & (_runs(idle, away) >= allowance.run) & np.logical_or.accumulate(active, axis=0)
    found = np.zeros_like(idle)
    used = np.zeros(idle.shape[1], np.int32)
    first = 0
    for number, day in enumerate(days):
        while days[first] <= day - allowance.window:
            used -= found[first]
            first += 1
        found[number] = eligible[number] & (used < allowance.most)
        used += found[number]
    return found


def _runs(idle: Bools, away: Bools) -> NDArray[np.int32]:
    """How long the run of idle days is that an idle day belongs to. Leave in its midst neither counts nor ends it."""
    length = np.zeros(idle.shape, np.int32)
    run = np.zeros(idle.shape[1], np.int32)
    for number in range(len(idle)):
        run = np.where(idle[number], run + 1, np.where(away[number], run, 0))
        length[number] = run
    run[:] = 0
    for number in range(len(idle) - 1, -1, -1):
        run = np.where(idle[number], np.maximum(run, length[number]), np.where(away[number], run, 0))
        length[number] = run
    return length
