"""Everybody, and the days they work, as arrays."""

from __future__ import annotations

import numpy as np

from renown.api import PluginContext
from renown_influence.evidence import Calendar, People
from renown_influence.parameters import Parameters


def everybody(ctx: PluginContext) -> People:
    """With an employee's voice for who is verified: from the directory, or from a source that vouches."""
    found = ctx.people.accounts()
    person = np.zeros(max(found.identity, default=0) + 1, np.int32)
    person[np.frombuffer(found.identity, np.int64)] = np.frombuffer(found.root, np.int64)
    counted = np.zeros(max(found.person, default=0) + 1, np.bool_)
    voice = np.zeros(len(counted))
    who = np.frombuffer(found.person, np.int64)
    erased = np.frombuffer(found.erased, np.int64) != 0
    counted[who] = (np.frombuffer(found.bot, np.int64) == 0) & ~erased
    voice[who] = np.frombuffer(found.verified, np.int64)
    return People(person, counted, voice, who[erased])


def calendar(ctx: PluginContext, today: int, parameters: Parameters) -> Calendar:
    """To yesterday: whether somebody acts today is not known before it is over.

    From before the oldest evidence that says anything: whose clock began when is not for anybody's evidence to move.
    """
    house = ctx.calendar.load(None)
    # A fortnight more, so that there is a working day in it whatever the holidays.
    first = today - parameters.horizon - 14
    days = np.array([day for day in range(first, today) if house.works(day)] or [first], np.int64)
    return Calendar(today, days, dict(house.leave))
