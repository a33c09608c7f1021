"""A score taken apart: one's own voice, what each rater brings, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from renown.api import Explanation, Part, PluginContext
from renown_influence import explain, graph, kept, run, scale
from renown_influence.explain import Parts
from renown_influence.graph import Pairs
from renown_influence.kept import Kept
from renown_influence.models import Epoch, Run
from renown_influence.raters import SMALLEST
from renown_influence.reckon import saturated
from renown_influence.solve import SOLVERS


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
        tuple(found.people[parts.raters][order].tolist()),
        tuple(parts.brought[order].tolist()),
        tuple(weights[order].tolist()),
        tuple(parts.voice[order].tolist()),
        value - parts.whole,
    )


def _weights(pairs: Pairs, place: int) -> np.ndarray:
    return pairs.weight[pairs.start[place] : pairs.start[place + 1]]


def in_words(ctx: PluginContext, person: int) -> Explanation | None:
    """For the page of the number itself. Nobody is named here: that page is for everybody who sees the number."""
    shown, who = run.newest(ctx), ctx.people.get(person)
    found = None if shown is None else kept.summary(ctx, shown, person)
    if shown is None or found is None or who is None:
        return None
    people = f"{found.raters} people" if found.raters >= SMALLEST else f"fewer than {SMALLEST} people"
    others = round(found.value, 2) - round(found.own, 2)
    text = f"{found.value:.2f} = {found.own:.2f} own voice + {others:.2f} from {people}."
    unit = ctx.session.get_one(Epoch, shown.epoch_id).unit
    score = int(scale.published(np.array(found.value), unit))
    parts = (
        Part("On the scale that is shown", score),
        Part("Who brings how much", url=f"/influence/people/{quote(who.handle)}"),
    )
    return Explanation(text, parts)
