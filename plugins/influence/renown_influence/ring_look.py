"""Looks for rings in what a run was made of, and gathers what speaks for each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renown_influence import graph, ring_inside, rings
from renown_influence.graph import Ints, Pairs
from renown_influence.kept import Kept
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Result, saturated
from renown_influence.ring_pairs import Numbers
from renown_influence.rings import Ring
from renown_influence.solve import Solution

#: By owner and rater, by the ids of people: on how many days, and the last of them.
Days = Mapping[tuple[int, int], tuple[int, int]]

#: More are not looked into: each takes one more solve.
_LISTED = 50
#: Pairs kept of one ring, those with the most evidence.
_PAIRS = 200


@dataclass(frozen=True)
class Found:
    """A ring as it is kept. `people` are ids, ascending; `evidence` is JSON-like.

    It holds `links`, `times`, `chance` and `team` as `rings.Ring` has them, and `possible` links; `share`, and by
    person `scores` and `alone`, as `ring_inside.Inside`; and `pairs`: owner, rater, what is left of the evidence today,
    on how many days it came about, and the last of these.
    """

    people: tuple[int, ...]
    evidence: dict[str, Any]


def look(people: Ints, pairs: Pairs, kappa: float, teams: tuple[Numbers, Numbers]) -> list[Ring]:
    """`teams` are people and the team of each; whoever has none is not among them."""
    return rings.find(pairs, kappa, _teams(people, teams))[:_LISTED]


def gathered(found: Sequence[Ring], known: Kept, parameters: Parameters, frozen: Frozen, days: Days) -> list[Found]:
    """`parameters` and `frozen` are those of the run that is `known`."""
    shares = graph.shares(saturated(known.inputs.pairs, parameters, frozen), parameters.shrink)
    solution = Solution(known.solved, known.run.rounds, known.run.residual)
    result = Result(shares, solution, known.values, known.run.exact)
    return [_found(ring, known, parameters, result, days) for ring in found]


def members(people: Ints, found: Collection[Ring]) -> list[int]:
    """Who is in some ring, by id."""
    return [int(people[one]) for one in sorted({one for ring in found for one in ring.people})]


def days_of(met: NDArray[np.int64]) -> Days:
    """From owner, rater and day of all that came about."""
    met = np.unique(met[met[:, 0] != met[:, 1]], axis=0)
    if not len(met):
        return {}
    pairs, first, days = np.unique(met[:, :2], axis=0, return_index=True, return_counts=True)
    last = met[first + days - 1, 2]
    return {(int(a), int(b)): (int(n), int(day)) for (a, b), n, day in zip(pairs, days, last, strict=True)}


def _teams(people: Ints, teams: tuple[Numbers, Numbers]) -> Ints:
    """By place among `people`; 0 for none."""
    who, team = teams
    known = np.isin(who, people)
    found = np.zeros(len(people), np.int32)
    found[np.searchsorted(people, who[known])] = team[known]
    return found


def _found(ring: Ring, known: Kept, parameters: Parameters, result: Result, days: Days) -> Found:
    inside = ring_inside.of(known.inputs, parameters, result, ring.people)
    people = tuple(int(known.people[one]) for one in ring.people)
    evidence = {
        "links": ring.links,
        "possible": len(people) * (len(people) - 1) // 2,
        "times": round(ring.times, 2),
        "chance": ring.chance,
        "team": ring.team,
        "share": round(inside.share, 4),
        "scores": inside.scores.round(4).tolist(),
        "alone": inside.alone.round(4).tolist(),
        "pairs": _pairs(ring, people, known, days),
    }
    return Found(people, evidence)


def _pairs(ring: Ring, people: Sequence[int], known: Kept, days: Days) -> list[list[Any]]:
    given, found = known.inputs.pairs, []
    for number, owner in zip(ring.people, people, strict=True):
        mine = slice(given.start[number], given.start[number + 1])
        for rater, left in zip(known.people[given.rater[mine]], given.weight[mine], strict=True):
            if int(rater) in people:
                found.append([owner, int(rater), round(float(left), 3), *days.get((owner, int(rater)), (0, 0))])
    found.sort(key=lambda one: (-one[2], one[0], one[1]))
    return found[:_PAIRS]
