"""Which working days of somebody's are not counted by their own clock. For the person concerned alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import PluginContext
from renown_influence import leave, reading
from renown_influence.models import Run
from renown_influence.parameters import Parameters

#: What was before has no say in what is free now.
_LOOK_BACK = 2


@dataclass(frozen=True)
class Absence:
    """Working days in the last `window` days: `leave` is registered, `idle` was absence that cost nothing.

    `counted` made endorsements older. `left` more idle days would cost nothing.
    """

    window: int
    leave: int
    idle: int
    counted: int
    left: int


def of(ctx: PluginContext, person: int, run: Run) -> Absence | None:
    """As of a run. None where nothing of the person was read yet."""
    allowance = Parameters.of(run.parameters).allowance
    house = ctx.calendar.load([person])
    first = run.day - _LOOK_BACK * allowance.window
    days = np.array([day for day in range(first, run.day) if house.works(day)], np.int64)
    acted = reading.acted(ctx, ctx.people.accounts_of(person), days)
    if acted is None or not len(days):
        return None
    away = np.array([house.away(person, int(day)) for day in days])
    free = leave.free(acted[:, None], away[:, None], days, allowance)[:, 0]
    lately = days > run.day - allowance.window
    idle, registered = int((free & lately).sum()), int((away & lately).sum())
    working = int(lately.sum())
    return Absence(allowance.window, registered, idle, working - idle - registered, max(allowance.most - idle, 0))
