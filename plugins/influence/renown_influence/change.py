"""What would change a score: one more act of each kind, or none for a while, with nothing else changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from renown.api import PluginContext
from renown_influence import explain, graph, kept, run, scale
from renown_influence.kept import Kept
from renown_influence.parameters import Parameters
from renown_influence.raters import SMALLEST
from renown_influence.reach import Reach, reach
from renown_influence.reckon import Frozen, saturated
from renown_influence.score import AGAINST, DEFAULTS
from renown_influence.solve import power

#: What is left, at most, of a round: a hundredth of what is printed.
_NEAR = 1e-8


@dataclass(frozen=True)
class Act:
    """What boards would show after one more act that a `rule` counts.

    `new`: from a colleague who does not rely on the person yet; `known`: from one who does. None where these are fewer
    than five, of whom none would be one among many.
    """

    rule: str
    new: float | None
    known: float | None


@dataclass(frozen=True)
class Changes:
    """`now` is what boards show, before it is rounded to the tenth.

    `silent` is what it would be after so many working `days` without new acts.
    """

    now: float
    acts: tuple[Act, ...]
    days: int
    silent: float


def of(ctx: PluginContext, person: int) -> Changes | None:
    """Nobody is named. None where nothing is kept, or where the person is not in it."""
    shown = run.newest(ctx)
    found = None if shown is None else kept.load(ctx, shown)
    place = None if found is None else found.number(person)
    if found is None or place is None:
        return None
    bodies = ctx.ledger.rules()
    rules = [one.name for one in DEFAULTS if one.name != AGAINST and one.name in bodies]
    weights = {rule: float(str(bodies[rule]["weight"])) for rule in rules}
    return reckoned(found, kept.parameters(found.run), kept.frozen(ctx, found), place, weights)


def reckoned(found: Kept, parameters: Parameters, frozen: Frozen, place: int, weights: Mapping[str, float]) -> Changes:
    """Four solves at most, whatever the number of rules: see `reach`."""
    whatif = _WhatIf(found, parameters, frozen, place)
    new, known = whatif.somebody_new(), whatif.somebody_known()
    by_weight = sorted((rule for rule in weights if weights[rule]), key=lambda rule: -weights[rule])
    acts = tuple(Act(rule, *(whatif.after(one, weights[rule]) for one in (new, known))) for rule in by_weight)
    return Changes(whatif.shown(0.0), acts, parameters.half_life, whatif.after_silence())


class _WhatIf:
    """One graph, and one person in it, whose own endorsements are left out: what comes in is the score then.

    Solved by the engine that is built in, as `explain.parts`.
    """

    def __init__(self, found: Kept, parameters: Parameters, frozen: Frozen, place: int) -> None:
        self._parameters, self._frozen, self._place = parameters, frozen, place
        self._pairs, self._voice = found.inputs.pairs, found.inputs.voice
        self._weighed = saturated(self._pairs, parameters, frozen)
        self._published = float(found.values[place])
        shares = graph.shares(self._weighed, parameters.shrink)
        self._shares = explain.silenced(shares, place)
        self._values = power(self._shares, self._voice, parameters.alpha, _NEAR, found.solved).values

    def shown(self, more: float) -> float:
        """Beside what is published, which is a little off where self-return is not taken out exactly."""
        return float(scale.shown(np.array(max(self._published + more, 0.0)), self._frozen.unit))

    def somebody_new(self) -> Reach | None:
        """Of those who do not rely on the person yet, one by whose mention half of them would bring more."""
        total = np.bincount(self._pairs.rater, weights=self._weighed.weight, minlength=len(self._values))
        said = 1 / (1 + self._frozen.kappa)
        gains = self._values * said / (total + said + self._parameters.shrink)
        gains[self._mine()] = 0
        gains[self._place] = 0
        return self._middle(np.flatnonzero(gains > 0).astype(np.int32), gains)

    def somebody_known(self) -> Reach | None:
        """Of those who do, who relies on them as much as half of them do."""
        weight = np.zeros(len(self._values))
        weight[self._mine()] = self._pairs.weight[self._slice]
        return self._middle(self._mine(), weight)

    def after(self, rater: Reach | None, weight: float) -> float | None:
        """What is shown then."""
        if rater is None:
            return None
        before, kappa = self._left(rater.rater), self._frozen.kappa
        more = (before + weight) / (before + weight + kappa) - before / (before + kappa)
        return self.shown(rater.gain(more / self._loose(rater.rater)))

    def after_silence(self) -> float:
        """Once half of what the person's evidence says is left."""
        weight = self._pairs.weight.copy()
        weight[self._slice] /= 2
        parameters = self._parameters
        weighed = saturated(self._pairs.weighing(weight), parameters, self._frozen)
        shares = explain.silenced(graph.shares(weighed, parameters.shrink), self._place)
        then = power(shares, self._voice, parameters.alpha, _NEAR, self._values).values
        return self.shown(float(then[self._place] - self._values[self._place]))

    def _middle(self, people: graph.Ints, by: graph.Floats) -> Reach | None:
        if len(people) < SMALLEST:
            return None
        rater = int(people[np.argsort(by[people], kind="stable")[len(people) // 2]])
        total = float(self._weighed.weight[self._pairs.rater == rater].sum()) + self._parameters.shrink
        return reach(self._shares, self._values, self._parameters.alpha, (self._place, rater), total)

    def _left(self, rater: int) -> float:
        """What is left of a rater's acts on this person's work."""
        return float(self._pairs.weight[self._slice][self._mine() == rater].sum())

    def _loose(self, rater: int) -> float:
        """By what the pair's weight is divided, as in `graph.loosened`."""
        ties, eta = self._frozen.ties, self._parameters.cohesion
        if ties is None or not eta:
            return 1.0
        given = ties[self._place]
        return 1 + eta * float((given @ ties[:, [rater]] + given @ ties[rater].T).sum()) / 2

    @property
    def _slice(self) -> slice:
        return slice(self._pairs.start[self._place], self._pairs.start[self._place + 1])

    def _mine(self) -> graph.Ints:
        return self._pairs.rater[self._slice]
