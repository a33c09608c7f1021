"""Solves x = v + alpha * P^T x: whoever is relied on by people who are relied on.

`Solver` is all that a run asks for, so that another engine can take its place (setting `solver`): one that a package
beside Renown offers by an entry point in the group `renown_influence.solvers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

import numpy as np

from renown_influence.graph import Floats, Pairs

#: A matrix whose shares sum to less than 1 shrinks by alpha each round, so this many are more than enough.
MOST = 1000
#: Rounds between two leaps.
_BETWEEN = 4
#: Entry points of engines: a `Solver` each, by the name that the setting says.
GROUP = "renown_influence.solvers"
#: How far an engine of others may be off beyond the tolerance that it was told: for its own rounding.
_SLACK = 10


@dataclass(frozen=True)
class Solution:
    """`residual` is the last round's change, as a part of the sum of all voices."""

    values: Floats
    rounds: int
    residual: float


class NotSolved(ArithmeticError):
    """The rounds are used up, or the numbers are none: shares that sum to more than 1, say."""


class Solver(Protocol):
    def __call__(
        self, shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None
    ) -> Solution:
        """`voices` are everybody's own. Stops where a round changes less than `tolerance`. Raises NotSolved.

        Whom no voice reaches has exactly 0, whatever they had at the `start`.
        """
        ...


def power(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    """Round by round from `start`, or from the voices alone; each fourth one leaps ahead (Aitken's extrapolation)."""
    matrix, whole = shares.matrix(), float(voices.sum())
    # Who has no voice begins with nothing: what is lent to a circle of them would go round in it for ever.
    values = voices if start is None else np.where(voices > 0, start, 0.0)
    before, least = 0.0, np.inf
    for number in range(1, MOST + 1):
        following = matrix @ values
        following *= alpha
        following += voices
        step = following - values
        change, sum_of_steps = float(np.abs(step).sum()), float(step.sum())
        values = following
        if change <= tolerance * whole:
            return Solution(values, number, change / whole if whole else 0.0)
        if not np.isfinite(change):
            break
        # Where the last leap did not help, it goes on step by step until it is better: that comes to an end always.
        if number % _BETWEEN == 0 and change < least / 2:
            least = change
            step *= _leap(sum_of_steps, before, alpha)
            values += step
        before = sum_of_steps
    raise NotSolved(f"not solved in {number} rounds: what changed last is {change:g} of {whole:g}")


def _leap(step: float, before: float, alpha: float) -> float:
    """How many steps like the last one are still to come, each smaller than the one before by the same ratio.

    Rounded, so that who adds nothing, but is added up on the way, changes nothing either.
    """
    ratio = step / before if before else 0.0
    return round(ratio / (1 - ratio), 2) if 0 < ratio <= alpha else 0.0


class Engines(Mapping[str, Solver]):
    """Solvers by name. One of others is imported when it is first asked for, and what it says is tried."""

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        self._points = {one.name: one for one in points}

    def __getitem__(self, name: str) -> Solver:
        """Raises NotSolved where no such engine is installed, or it cannot be imported."""
        if name == "scipy":
            return power
        if name not in self._points:
            raise NotSolved(f"the engine {name!r} is not installed: install it, or choose another one in the settings")
        try:
            return partial(_tried, name, self._points[name].load())
        except (ImportError, AttributeError) as error:
            raise NotSolved(f"the engine {name!r} cannot be imported: {error}") from error

    def __contains__(self, name: object) -> bool:
        """Whether it is installed, be it right or not."""
        return name in set(self)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(("scipy", *self._points)))

    def __len__(self) -> int:
        return len(set(self))


def _tried(
    name: str,
    engine: Solver,
    shares: Pairs,
    voices: Floats,
    alpha: float,
    tolerance: float,
    start: Floats | None = None,
) -> Solution:
    """One round more, by scipy: what changes then is what an engine of others left."""
    found = engine(shares, voices, alpha, tolerance, start)
    values = np.asarray(found.values, np.float64)
    if values.shape != voices.shape:
        raise NotSolved(f"the engine {name!r} gave {values.shape} numbers, not {voices.shape}")
    whole = float(voices.sum())
    left = float(np.abs(alpha * (shares.matrix() @ values) + voices - values).sum())
    if not left <= _SLACK * tolerance * whole:
        raise NotSolved(f"the engine {name!r} is off by {left:g} of {whole:g}, more than {_SLACK} times {tolerance:g}")
    return Solution(values, found.rounds, left / whole if whole else 0.0)


#: What the setting `solver` may say.
SOLVERS = Engines(entry_points(group=GROUP))
