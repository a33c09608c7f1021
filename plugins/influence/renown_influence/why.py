"""A score taken apart: one's own voice, what each rater brings, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from renown.api import Explanation, Part, PluginContext
from renown_influence import disclosure, explain, graph, kept, run, scale
from renown_influence.explain import Parts
from renown_influence.graph import Floats, Pairs
from renown_influence.kept import Kept
from renown_influence.models import Epoch, Run
from renown_influence.raters import SMALLEST
from renown_influence.reckon import Frozen, saturated

_GONE = "What this number was made of is gone, since somebody was erased. The number stands, and the next is explained."


@dataclass(frozen=True)
class Rater:
    """What one brings: `share` of their `voice`, as far as voices are passed on.

    `left` is what is left of their acts, `weight` that saturated (0 to 1), `total` the weight of all that they endorse.
    """

    person: int
    brought: float
    left: float
    weight: float
    total: float
    share: float
    voice: float


@dataclass(frozen=True)
class Why:
    """`value` is what the parts add up to, 1 being one's own voice. `raters`: the one who brings most first.

    `rounding` is by how much what was published differs, where self-return was not taken out exactly. `unit` is the
    scale's, `half` is what half saturates.
    """

    run: Run
    value: float
    own: float
    raters: tuple[Rater, ...]
    rounding: float
    unit: float
    half: float


def of(ctx: PluginContext, person: int) -> Why | None:
    """None where nobody endorsed the person, or nothing was reckoned yet. One solve."""
    shown = run.newest(ctx)
    found = None if shown is None else kept.load(ctx, shown)
    place = None if found is None else found.number(person)
    if found is None or place is None:
        return None
    frozen, parameters = kept.frozen(ctx, found), kept.parameters(found.run)
    weighed = saturated(found.inputs.pairs, parameters, frozen)
    shares = graph.shares(weighed, parameters.shrink)
    parts = explain.parts(shares, found.inputs.voice, parameters.alpha, place, found.solved)
    mine = slice(shares.start[place], shares.start[place + 1])
    total = weighed.weight[mine] / shares.weight[mine] - parameters.shrink
    return _told(found, frozen, parts, place, (weighed.weight[mine], np.maximum(total, 0), shares.weight[mine]))


def _told(found: Kept, frozen: Frozen, parts: Parts, place: int, weights: tuple[Floats, Floats, Floats]) -> Why:
    pairs: Pairs = found.inputs.pairs
    left = pairs.weight[pairs.start[place] : pairs.start[place + 1]]
    columns = (found.people[parts.raters], parts.brought, left, *weights, parts.voice)
    order = np.argsort(-parts.brought, kind="stable")
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    value = float(found.values[place])
    return Why(
        found.run,
        value,
        parts.own,
        tuple(Rater(*row) for row in rows),
        value - parts.whole,
        frozen.unit,
        frozen.kappa,
    )


def in_words(ctx: PluginContext, person: int) -> Explanation | None:
    """For the page of the number itself. Nobody is named here: that page is for everybody who sees the number."""
    shown, who = run.newest(ctx), ctx.people.get(person)
    if shown is None or who is None:
        return None
    if not kept.there(ctx, shown):
        return Explanation(_GONE)
    found = kept.summary(ctx, shown, person)
    if found is None:
        return None
    people = f"{found.raters} people" if found.raters >= SMALLEST else f"fewer than {SMALLEST} people"
    if disclosure.private_counts(ctx):
        people = "others"
    others = round(found.value, 2) - round(found.own, 2)
    text = f"{found.value:.2f} = {found.own:.2f} own voice + {others:.2f} from {people}."
    unit = ctx.session.get_one(Epoch, shown.epoch_id).unit
    score = int(scale.published(np.array(found.value), unit))
    parts = (
        Part("On the scale that is shown", score),
        Part("Who brings how much", url=f"/influence/people/{quote(who.handle)}"),
    )
    return Explanation(text, parts)
