"""How well somebody's work is received, an axis beside influence: never multiplied into it.

`(for + M * average) / (for + against + M)`: what speaks for a person's work, of all that is said of it, each voice as
loud as its owner is. A few voices say little: whoever has few is taken for the average. What fewer than five people say
against somebody's work is nobody's to know: it is as if they had not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs, saturated
from renown_influence.raters import SMALLEST

MEASURE = "influence.quality"
#: As if so many people of a voice of their own had said what all say on average.
M = 5
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


def of(speaking_for: Weighed, against: Weighed, voice: Floats, kappa: float) -> Quality:
    """Told of nobody, where nobody's work has five people who ever speak against it.

    `voice` is how loud each person of `speaking_for` is; whoever is not there has none.
    """
    people, pairs = speaking_for.people, speaking_for.pairs
    critical = _counted(_among(people, against, kappa), voice, len(people))
    good = np.rint(_heard(saturated(pairs, kappa), voice))
    said = critical.weight * voice[critical.rater]
    bad = np.rint(np.bincount(critical.owner, weights=said, minlength=len(people)))
    whole = float(good.sum() + bad.sum())
    average = round(100 * float(good.sum()) / whole) if whole else 0
    enough = _raters(pairs, critical, voice) >= SMALLEST
    return Quality(people, good, bad, average, enough if bad.any() else np.zeros(len(people), np.bool_))


class _Critical:
    """Pairs of whom somebody speaks against, numbered as those who speak for."""

    def __init__(self, owner: Ints, rater: Ints, weight: Floats) -> None:
        self.owner, self.rater, self.weight = owner, rater, weight

    def only(self, kept: NDArray[np.bool_]) -> _Critical:
        return _Critical(self.owner[kept], self.rater[kept], self.weight[kept])


def _among(people: Ints, against: Weighed, kappa: float) -> _Critical:
    at = np.searchsorted(people, against.people).astype(np.int32)
    known = at < len(people)
    known[known] = people[at[known]] == against.people[known]
    pairs = saturated(against.pairs, kappa)
    kept = known[pairs.owner] & known[pairs.rater]
    return _Critical(at[pairs.owner[kept]], at[pairs.rater[kept]], pairs.weight[kept])


def _counted(critical: _Critical, voice: Floats, people: int) -> _Critical:
    """Those with a voice, where five or more of them speak against the same person."""
    loud = critical.only(voice[critical.rater] > 0)
    critics = np.bincount(loud.owner, minlength=people)
    return loud.only(critics[loud.owner] >= SMALLEST)


def _heard(pairs: Pairs, voice: Floats) -> Floats:
    """What each owner is told in all."""
    return np.bincount(pairs.owner, weights=pairs.weight * voice[pairs.rater], minlength=pairs.people).astype(
        np.float64
    )


def _raters(pairs: Pairs, critical: _Critical, voice: Floats) -> NDArray[np.int64]:
    """How many people with a voice say anything of each owner: who does both is one."""
    loud = voice > 0
    found = np.bincount(pairs.owner[loud[pairs.rater]], minlength=pairs.people)
    for owner, rater in zip(critical.owner.tolist(), critical.rater.tolist(), strict=True):
        mine = pairs.rater[pairs.start[owner] : pairs.start[owner + 1]]
        at = int(np.searchsorted(mine, rater))
        found[owner] += not (at < len(mine) and mine[at] == rater)
    return found
