"""How well somebody's work is received, an axis beside influence: never multiplied into it.

`(for + M * mean) / (for + against + M)`: what speaks for a person's work, of all that is said of it, each voice as loud
as its owner is. A few voices say little: whoever has few is taken for the average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs, saturated

MEASURE = "influence.quality"
#: As if so many people of a voice of their own had said what all say on average.
M = 5.0
#: Fewer people than these say nothing.
RATERS = 5
#: Thousandths of a percent.
_WHOLE = 100_000

Levels = tuple[NDArray[np.int64], NDArray[np.int64]]


def of(speaking_for: Weighed, against: Weighed, voice: Floats, kappa: float) -> Levels:
    """People by id, and thousandths of a percent. Of nobody, where nobody ever speaks against anything.

    `voice` is how loud each person of `speaking_for` is; whoever is not there has none.
    """
    people = speaking_for.people
    critical = _among(people, against, kappa)
    good = _heard(saturated(speaking_for.pairs, kappa), voice)
    bad = np.bincount(critical.owner, weights=critical.weight * voice[critical.rater], minlength=len(people))
    if not bad.any():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    mean = good.sum() / (good.sum() + bad.sum())
    received = (good + M * mean) / (good + bad + M)
    enough = _raters(speaking_for.pairs, critical, voice) >= RATERS
    return people[enough].astype(np.int64), np.rint(received[enough] * _WHOLE).astype(np.int64)


class _Critical:
    """Pairs of whom somebody speaks against, numbered as those who speak for."""

    def __init__(self, owner: Ints, rater: Ints, weight: Floats) -> None:
        self.owner, self.rater, self.weight = owner, rater, weight


def _among(people: Ints, against: Weighed, kappa: float) -> _Critical:
    at = np.searchsorted(people, against.people).astype(np.int32)
    known = at < len(people)
    known[known] = people[at[known]] == against.people[known]
    pairs = saturated(against.pairs, kappa)
    kept = known[pairs.owner] & known[pairs.rater]
    return _Critical(at[pairs.owner[kept]], at[pairs.rater[kept]], pairs.weight[kept])


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
        found[owner] += bool(loud[rater]) and not (at < len(mine) and mine[at] == rater)
    return found
