"""What would change a score: one more act, reckoned by the same kernel with nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import PluginContext
from renown_influence import explain, graph, kept, run, scale
from renown_influence.graph import Pairs
from renown_influence.kept import Kept
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, saturated
from renown_influence.solve import SOLVERS


@dataclass(frozen=True)
class Change:
    """`rule` names the act; `new` says whether it comes from somebody who does not rely on the person yet.

    `more` is in voices, `score` what boards would show, both if nothing else changed.
    """

    rule: str
    new: bool
    more: float
    score: float


def of(ctx: PluginContext, person: int) -> list[Change]:
    """Nobody is named. Empty where nothing is kept, or where nobody else is there."""
    shown = run.newest(ctx)
    found = None if shown is None else kept.load(ctx, shown)
    place = None if found is None else found.number(person)
    if found is None or place is None:
        return []
    whatif = _WhatIf(found, kept.parameters(found.run), kept.frozen(ctx, found), place)
    bodies = ctx.ledger.rules()
    weights = {rule: float(str(bodies[rule]["weight"])) for rule in ("accepted", "liked") if rule in bodies}
    asked = [("accepted", True), ("accepted", False), ("liked", True)]
    changes = [whatif.change(rule, weights[rule], new=new) for rule, new in asked if weights.get(rule)]
    return [one for one in changes if one is not None]


class _WhatIf:
    """One graph, and one person in it."""

    def __init__(self, found: Kept, parameters: Parameters, frozen: Frozen, place: int) -> None:
        self._found, self._parameters, self._frozen, self._place = found, parameters, frozen, place
        self._now = self._value(found.inputs.pairs)

    def change(self, rule: str, weight: float, *, new: bool) -> Change | None:
        rater = self._typical(weight) if new else self._middle()
        if rater is None:
            return None
        then = self._value(_with(self._found.inputs.pairs, self._place, rater, weight))
        score = float(scale.shown(np.array(then), self._frozen.unit))
        return Change(rule, new, then - self._now, score)

    def _value(self, pairs: Pairs) -> float:
        """What all would bring without what the person endorses, which is the score."""
        parameters = self._parameters
        shares = graph.shares(saturated(pairs, parameters, self._frozen), parameters.shrink)
        solve, voice = SOLVERS[parameters.solver], self._found.inputs.voice
        return explain.parts(shares, voice, parameters.alpha, self._place, solve, self._found.solved).whole

    def _typical(self, weight: float) -> int | None:
        """Of those who do not rely on the person yet, who would bring as much as half of them would at least."""
        pairs, solved = self._found.inputs.pairs, self._found.solved
        given = np.bincount(
            pairs.rater, weights=graph.saturated(pairs, self._frozen.kappa).weight, minlength=len(solved)
        )
        said = weight / (weight + self._frozen.kappa)
        gains = solved * said / (given + said + self._parameters.shrink)
        gains[self._mine()] = 0
        gains[self._place] = 0
        heard = np.flatnonzero(gains > 0)
        return int(heard[np.argsort(gains[heard], kind="stable")[len(heard) // 2]]) if len(heard) else None

    def _middle(self) -> int | None:
        """Of those who do, who relies on them as much as half of them do."""
        pairs, mine = self._found.inputs.pairs, self._mine()
        weight = pairs.weight[pairs.start[self._place] : pairs.start[self._place + 1]]
        return int(mine[np.argsort(weight, kind="stable")[len(mine) // 2]]) if len(mine) else None

    def _mine(self) -> graph.Ints:
        pairs = self._found.inputs.pairs
        return pairs.rater[pairs.start[self._place] : pairs.start[self._place + 1]]


def _with(pairs: Pairs, owner: int, rater: int, weight: float) -> Pairs:
    """The graph with so much more evidence of one pair."""
    begin, end = int(pairs.start[owner]), int(pairs.start[owner + 1])
    at = begin + int(np.searchsorted(pairs.rater[begin:end], rater))
    if at < end and pairs.rater[at] == rater:
        more = pairs.weight.copy()
        more[at] += weight
        return pairs.weighing(more)
    start = pairs.start.copy()
    start[owner + 1 :] += 1
    return Pairs(start, np.insert(pairs.rater, at, rater), np.insert(pairs.weight, at, weight))
