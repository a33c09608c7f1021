"""Whose score fell since acts on their work grew older, and whose since raters' voices or shares changed.

Of everybody at once, by a run. What people had in the run before is set against what they would have with today's acts
and the voices of then: if that says at least half of what the score lost, the acts did it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown.api import PluginContext
from renown_influence import kept, store
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Run
from renown_influence.reckon import Inputs

#: By place in a run: 1 where it was the acts, 0 where it was not, -1 where nothing fell, or nothing is known.
Causes = NDArray[np.int8]


@dataclass(frozen=True)
class Before:
    """Of the run before, by person: what was `solved`, `values`, own voices left out, and `heard`: what their raters'
    acts say, each times the rater's voice."""

    people: Ints
    solved: Floats
    values: Floats
    heard: Floats


def before(ctx: PluginContext, run: Run | None) -> Before | None:
    """None where there was no run, or what it was made of is gone."""
    names = ("people", "solved", "values", "voice", "heard")
    arrays = {} if run is None else store.load(ctx, kept.name(run.id), names)
    if not arrays:
        return None
    return Before(arrays["people"], arrays["solved"], arrays["values"] - arrays["voice"], arrays["heard"])


def causes(former: Before | None, people: Ints, inputs: Inputs, said: Pairs, values: Floats) -> Causes:
    """Of these people, ascending. Where the inputs begin are the voices of the run before; `said` is as for `heard`."""
    found = np.full(len(people), -1, np.int8)
    if former is None or not len(former.people):
        return found
    at = np.minimum(np.searchsorted(former.people, people), len(former.people) - 1)
    then, had = former.values[at], former.heard[at]
    lost = then - (values - inputs.voice)
    fell = (former.people[at] == people) & (then > 0) & (had > 0) & (lost > 1e-6 * then)
    now = heard(said, inputs.begin)
    # Both as parts of what there was.
    by_acts, whole = (had - now)[fell] / had[fell], lost[fell] / then[fell]
    found[fell] = by_acts >= whole / 2
    return found


def heard(said: Pairs, voices: Floats) -> Floats:
    """What each owner's raters' acts say (`reckon.saturated` gives that), each times the rater's voice."""
    found: Floats = said.matrix() @ voices
    return found
