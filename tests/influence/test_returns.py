"""What of somebody's voice comes back to them by what they endorse themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from renown_influence import blocks, graph, parts, returns
from renown_influence.graph import Floats
from renown_influence.returns import self_return
from renown_influence.solve import power
from tests.influence import kit
from tests.influence.kit import Graph, given, graphs

ALPHA, SHRINK = 0.85, 3.0


def whole(weight: Floats) -> Floats:
    matrix = kit.shares_of(weight).matrix().toarray()
    return np.diag(np.linalg.inv(np.eye(len(matrix)) - ALPHA * matrix))


@given(graphs(2, 9), st.integers(1, 40))
def test_part_by_part_it_is_what_the_whole_inverse_says(known: Graph, cells: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_CELLS", cells)
        found, exact = self_return(kit.shares_of(known.weight), ALPHA, SHRINK)
    assert exact
    assert found == pytest.approx(whole(known.weight), rel=1e-12)


@given(st.lists(graphs(1, 4), min_size=1, max_size=6), st.data())
def test_many_parts_that_endorse_one_another_one_way_only(parts: list[Graph], data: st.DataObject) -> None:
    size = sum(part.people for part in parts)
    weight = np.triu(data.draw(kit.matrix(size)))
    begin = 0
    for part in parts:
        weight[begin : begin + part.people, begin : begin + part.people] = part.weight
        begin += part.people
    order = np.array(data.draw(st.permutations(range(size))))
    found, exact = self_return(kit.shares_of(weight[order][:, order]), ALPHA, SHRINK)
    assert exact
    assert found == pytest.approx(whole(weight)[order], rel=1e-12)


def test_who_endorses_nobody_has_nothing_back() -> None:
    weight = np.array([[0, 1, 1], [0, 0, 1], [0, 1, 0]], np.float64)
    found, exact = self_return(kit.shares_of(weight), ALPHA, SHRINK)
    assert exact
    assert found[0] == 1.0
    assert (found[1:] > 1).all()
    assert self_return(kit.shares_of(np.zeros((0, 0))), ALPHA, SHRINK)[0].tolist() == []


def test_only_a_part_with_too_many_people_is_not_exact() -> None:
    pair, four = np.ones((2, 2)), np.ones((4, 4))
    weight = np.block([[four, np.zeros((4, 2))], [np.zeros((2, 4)), pair]])
    found, exact = self_return(kit.shares_of(weight), ALPHA, SHRINK, exact=3)
    assert not exact
    assert found[4:] == pytest.approx(whole(weight)[4:], rel=1e-12)
    assert found[:4] == pytest.approx(whole(weight)[:4], rel=0.05)
    assert (found[:4] < whole(weight)[:4] * (1 - 1e-3)).all()


@given(graphs(2, 9))
def test_of_a_large_part_never_too_much_is_taken_out(known: Graph) -> None:
    found, _ = self_return(kit.shares_of(known.weight), ALPHA, SHRINK, exact=1)
    assert (found >= 1).all()
    assert (found <= whole(known.weight) * (1 + 1e-12)).all()


def organisation(chance: np.random.Generator, team: int, within: float, given: int, back: float) -> Floats:
    """600 people who endorse `given` others each, some of the own team, some of whom endorse them too."""
    weight, many = np.zeros((600, 600)), 600 * given
    rater, owner = np.repeat(np.arange(600), given), chance.integers(0, 600, many)
    near = chance.random(many) < within
    owner[near] = rater[near] // team * team + chance.integers(0, team, near.sum())
    much, mutual = chance.exponential(2, many), chance.random(many) < back
    np.add.at(weight, (owner, rater), much)
    np.add.at(weight, (rater[mutual], owner[mutual]), much[mutual] * chance.random(mutual.sum()) * 2)
    np.fill_diagonal(weight, 0)
    return weight


def missed(weight: Floats, among: slice | list[int] = slice(None), kappa: float | None = None) -> float:
    """The most that is left in anybody's score, as a part of it, were the organisation too large to be exact."""
    pairs = kit.pairs(weight)
    shares = graph.shares(graph.saturated(pairs, kappa or graph.kappa_of(pairs.weight)), SHRINK)
    exact, _ = self_return(shares, ALPHA, SHRINK)
    found, _ = self_return(shares, ALPHA, SHRINK, exact=1)
    return float((1 - found / exact)[among].max())


@pytest.mark.parametrize(
    ("team", "within", "given", "back", "most"),
    [
        (600, 0.0, 20, 0.3, 0.002),
        (100, 0.8, 20, 0.3, 0.006),
        (30, 0.7, 20, 0.3, 0.008),
        (12, 0.5, 20, 0.4, 0.01),
        (12, 0.9, 20, 0.4, 0.02),
        (12, 0.98, 40, 0.9, 0.024),
        (6, 0.9, 12, 0.5, 0.02),
    ],
)
def test_in_large_organisations_hardly_anything_is_missed(
    team: int, within: float, given: int, back: float, most: float
) -> None:
    assert missed(organisation(np.random.default_rng(1), team, within, given, back)) < most


@pytest.mark.parametrize("size", [3, 5, 10, 20, 40])
def test_nor_of_a_ring_in_one(size: int) -> None:
    """Which would miss a multiple of it, were ways through two others left out there too."""
    chance = np.random.default_rng(2)
    weight = organisation(chance, 12, 0.7, 20, 0.4)
    kappa = graph.kappa_of(kit.pairs(weight).weight)
    ring = chance.choice(600, size, replace=False).tolist()
    weight[np.ix_(ring, ring)] = 500.0
    found = missed(weight, ring, kappa)
    assert found < 0.008
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(returns, "_STRONG", (2.0,))
        assert missed(weight, ring, kappa) > found * 1.2


def test_groups_that_hang_together_by_a_weaker_tie_are_told_apart() -> None:
    ring = np.full((5, 5), 500.0)
    weight = np.block([[ring, np.zeros((5, 5))], [np.zeros((5, 5)), ring]])
    weight[4, 5] = weight[5, 4] = 4.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(returns, "_MOST", 5)
        assert missed(weight, kappa=2.0) < 0.01
        patch.setattr(returns, "_MOST", 4)
        assert missed(weight, kappa=2.0) > 0.02


def test_in_a_large_part_one_more_endorsement_can_lower_the_endorsed_by_very_little() -> None:
    """The first has all of the second's voice, who has it from the first: exactly, it changes nothing."""
    weight = np.array([[0, 0.1, 0.9], [0.9, 0, 0], [0, 0.9, 0]])
    voice = np.array([1.0, 0.0, 1.0])

    def score(exact: int) -> float:
        shares = graph.shares(kit.pairs(weight), SHRINK)
        back, _ = self_return(shares, ALPHA, SHRINK, exact)
        return float((power(shares, voice, ALPHA, 1e-13).values / back)[0])

    before = score(1), score(9)
    weight[0, 1] += 0.1
    assert score(9) == pytest.approx(before[1], rel=1e-12)
    assert before[0] * (1 - 1e-3) < score(1) < before[0]


@given(graphs(2, 9), st.data())
def test_the_part_of_most_is_found_first_and_the_parts_are_the_same(known: Graph, data: st.DataObject) -> None:
    matrix = kit.shares_of(known.weight).matrix()
    plain = parts.strong(matrix).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_LARGE", 0)
        patch.setattr(parts, "_ROUNDS", data.draw(st.integers(1, 10)))
        found = parts.strong(matrix).tolist()
    assert len(set(zip(plain, found, strict=True))) == len(set(plain)) == len(set(found))
