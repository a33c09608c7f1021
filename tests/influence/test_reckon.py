"""A reckoning is a function: the same inputs give the same bytes, another input another digest."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from renown_influence import graph
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, carried, freeze, reckon
from renown_influence.solve import NotSolved, power
from tests.influence import kit
from tests.influence.kit import COHESIVE, EXACT, Graph, given, graphs

ORDINARY = Parameters()


@given(graphs())
def test_the_same_inputs_give_the_same_bytes(known: Graph) -> None:
    first, second = known.reckoned(COHESIVE), known.weighing(known.weight.copy()).reckoned(COHESIVE)
    assert first.values.tobytes() == second.values.tobytes()
    assert first.solution.values.tobytes() == second.solution.values.tobytes()
    assert first.digest() == second.digest()
    assert known.inputs().digest(COHESIVE, known.frozen) == known.inputs().digest(COHESIVE, known.frozen)


def test_a_large_reckoning_gives_the_same_bytes_too() -> None:
    chance = np.random.default_rng(1)
    weight = chance.exponential(2, (600, 600)) * (chance.random((600, 600)) < 0.03)
    known = Graph(weight, np.ones(600), np.zeros((600, 600)))
    assert known.reckoned(ORDINARY).digest() == known.reckoned(ORDINARY).digest()


_ELSEWHERE = """
import numpy as np
from tests.influence.kit import Graph
for size in (600, 1500):
    chance = np.random.default_rng(size)
    weight = chance.exponential(2, (size, size)) * (chance.random((size, size)) < 30 / size)
    known = Graph(weight, np.ones(size), np.zeros((size, size)))
    print(known.reckoned().digest())
"""


def test_another_processor_gives_the_same_bytes() -> None:
    """As far as OpenBLAS can be told to take another for granted. Others may differ in the last of nine digits."""

    def told(threads: int, processor: str) -> str:
        there = os.environ | {"OPENBLAS_NUM_THREADS": str(threads), "OPENBLAS_CORETYPE": processor}
        made = subprocess.run([sys.executable, "-c", _ELSEWHERE], env=there, capture_output=True, text=True, check=True)
        return made.stdout

    digests = {told(1, "Nehalem"), told(2, "Haswell")}
    assert len(digests) == 1
    assert len(set(digests.pop().split())) == 2


def test_the_digest_follows_each_input() -> None:
    weight = np.array([[0, 1, 2], [3, 0, 0], [0, 1, 0]], np.float64)
    known = Graph(weight, np.array([1.0, 1.0, 0.0]), np.eye(3))
    inputs, frozen = known.inputs(), known.frozen
    more = weight.copy()
    more[0, 1] += 1e-9
    other = [
        (replace(inputs, pairs=kit.pairs(more)), EXACT, frozen),
        (replace(inputs, pairs=kit.pairs(weight.T)), EXACT, frozen),
        (replace(inputs, voice=np.ones(3)), EXACT, frozen),
        (replace(inputs, begin=np.ones(3)), EXACT, frozen),
        (inputs, EXACT, replace(frozen, kappa=2.5)),
        (inputs, EXACT, replace(frozen, unit=2.5)),
        (inputs, EXACT, replace(frozen, ties=None)),
        (inputs, EXACT, replace(frozen, ties=graph.ties_of(kit.pairs(weight)))),
        *((inputs, changed, frozen) for changed in _each_changed(EXACT)),
    ]
    digests = {one.digest(parameters, held) for one, parameters, held in [(inputs, EXACT, frozen), *other]}
    assert len(digests) == 1 + len(other)


def _each_changed(parameters: Parameters) -> list[Parameters]:
    return [
        replace(parameters, **{one.name: "other" if one.name == "solver" else getattr(parameters, one.name) + 1})
        for one in fields(parameters)
    ]


def test_who_was_there_before_begins_where_they_were() -> None:
    before, values = np.array([3, 5, 9], np.int32), np.array([1.5, 2.5, 4.0])
    people, voice = np.array([2, 5, 9, 11], np.int32), np.array([1.0, 1.0, 0.0, 0.0])
    assert carried(before, values, people, voice).tolist() == [1.0, 2.5, 4.0, 0.0]
    assert carried(np.empty(0, np.int32), np.empty(0), people, voice).tolist() == voice.tolist()
    assert voice.tolist() == [1.0, 1.0, 0.0, 0.0]


@given(graphs())
def test_where_it_begins_matters_for_the_rounds_alone(known: Graph) -> None:
    cold = known.reckoned()
    warm = known.reckoned(begin=cold.solution.values)
    assert warm.values == pytest.approx(cold.values, rel=1e-10)


def test_it_begins_near_the_end_after_a_quiet_night() -> None:
    chance = np.random.default_rng(2)
    weight = chance.exponential(2, (300, 300)) * (chance.random((300, 300)) < 0.06)
    known = Graph(weight, np.ones(300), np.zeros((300, 300)))
    cold = known.reckoned(ORDINARY).solution
    warm = known.weighing(weight * 0.99).reckoned(ORDINARY, begin=cold.values).solution
    assert warm.rounds < cold.rounds
    assert cold.residual <= ORDINARY.tolerance


def test_shares_that_are_none_are_not_solved() -> None:
    too_much = kit.shares_of(np.ones((3, 3))).weighing(np.full(6, 0.9))
    with pytest.raises(NotSolved, match="rounds"):
        power(too_much, np.ones(3), 0.85, 1e-6)


def test_where_nobody_has_a_voice_all_scores_are_0() -> None:
    found = Graph(np.ones((3, 3)), np.zeros(3), np.zeros((3, 3))).reckoned(begin=np.ones(3))
    assert found.values.tolist() == [0, 0, 0]


def test_nobody_is_reckoned_with() -> None:
    none = Inputs(kit.pairs(np.zeros((0, 0))), np.empty(0), np.empty(0))
    frozen = freeze(none.pairs, none.voice, ORDINARY)
    assert frozen == Frozen(1.0, 1.0)
    assert reckon(none, ORDINARY, frozen).values.tolist() == []
    assert reckon(none, COHESIVE, replace(frozen, ties=graph.ties_of(none.pairs))).values.tolist() == []


def test_half_saturated_is_what_nine_pairs_in_ten_do_not_reach() -> None:
    weight = np.zeros((11, 11))
    weight[0, 1:] = np.arange(1, 11)
    frozen = freeze(kit.pairs(weight), np.ones(11), ORDINARY)
    assert frozen.kappa == pytest.approx(9.1)
    assert graph.saturated(kit.pairs(weight), frozen.kappa).weight[-1] == pytest.approx(10 / 19.1)


def test_what_a_circle_of_friends_gives_counts_less_from_the_next_quarter_on() -> None:
    """Those who praised one another then, and now praise the same person: by as much as they did."""
    weight = np.full((4, 4), 10.0)
    alone = Graph(weight, np.ones(4), np.zeros((4, 4))).scores(COHESIVE)
    friends = Graph(weight, np.ones(4), np.full((4, 4), 0.8)).scores(COHESIVE)
    assert alone == pytest.approx(Graph(weight, np.ones(4), np.zeros((4, 4))).scores(EXACT))
    assert (friends < alone * 0.9).all()
    # Each of three raters: 0.5 times two friends' 0.8, each as near as 0.8.
    counted = graph.loosened(kit.pairs(weight), 0.5, graph.ties_of(kit.pairs(np.full((4, 4), 0.8))))
    assert counted.weight == pytest.approx(10 / (1 + 0.5 * 2 * 0.8 * 0.8))
