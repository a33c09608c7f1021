"""What could have been: somebody was away, people praised one another, fakes praised somebody.

Each takes what these people gave, got and did (`Facts.of`), and gives it as it would have been.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.influence.facts import Dated, Numbers, Otherwise, accounts, with_people
from benchmarks.influence.worth import like

from renown_influence.activity import Activity
from renown_influence.evidence import Evidence

#: How often each of a ring likes each other one's work, and over how many working days up to today.
LIKES, OVER = 100, 20
FAKES = 20


def away(own: Otherwise, person: int, days: int) -> Otherwise:
    """Somebody was not there in the last `days` days, today included.

    They did nothing, and nobody did anything with their work either: neither gave nor got they evidence or points.
    """
    first = own.world.calendar.today - days + 1
    idle = _without(own.world.activity, np.flatnonzero(own.world.people.person == person), first)
    return Otherwise(
        own.people,
        own.evidence.only(own.evidence.day < first),
        replace(own.world, activity=idle),
        own.points.only(own.points.day < first),
    )


def on_leave(own: Otherwise, person: int, first: int) -> Otherwise:
    """And the leave, from the day `first` to today, had been entered."""
    calendar = own.world.calendar
    leave = {**calendar.leave, person: (*calendar.leave.get(person, ()), (first, calendar.today + 1))}
    return replace(own, world=replace(own.world, calendar=replace(calendar, leave=leave)))


def ring(own: Otherwise, members: Numbers, likes: int = LIKES) -> Otherwise:
    """Each of them liked things of each other one so often, evenly over the last working days."""
    rater, owner = (side.ravel() for side in np.meshgrid(members, members))
    others = rater != owner
    return _liked(own, rater[others], owner[others], likes)


def newcomers(own: Otherwise, count: int, verified: bool = True) -> tuple[Otherwise, Numbers]:
    """With so many new people who did nothing so far, and who they are."""
    size = len(own.world.people.counted)
    new = np.arange(size, size + count)
    people = with_people(own.world.people, count, float(verified))
    return replace(own, people=np.append(own.people, new), world=replace(own.world, people=people)), new


def fakes(own: Otherwise, person: int, verified: bool, count: int = FAKES, likes: int = LIKES) -> Otherwise:
    """So many new accounts liked things of one person so often, and did nothing else."""
    more, new = newcomers(own, count, verified)
    return _liked(more, new, np.full(count, person), likes)


def heavy(own: Otherwise, rater: int, made: Dated) -> Otherwise:
    """One person liked everything that others `made`, on the day it was made, beside what they did anyway."""
    return _liked_on(own, np.full(len(made.day), rater), made.person, made.day, made.amount)


def _liked(own: Otherwise, rater: Numbers, owner: Numbers, likes: int) -> Otherwise:
    days = own.world.calendar.days[-OVER:]
    each = np.diff(np.linspace(0, likes, len(days) + 1).astype(np.int64))
    times, pairs = np.tile(each, len(rater)), len(days)
    return _liked_on(own, np.repeat(rater, pairs), np.repeat(owner, pairs), np.tile(days, len(rater)), times)


def _liked_on(own: Otherwise, rater: Numbers, owner: Numbers, day: Numbers, times: Numbers) -> Otherwise:
    """So many likes of each pair on each day."""
    account = accounts(own.world.people)
    given, taken = account[rater], account[owner]
    amount = (times * like().evidence).astype(np.int32)
    more = Evidence(taken, given, day.astype(np.int32), np.zeros(len(day), np.int32), amount)
    return Otherwise(
        own.people,
        own.evidence.plus(more),
        replace(own.world, activity=own.world.activity.plus(given, day)),
        own.points.plus(Dated(owner, day, times * like().points)),
    )


def _without(activity: Activity, idle: Numbers, first: int) -> Activity:
    """These accounts did nothing from the day `first` on."""
    kept, mine = max(first - activity.first, 0), idle[idle < len(activity.bits)]
    bits = activity.bits.copy()
    days = np.unpackbits(bits[mine], axis=1)
    days[:, kept:] = 0
    bits[mine] = np.packbits(days, axis=1)
    return Activity(activity.first, bits)
