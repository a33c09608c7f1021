"""How somebody's own clock went: which working days made endorsements of their work older, and which did not.

For the person concerned alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import PluginContext
from renown_influence import leave, reading
from renown_influence.leave import Bools, Days
from renown_influence.models import Run
from renown_influence.parameters import Parameters


@dataclass(frozen=True)
class Elapsed:
    """Working days since something was done: `counted` made it older, registered `leave` and free `idle` ones not."""

    counted: int
    leave: int
    idle: int


@dataclass(frozen=True)
class Clock:
    """As of a run: the working `days` before it, ascending, and which of them were registered leave or free."""

    days: Days
    away: Bools
    free: Bools

    def since(self, day: int) -> Elapsed:
        """`day` itself is not among them."""
        later = self.days > day
        registered, idle = int((self.away & later).sum()), int((self.free & later).sum())
        return Elapsed(int(later.sum()) - registered - idle, registered, idle)


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


def clock(ctx: PluginContext, person: int, run: Run) -> Clock | None:
    """The one that a run weighed by. None where nothing of what people did is kept."""
    parameters = Parameters.of(run.parameters)
    house = ctx.calendar.load([person])
    # The same days as in `crowd.calendar`: what is free on one depends on those before it.
    first = run.day - parameters.horizon - 14
    days = np.array([day for day in range(first, run.day) if house.works(day)], np.int64)
    acted = reading.acted(ctx, ctx.people.accounts_of(person), days)
    if acted is None or not len(days):
        return None
    away = np.array([house.away(person, int(day)) for day in days])
    return Clock(days, away, leave.free(acted[:, None], away[:, None], days, parameters.allowance)[:, 0])


def of(ctx: PluginContext, person: int, run: Run) -> Absence | None:
    """As of a run. None where nothing of the person was read yet."""
    found = clock(ctx, person, run)
    if found is None:
        return None
    allowance = Parameters.of(run.parameters).allowance
    lately = found.since(run.day - allowance.window)
    return Absence(allowance.window, lately.leave, lately.idle, lately.counted, max(allowance.most - lately.idle, 0))
