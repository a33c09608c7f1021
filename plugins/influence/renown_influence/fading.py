"""What did most of a fall of somebody's score: acts that grew older, raters' voices and shares, a scale set anew, or an
erasure.

Of everybody at once, by a run. What people had in the run before is set against what they would have with today's acts
and the voices of then: that much acts did. What a new half saturation takes from the same acts is the scale's. The rest
are voices. What an erasure took `erasing` knows: what the run before was made of is gone then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from renown.api import PluginContext
from renown_influence import kept, store
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch, Run
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, saturated

#: By place in a run. UNKNOWN where nothing fell, too.
Causes = NDArray[np.int8]
UNKNOWN, VOICES, ACTS, ERASED, SCALE = -1, 0, 1, 2, 3
#: In the order in which their parts are set side by side: of equal ones the first is told.
_PARTS = np.array([ACTS, VOICES, SCALE], np.int8)


@dataclass(frozen=True)
class Before:
    """Of the run before, by person: what was `solved`, `values`, own voices left out, and `heard`: what their raters'
    acts say, each times the rater's voice. `half` is what half saturated then."""

    people: Ints
    solved: Floats
    values: Floats
    heard: Floats
    half: float


def before(ctx: PluginContext, run: Run | None) -> Before | None:
    """None where there was no run, or what it was made of is gone."""
    epoch = None if run is None else ctx.session.get(Epoch, run.epoch_id)
    if run is None or epoch is None:
        return None
    arrays = store.load(ctx, kept.name(run.id), ("people", "solved", "values", "voice", "heard"))
    if not arrays:
        return None
    own = arrays["values"] - arrays["voice"]
    return Before(arrays["people"], arrays["solved"], own, arrays["heard"], epoch.kappa)


def causes(
    former: Before | None,
    people: Ints,
    inputs: Inputs,
    said: Pairs,
    values: Floats,
    parameters: Parameters,
    frozen: Frozen,
) -> Causes:
    """Of these people, ascending. Where the inputs begin are the voices of the run before; `said` is as for `heard`."""
    found = np.full(len(people), UNKNOWN, np.int8)
    if former is None or not len(former.people):
        return found
    at = np.minimum(np.searchsorted(former.people, people), len(former.people) - 1)
    then, had = former.values[at], former.heard[at]
    lost = then - (values - inputs.voice)
    fell = (former.people[at] == people) & (then > 0) & (had > 0) & (lost > 1e-6 * then)
    now = aged = heard(said, inputs.begin)
    if former.half != frozen.kappa:
        aged = heard(saturated(inputs.pairs, parameters, replace(frozen, kappa=former.half)), inputs.begin)
    # All as parts of what there was.
    by_acts, by_scale, whole = (had - aged)[fell] / had[fell], (aged - now)[fell] / had[fell], lost[fell] / then[fell]
    found[fell] = _PARTS[np.argmax((by_acts, whole - by_acts - by_scale, by_scale), axis=0)]
    return found


def heard(said: Pairs, voices: Floats) -> Floats:
    """What each owner's raters' acts say (`reckon.saturated` gives that), each times the rater's voice."""
    found: Floats = said.matrix() @ voices
    return found
