"""What an organisation did, as arrays: what methods reckon with, and what scenarios change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from renown_influence.evidence import Evidence, People, World
from renown_influence.graph import Floats, Ints
from renown_influence.leave import Bools

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Dated:
    """Amounts of people on days: activity points, or things made. `person` are ids."""

    person: Numbers
    day: Numbers
    amount: Numbers

    def only(self, rows: Bools) -> Dated:
        return Dated(*(getattr(self, one.name)[rows] for one in fields(self)))

    def plus(self, other: Dated) -> Dated:
        return Dated(*(np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)))

    def by_person(self, size: int) -> Floats:
        return np.bincount(self.person, weights=self.amount, minlength=size)


@dataclass(frozen=True)
class Facts:
    """`points` are the activity plugin's, before limits, in thousandths; `made` counts things that people made."""

    evidence: Evidence
    world: World
    points: Dated
    made: Dated

    @property
    def size(self) -> int:
        """Above every person's id."""
        return len(self.world.people.counted)

    @property
    def today(self) -> int:
        return self.world.calendar.today

    @cached_property
    def rater(self) -> Ints:
        """The person of each row of evidence who endorsed."""
        return self.world.people.person[self.evidence.rater]

    @cached_property
    def owner(self) -> Ints:
        """The person of each row of evidence who was endorsed."""
        return self.world.people.person[self.evidence.owner]

    def of(self, people: Numbers) -> Otherwise:
        """What these people gave, got and did."""
        theirs = chosen(self.size, people)
        rows = theirs[self.owner] | theirs[self.rater]
        return Otherwise(people, self.evidence.only(rows), self.world, self.points.only(theirs[self.points.person]))


@dataclass(frozen=True)
class Otherwise:
    """What some people gave, got and did instead. What is not about any of them is as it was, and not in here."""

    people: Numbers
    evidence: Evidence
    world: World
    points: Dated


def chosen(size: int, people: Numbers) -> Bools:
    """These people, of all whose ids are below `size`."""
    found = np.zeros(size, np.bool_)
    found[people] = True
    return found


def accounts(everybody: People) -> Ints:
    """One account of each person, by id; 0 where there is none."""
    found = np.zeros(len(everybody.counted), np.int32)
    known = np.flatnonzero(everybody.person)[::-1]
    found[everybody.person[known]] = known
    return found


def with_people(everybody: People, count: int, voice: float) -> People:
    """And so many more, each with one account: their ids and their accounts' follow those that are there."""
    first = len(everybody.counted)
    return People(
        np.concatenate([everybody.person, np.arange(first, first + count, dtype=np.int32)]),
        np.concatenate([everybody.counted, np.ones(count, np.bool_)]),
        np.concatenate([everybody.voice, np.full(count, voice)]),
    )
