"""A score taken apart: one's own voice, what each rater brings, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import Explanation, Part, PluginContext
from renown_influence import explain, graph, kept, run, scale
from renown_influence.explain import Parts
from renown_influence.graph import Pairs
from renown_influence.kept import Kept
from renown_influence.models import Run
from renown_influence.reckon import saturated
from renown_influence.solve import SOLVERS

#: Raters who are told by name; the rest are told together.
TOLD = 10


@dataclass(frozen=True)
class Why:
    """`score` as shown; `value` is what the parts add up to, 1 being one's own voice.

    `raters` are persons, the one who brings most first; `brought`, `weight` (saturated, 0 to 1) and `voice` are theirs.
    `rounding` is by how much what was published differs, where self-return was not taken out exactly.
    """

    run: Run
    score: float
    value: float
    own: float
    raters: tuple[int, ...]
    brought: tuple[float, ...]
    weight: tuple[float, ...]
    voice: tuple[float, ...]
    rounding: float


def of(ctx: PluginContext, person: int) -> Why | None:
    """None where nobody endorsed the person, or nothing was reckoned yet."""
    shown = run.newest(ctx)
    found = None if shown is None else kept.load(ctx, shown)
    place = None if found is None else found.number(person)
    if found is None or place is None:
        return None
    frozen, parameters = kept.frozen(ctx, found), kept.parameters(found.run)
    weighed = saturated(found.inputs.pairs, parameters, frozen)
    shares = graph.shares(weighed, parameters.shrink)
    solve = SOLVERS[parameters.solver]
    parts = explain.parts(shares, found.inputs.voice, parameters.alpha, place, solve, found.solved)
    value = float(found.values[place])
    return _told(found, parts, _weights(weighed, place), value, float(scale.shown(np.array(value), frozen.unit)))


def _told(found: Kept, parts: Parts, weights: np.ndarray, value: float, score: float) -> Why:
    order = np.argsort(-parts.brought, kind="stable")
    return Why(
        found.run,
        score,
        value,
        parts.own,
        *(
            tuple(column[order].tolist())
            for column in (found.people[parts.raters], parts.brought, weights, parts.voice)
        ),
        value - parts.whole,
    )


def _weights(pairs: Pairs, place: int) -> np.ndarray:
    return pairs.weight[pairs.start[place] : pairs.start[place + 1]]


def in_words(ctx: PluginContext, person: int) -> Explanation | None:
    """For the page of the number itself. Nobody is named here: that page is for everybody who sees the number."""
    why = of(ctx, person)
    if why is None:
        return None
    others = why.value - why.own
    text = f"{why.value:.2f} = {why.own:.2f} own voice + {others:.2f} from {len(why.raters)} people."
    return Explanation(text, (Part("On the scale that is shown", round(why.score * 1000)),))
