"""What time leaves of an endorsement: half after each half-life of its owner's own clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from renown_influence.graph import Floats, Ints
from renown_influence.leave import ticks
from renown_influence.rows import Places

if TYPE_CHECKING:
    from renown_influence.evidence import World
    from renown_influence.parameters import Parameters


class Clocks:
    """From whichever comes first, the oldest endorsement or anybody's first act: what came before moves no clock.

    So one's clock is the same whatever others do, and whatever part of the evidence is asked about.
    """

    def __init__(self, world: World, parameters: Parameters, oldest: int) -> None:
        days, first = world.calendar.days, oldest
        if world.activity.bits.size:
            first = min(first, world.activity.first)
        self._days = days[max(int(np.searchsorted(days, first, "right")) - 1, 0) :]
        self._world, self._allowance, self._oldest = world, parameters.allowance, oldest
        # By days since the oldest: the last working day until then.
        each = np.arange(oldest, max(world.calendar.today, oldest) + 1)
        self._place = np.maximum(np.searchsorted(self._days, each, "right") - 1, 0)
        self._left = np.exp2(np.arange(len(self._days) + 1) / -parameters.half_life)

    def left(self, who: Ints, owner: Places, day: Ints) -> Floats:
        """What is left of 1 on each day from the oldest to today. `owner` is a number among `who`, who are ascending.

        Other days are taken for the nearest.
        """
        world, days = self._world, self._days
        clock = ticks(world.active(who, days), world.calendar.away(who, days), days, self._allowance)
        # One index into all of it: numpy takes half as long as with two.
        at = np.take(self._place * len(who), day - self._oldest, mode="clip")
        at += owner
        age = clock[-1][owner]
        age -= np.take(clock.reshape(-1), at)
        left: Floats = np.take(self._left, age)
        return left
