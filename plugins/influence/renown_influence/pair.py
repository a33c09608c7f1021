"""What one rater relied on, and how it becomes what they bring: from the acts to the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from renown.api import Change, PluginContext, Viewer
from renown_influence import kept
from renown_influence.score import EVIDENCE
from renown_influence.told import FOR, Line, Told

#: Acts that are listed, the newest.
LISTED = 100


@dataclass(frozen=True)
class Pair:
    """`left` is what is left of their acts today, 1 being a fresh mention; `half` is so much as counts for a half.

    `loosened`: since friends of theirs praise the same person, it counts for less than these two say.
    """

    line: Line
    acts: Sequence[Change]
    left: float
    half: float
    alpha: float
    half_life: int
    loosened: bool


def of(ctx: PluginContext, viewer: Viewer, told: Told, handle: str) -> Pair | None:
    """None where the viewer is not told by name what this person brings, or the run is gone."""
    line = next((one for one in told.lines if one.person.handle == handle), None)
    found = None if line is None else kept.load(ctx, told.run)
    if line is None or found is None:
        return None
    owner, rater = found.number(told.person.id), found.number(line.person.id)
    pairs = found.inputs.pairs
    if owner is None or rater is None:
        return None
    mine = slice(pairs.start[owner], pairs.start[owner + 1])
    left = float(pairs.weight[mine][np.searchsorted(pairs.rater[mine], rater)])
    frozen, parameters = kept.frozen(ctx, found), kept.parameters(found.run)
    plain = left / (left + frozen.kappa)
    return Pair(
        line,
        ctx.ledger.given(viewer, told.person.id, EVIDENCE, line.person.id, FOR, LISTED),
        left,
        frozen.kappa,
        parameters.alpha,
        parameters.half_life,
        line.weight < plain - 1e-9,
    )
