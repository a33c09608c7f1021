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
        self._world, self._allowance = world, parameters.allowance
        since = np.arange(self._days[0], max(world.calendar.today, self._days[0]) + 1)
        #: By days since the first: the last working day until then.
        self._place = np.searchsorted(self._days, since, "right") - 1
        self._left = np.exp2(np.arange(len(self._days) + 1) / -parameters.half_life)

    def left(self, who: Ints, owner: Places, day: Ints) -> Floats:
        """What is left of 1 on each day until today. `owner` is a number among `who`, who are ascending."""
        world, days = self._world, self._days
        clock = ticks(world.active(who, days), world.calendar.away(who, days), days, self._allowance)
        at = self._place[np.maximum(day - days[0], 0)]
        left: Floats = self._left[clock[-1][owner] - clock[at, owner]]
        return left
