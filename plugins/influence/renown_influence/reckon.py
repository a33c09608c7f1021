"""One reckoning, from evidence to scores: pure, so that the same inputs give the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from renown_influence import graph, returns, scale
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.parameters import Parameters
from renown_influence.solve import SOLVERS, Solution

#: What is left of a solve that gives a unit and no scores.
_ROUGH = 1e-4
#: Bits of a score that are kept, nine digits. What comes back to people is found by inverting matrices, whose last bits
#: the processor and its number of threads decide. No rounding sets one above another who was below.
_BITS = 30


@dataclass(frozen=True)
class Frozen:
    """What holds for a quarter: half saturation, the scale's unit, and who endorsed whom in the quarter before (of use
    with cohesion alone; None: nobody yet)."""

    kappa: float
    unit: float
    ties: Any = None


@dataclass(frozen=True)
class Inputs:
    """`pairs` have the evidence that is left; `voice` is everybody's own, `begin` where the solving starts."""

    pairs: Pairs
    voice: Floats
    begin: Floats

    def digest(self, parameters: Parameters, frozen: Frozen) -> str:
        found = hashlib.sha256(msgspec.json.encode([asdict(parameters), frozen.kappa, frozen.unit]))
        for array in (self.pairs.start, self.pairs.rater, self.pairs.weight, self.voice, self.begin):
            found.update(np.ascontiguousarray(array).data)
        if frozen.ties is not None:
            for array in (frozen.ties.indptr, frozen.ties.indices, frozen.ties.data):
                found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()


@dataclass(frozen=True)
class Result:
    """`values` are scores before they are put on the scale: 1 is one's own voice. `exact`: self-return is all out."""

    shares: Pairs
    solution: Solution
    values: Floats
    exact: bool

    def digest(self) -> str:
        return digest(self.values)


def digest(values: Floats) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()


def saturated(pairs: Pairs, parameters: Parameters, frozen: Frozen) -> Pairs:
    """What each pair weighs, once much of the same says less, and praise among friends. Shares no memory."""
    return graph.loosened(graph.saturated(pairs, frozen.kappa), parameters.cohesion, frozen.ties)


def reckon(inputs: Inputs, parameters: Parameters, frozen: Frozen, said: Pairs | None = None) -> Result:
    """`said` is what `saturated` gives, from who needs it for more than this."""
    weighed = saturated(inputs.pairs, parameters, frozen) if said is None else said
    shares = graph.shares(weighed, parameters.shrink, into=weighed.weight if said is None else None)
    solution = SOLVERS[parameters.solver](shares, inputs.voice, parameters.alpha, parameters.tolerance, inputs.begin)
    back, exact = returns.self_return(shares, parameters.alpha, parameters.shrink)
    return Result(shares, solution, _rounded(solution.values / back), exact)


def freeze(pairs: Pairs, voice: Floats, parameters: Parameters, ties: Any = None) -> Frozen:
    """What a new quarter begins with, from the evidence there is at its first run."""
    kappa = graph.kappa_of(graph.heard(pairs, voice))
    shares = graph.shares(saturated(pairs, parameters, Frozen(kappa, 1.0, ties)), parameters.shrink)
    # A unit needs no more than this, and what comes back to people is a hundredth of what they have.
    values = SOLVERS[parameters.solver](shares, voice, parameters.alpha, _ROUGH).values
    return Frozen(kappa, scale.unit_of(values[np.diff(pairs.start) > 0]), ties)


def _rounded(values: Floats) -> Floats:
    mantissa, exponent = np.frexp(values)
    found: Floats = np.ldexp(np.rint(np.ldexp(mantissa, _BITS)), exponent - _BITS)
    return found


def carried(before: Ints, values: Floats, people: Ints, voice: Floats) -> Floats:
    """Where to begin: with what people had in an earlier run; with their own voice who were not in it."""
    found = voice.copy()
    if len(before):
        at = np.minimum(np.searchsorted(before, people), len(before) - 1)
        known: NDArray[np.bool_] = before[at] == people
        found[known] = values[at[known]]
    return found
