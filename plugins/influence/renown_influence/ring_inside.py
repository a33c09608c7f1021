"""How much of a ring's scores comes from inside: what they would be, had its people not endorsed one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Floats, Pairs
from renown_influence.parameters import AUDIT, Parameters
from renown_influence.reckon import Inputs, Result
from renown_influence.ring_pairs import Group
from renown_influence.solve import MOST, NotSolved, power


@dataclass(frozen=True)
class Inside:
    """Scores of the people of a ring, in their order: as they are, and as they would be. 1 is one's own voice."""

    scores: Floats
    alone: Floats

    @property
    def share(self) -> float:
        """Which part of what they have together comes from inside: 0 to 1."""
        whole = float(self.scores.sum())
        return (whole - float(self.alone.sum())) / whole if whole else 0.0


def of(inputs: Inputs, parameters: Parameters, result: Result, people: Group) -> Inside:
    """One solve without the shares within, as `explain.parts`. What was given there goes to nobody else instead."""
    chosen = np.array(people)
    apart = _apart(result.shares, chosen)
    solved = power(apart, inputs.voice, parameters.alpha, AUDIT, result.solution.values)
    returned = _returned(apart, parameters.alpha, chosen) if result.exact else _nearly(apart, parameters.alpha, chosen)
    return Inside(result.values[chosen], solved.values[chosen] / returned)


def _apart(shares: Pairs, people: NDArray[np.int64]) -> Pairs:
    weight = shares.weight.copy()
    for one in people:
        mine = slice(shares.start[one], shares.start[one + 1])
        weight[mine][np.isin(shares.rater[mine], people)] = 0.0
    return shares.weighing(weight)


def _returned(shares: Pairs, alpha: float, people: NDArray[np.int64]) -> Floats:
    """How much of a voice comes back to each of them, itself counted: of all ways, as `returns` has it."""
    matrix, columns = shares.matrix(), np.arange(len(people))
    begin = np.zeros((shares.people, len(people)))
    begin[people, columns] = 1.0
    values = begin
    for _ in range(MOST):
        following = alpha * (matrix @ values) + begin
        if float(np.abs(following - values).sum(axis=0).max()) <= AUDIT:
            found: Floats = following[people, columns]
            return found
        values = following
    raise NotSolved(f"not solved in {MOST} rounds: what comes back to the people of a ring")


def _nearly(shares: Pairs, alpha: float, people: NDArray[np.int64]) -> Floats:
    """There and back by one other person, as `returns` has it where all ways are too many."""
    matrix = shares.matrix()
    both = matrix[people].multiply(matrix[:, people].T)
    found: Floats = 1 / (1 - alpha * alpha * np.asarray(both.sum(axis=1), np.float64).ravel())
    return found
