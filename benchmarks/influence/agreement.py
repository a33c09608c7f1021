"""How far scores agree with a truth, and how far that would move with other people from the same organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from benchmarks.influence.facts import Numbers
from scipy.stats import rankdata

from renown_influence.graph import Floats

#: Times that people are drawn anew for an interval; at least 100, but no more than comes to so many people or pairs.
TIMES, DRAWN = 1_000, 20_000_000
SEED = 1


@dataclass(frozen=True)
class Figure:
    """A figure, and where 95 of 100 drawings lie. None where there is none: of one person, or where all are alike."""

    value: float | None
    low: float | None
    high: float | None


def pair_accuracy(scores: Floats, above: Numbers, below: Numbers, times: Numbers) -> float:
    """The part of the pairs in which who stands above has the higher score; equal ones count half.

    `above` and `below` are places in `scores`; each pair counts as often as `times` says. No figure where
    all scores are equal.
    """
    if not _spread(scores):
        return np.nan
    higher, lower = scores[above], scores[below]
    right = (higher > lower) + (higher == lower) / 2
    whole = times.sum()
    return float((right * times).sum() / whole) if whole else np.nan


def spearman(scores: Floats, truth: Floats) -> float:
    """Of ranks, equal ones sharing their mean."""
    if len(scores) < 2:
        return np.nan
    one, other = rankdata(scores), rankdata(truth)
    one, other = one - one.mean(), other - other.mean()
    spread = np.sqrt((one @ one) * (other @ other))
    return float(one @ other / spread) if spread else np.nan


def overlap(scores: Floats, truth: Floats, most: int) -> float:
    """The part of the `most` highest that are so by both; of equal ones that do not all fit, each is by that part.

    No figure where these are more than half of all, who are so by both whatever the scores, and where all are equal.
    """
    if not 0 < most * 2 <= len(scores) or not (_spread(scores) and _spread(truth)):
        return np.nan
    return float((_among(scores, most) * _among(truth, most)).sum() / most)


def _spread(values: Floats) -> bool:
    """Whether anybody has more than anybody else."""
    return len(values) > 0 and bool(values.max() > values.min())


def _among(values: Floats, most: int) -> Floats:
    """How surely each is among the `most` highest, were equal ones put in any order."""
    edge = np.partition(values, len(values) - most)[len(values) - most]
    above, level = values > edge, values == edge
    return above + level * ((most - above.sum()) / level.sum())


def interval(size: int, figure: Callable[[Numbers], float], seed: int = SEED, cost: int = 0) -> Figure:
    """`figure` of everybody, and where it lies when as many people are drawn with replacement: `figure` is given how
    often each was drawn. Where it looks at more than each once, `cost` says at how much: the fewer drawings."""
    chance = np.random.default_rng(seed)
    value = figure(np.ones(size, np.int64))
    times = range(min(TIMES, max(100, DRAWN // max(size, cost, 1))))
    found = [figure(np.bincount(chance.integers(size, size=size), minlength=size)) for _ in times]
    told = np.array(found)[~np.isnan(found)]
    if np.isnan(value):
        return Figure(None, None, None)
    low, high = np.percentile(told, (2.5, 97.5)) if len(told) else (None, None)
    return Figure(value, *(None if edge is None else float(edge) for edge in (low, high)))
