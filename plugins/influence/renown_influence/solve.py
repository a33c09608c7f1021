"""Solves x = v + alpha * P^T x: whoever is relied on by people who are relied on.

`Solver` is all that a run asks for, so that another engine can take its place (setting `solver`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from renown_influence.graph import Floats, Pairs

#: A matrix whose shares sum to less than 1 shrinks by alpha each round, so this many are more than enough.
MOST = 1000


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
        """`voices` are everybody's own. Stops where a round changes less than `tolerance`. Raises NotSolved."""
        ...


def power(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    """Round by round from `start`, or from the voices alone."""
    matrix, whole = shares.matrix(), float(voices.sum())
    values = voices if start is None else start
    for number in range(1, MOST + 1):
        following = matrix @ values
        following *= alpha
        following += voices
        change = float(np.abs(following - values).sum())
        values = following
        if change <= tolerance * whole:
            return Solution(values, number, change / whole if whole else 0.0)
        if not np.isfinite(change):
            break
    raise NotSolved(f"not solved in {number} rounds: what changed last is {change:g} of {whole:g}")


#: What the setting `solver` may say.
SOLVERS: dict[str, Solver] = {"scipy": power}
