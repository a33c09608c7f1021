"""How well somebody's work is received, an axis beside influence: never multiplied into it.

`(for + M * average) / (for + against + M)`: what speaks for a person's work, of all that is said of it. Who speaks for
it is as loud as their voice is. Who speaks against it is counted in fives, 5 to 9 people as 5, and each is as loud as
one who speaks for anybody is on average: if it were their own voice, two nights would tell what a single one said.
Few people say little: whoever is spoken of by few is taken for the average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown_influence.evidence import Evidence, Weighed
from renown_influence.graph import Floats, Ints, saturated
from renown_influence.raters import SMALLEST

MEASURE = "influence.quality"
#: As if so many people of a voice of their own had said what all say on average.
M = 5
#: Who has less of a voice is not counted as one who speaks against: accounts that nobody verified are as good as none.
HEARD = 0.5
#: Half-lives after which somebody who spoke against does so no more.
_HALVES = 2
#: Thousandths of a percent: whole percents are all that is told, so that no one vote can be seen coming.
_PERCENT = 1000

Levels = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Quality:
    """Of each person of a run: what speaks for their work and what against it, in whole voices.

    `average` is in percent. `told` is False for those of whom too few people say anything.
    """

    people: Ints
    good: Floats
    bad: Floats
    average: int
    told: NDArray[np.bool_]

    @property
    def levels(self) -> Levels:
        """People by id, and thousandths of a percent."""
        percent = received(self.good, self.bad, self.average)[self.told]
        return self.people[self.told].astype(np.int64), np.rint(percent).astype(np.int64) * _PERCENT


def received(good: Floats, bad: Floats, average: int) -> Floats:
    """In percent."""
    found: Floats = (100 * good + M * average) / (good + bad + M)
    return found


def recent(against: Evidence, today: int, half_life: int) -> Evidence:
    """What still speaks against anybody: all of it counts alike, so it does for a time and then not at all.

    `half_life` is in working days, of which five are a week.
    """
    return against.only(against.day > today - _HALVES * half_life * 7 // 5)


def of(speaking_for: Weighed, against: Weighed, voice: Floats, kappa: float) -> Quality:
    """Told of nobody, where nobody's work has five people who speak against it.

    `voice` is how loud each person of `speaking_for` is; whoever is not there has none.
    """
    people, pairs = speaking_for.people, saturated(speaking_for.pairs, kappa)
    heard, loud = pairs.weight * voice[pairs.rater], voice[pairs.rater] > 0
    one = float(heard[loud].mean()) if loud.any() else 0.0
    good = np.rint(np.bincount(pairs.owner, weights=heard, minlength=len(people)))
    critics = _in_fives(_critics(people, against, voice))
    bad = np.rint(critics * one)
    whole = float(good.sum() + bad.sum())
    average = round(100 * float(good.sum()) / whole) if whole else 0
    raters = np.bincount(pairs.owner[loud], minlength=len(people))
    enough = (raters >= SMALLEST) | (critics > 0)
    return Quality(people, good, bad, average, enough if bad.any() else np.zeros(len(people), np.bool_))


def _critics(people: Ints, against: Weighed, voice: Floats) -> NDArray[np.int64]:
    """How many with a voice speak against each."""
    at = np.searchsorted(people, against.people).astype(np.int32)
    known = at < len(people)
    known[known] = people[at[known]] == against.people[known]
    heard = known.copy()
    heard[known] = voice[at[known]] >= HEARD
    owner = against.pairs.owner
    kept = known[owner] & heard[against.pairs.rater]
    return np.bincount(at[owner[kept]], minlength=len(people))


def _in_fives(critics: NDArray[np.int64]) -> NDArray[np.int64]:
    return critics // SMALLEST * SMALLEST
