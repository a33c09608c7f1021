"""What could have been: somebody was away, people praised one another, fakes praised somebody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.influence.facts import Dated, Facts, Numbers, Otherwise, accounts, with_people
from benchmarks.influence.worth import like

from renown_influence.activity import Activity
from renown_influence.evidence import Evidence

#: How often each of a ring likes each other one's work, and over how many working days up to today.
LIKES, OVER = 100, 20
FAKES = 20


def away(facts: Facts, person: int, days: int) -> Otherwise:
    """Somebody was not there in the last `days` days, today included.

    They did nothing, and nobody did anything with their work either: neither gave nor got they evidence or points.
    """
    first = facts.today - days + 1
    own = facts.of(np.array([person]))
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


def ring(facts: Facts, members: Numbers, likes: int = LIKES) -> Otherwise:
    """Each of them liked things of each other one so often, evenly over the last working days."""
    rater, owner = (side.ravel() for side in np.meshgrid(members, members))
    others = rater != owner
    return _liked(facts.of(members), rater[others], owner[others], likes)


def fakes(facts: Facts, person: int, verified: bool, count: int = FAKES, likes: int = LIKES) -> Otherwise:
    """So many new accounts liked things of one person so often, and did nothing else."""
    own = facts.of(np.array([person]))
    people = with_people(own.world.people, count, float(verified))
    new = np.arange(facts.size, facts.size + count)
    more = replace(own, people=np.append(own.people, new), world=replace(own.world, people=people))
    return _liked(more, new, np.full(count, person), likes)


def heavy(facts: Facts, rater: int, owner: int) -> Otherwise:
    """One person liked everything that another ever made, on the day it was made, beside what they did anyway."""
    made = facts.made.only((facts.made.person == owner) & (facts.made.day <= facts.today))
    pair = facts.of(np.array([owner, rater]))
    return _liked_on(pair, np.full(len(made.day), rater), made.person, made.day, made.amount)


def _liked(own: Otherwise, rater: Numbers, owner: Numbers, likes: int) -> Otherwise:
    days = own.world.calendar.days[-OVER:]
    each = np.diff(np.linspace(0, likes, len(days) + 1).astype(np.int64))
    times, pairs = np.tile(each, len(rater)), len(days)
    return _liked_on(own, np.repeat(rater, pairs), np.repeat(owner, pairs), np.tile(days, len(rater)), times)


def _liked_on(own: Otherwise, rater: Numbers, owner: Numbers, day: Numbers, times: Numbers) -> Otherwise:
    """So many likes of each pair on each day."""
    account = accounts(own.world.people)
    given, taken = account[rater], account[owner]
    more = Evidence(taken, given, day.astype(np.int32), np.zeros(len(day), np.int32), times * like().evidence)
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
