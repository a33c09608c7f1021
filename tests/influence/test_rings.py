"""Rings are found that were planted, and teams, projects and busy people are none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renown_influence import returns, ring_groups, ring_inside, ring_words, rings
from renown_influence.graph import Pairs, shares
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, Result, reckon
from renown_influence.ring_chance import Chance
from renown_influence.ring_pairs import Couples
from renown_influence.rings import Ring
from renown_influence.solve import power
from tests.influence.organisations import LIKES, Making, Organisation, pairs_of


def looked(organisation: Organisation, *, teams: bool = True) -> list[Ring]:
    team = organisation.team if teams else np.zeros_like(organisation.team)
    return rings.find(organisation.pairs, organisation.kappa, team)


# What is found


@pytest.mark.parametrize("teams", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_rings_of_three_five_and_ten_are_found_beside_each_other(seed: int, teams: bool) -> None:
    making = Making(seed)
    making.work()
    for size in (3, 5, 10):
        making.plant(making.strangers(size))
    found = looked(making.done(), teams=teams)
    assert {ring.people for ring in found} == set(making.planted)
    for ring in found:
        # One that is weaker than the others may be left out, where they are less probable without it.
        assert ring.links >= 0.9 * (len(ring.people) * (len(ring.people) - 1) // 2)
        assert ring.times >= rings.TIMES
        assert ring.chance <= 1 / rings.ORGANISATIONS


@pytest.mark.parametrize("size", [3, 5, 10])
def test_a_ring_is_found_alone_where_hardly_anybody_returns_anything(size: int) -> None:
    """People who like five others each, at random: there is next to nobody else who endorses each other."""
    draw = np.random.default_rng(size)
    matrix = np.zeros((100, 100))
    for rater in range(100):
        for owner in draw.choice(100, 5, replace=False):
            if owner != rater:
                matrix[owner, rater] += 0.5 * draw.geometric(0.4)
    ring = tuple(range(size))
    for one, other in combinations(ring, 2):
        matrix[one, other] += LIKES
        matrix[other, one] += LIKES
    pairs = pairs_of(matrix)
    assert [one.people for one in rings.find(pairs, 2.0, np.zeros(100, np.int32))] == [ring]


def test_part_of_a_team_is_found_and_a_whole_team_by_the_other_teams() -> None:
    making = Making(3)
    making.work()
    making.plant([0, 1, 2, 3, 4])
    making.plant(range(16, 24))
    whole, part = looked(making.done())
    assert (part.people, part.team) == ((0, 1, 2, 3, 4), 0)
    assert whole.team == 3
    assert set(whole.people) <= set(range(16, 24))
    assert len(whole.people) >= 6


def test_links_may_be_missing() -> None:
    making = Making(4)
    making.work()
    ring = sorted(making.strangers(10))
    making.plant(ring)
    # Everybody leaves one other out.
    for one, other in zip(ring[::2], ring[1::2], strict=True):
        making.given[one, other] = 0
    [found] = looked(making.done())
    assert found.people == tuple(ring)
    assert found.links == 40


# What is not


@pytest.mark.parametrize(
    "busy",
    [
        pytest.param(lambda making: making.work(), id="teams"),
        pytest.param(lambda making: making.work(dense=range(1, 21, 4)), id="some teams are dense"),
        pytest.param(lambda making: making.work(dense=[5], times=6.0), id="one team is very dense"),
        pytest.param(lambda making: (making.work(), making.projects(15)), id="projects across teams"),
        pytest.param(lambda making: (making.work(), making.everywhere(4)), id="people who are everywhere"),
    ],
)
def test_no_alarm_in_organisations_without(busy: Callable[[Making], object]) -> None:
    """Of forty, two at most have one: chance has its share, and projects are close for a reason."""
    alarms = 0
    for seed in range(40):
        making = Making(seed, size=160 if seed % 2 else 80, spread=0.8 if seed % 3 else 1.4)
        busy(making)
        alarms += len(looked(making.done()))
    assert alarms <= 2


def test_a_dense_team_is_none_and_a_ring_in_it_is_one() -> None:
    making = Making(6)
    making.work(dense=[1, 2])
    assert looked(making.done()) == []
    making.plant([8, 9, 10], amount=10 * LIKES)
    assert [ring.people for ring in looked(making.done())] == [(8, 9, 10)]


def test_generous_and_popular_people_are_no_ring_by_being_so() -> None:
    """Ten times as much from some and for some, and so between them: just what is to be expected of them."""
    making = Making(8)
    making.generous[:6] = making.popular[:6] = 6.0
    making.team[:6] = 0
    making.work()
    for one in range(6):
        for other in making.draw.choice(160, 60, replace=False).tolist():
            making.endorse([one, other], 1.0, 0.5)
    making.endorse(range(6), 1.0, 0.5)
    assert looked(making.done()) == []


def test_there_may_be_nothing_to_look_at() -> None:
    for matrix in (np.zeros((0, 0)), np.zeros((5, 5)), np.diag(np.ones(4), 1)):
        assert rings.find(pairs_of(matrix), 1.0, np.zeros(len(matrix), np.int32)) == []
    three = np.ones((3, 3)) - np.eye(3)
    assert rings.find(pairs_of(three), 1.0, np.zeros(3, np.int32)) == [], "they are all there is: nobody to differ from"


@pytest.mark.parametrize("seed", range(4))
def test_names_do_not_matter(seed: int) -> None:
    making = Making(seed)
    making.work()
    for size in (3, 6):
        making.plant(making.strangers(size))
    one = making.done()
    order = np.random.default_rng(seed).permutation(making.size)
    other = Organisation(pairs_of(making.given[np.ix_(order, order)]), making.team[order], ())
    renamed = {tuple(sorted(int(order[person]) for person in ring.people)): ring for ring in looked(other)}
    plain = {ring.people: ring for ring in looked(one)}
    assert renamed.keys() == plain.keys()
    for people, ring in plain.items():
        assert ring.chance == pytest.approx(renamed[people].chance, rel=1e-9)


# How improbable


def test_chance_by_hand() -> None:
    """Six people, a triangle of strong couples and one weak couple, five who endorse without return."""
    matrix = np.zeros((6, 6))
    for one, other, amount in ((0, 1, 9.0), (0, 2, 9.0), (1, 2, 9.0), (3, 4, 1.0)):
        matrix[one, other] = matrix[other, one] = amount
    for owner, rater in ((0, 3), (1, 4), (2, 5), (3, 5), (4, 5)):
        matrix[owner, rater] = 1.0
    chance = Chance(Couples(pairs_of(matrix), np.zeros(6, np.int32)))
    # 9 pairs have to do with one another. People meet 3, 3, 3, 3, 3 and 3 others: each pair has at most 2 in common, so
    # there are 9 * 2 / 3 triangles at most. The three strongest of nine: 3/9 * 2/8 * 1/7. Sizes: 1 * 2; links: 1 * 2.
    assert chance.of_group(3, 3, 0, 1.0) == pytest.approx(6 * (6 / 504) * 2 * 2)
    assert chance.of_team(1) == 1.0


def test_shares_for_having_looked_everywhere_sum_to_one() -> None:
    sizes = sum(1 / ((size - 2) * (size - 1)) for size in range(3, 100_000))
    assert sizes == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.005, "about one of 200"),
        (1 / 7_300, "about one of 5,000"),
        (1e-6, "about one of 1,000,000"),
        (1e-30, "fewer than one of 1,000,000,000"),
        (0.0, "fewer than one of 1,000,000,000"),
    ],
)
def test_odds_in_words(chance: float, said: str) -> None:
    assert ring_words.odds(chance) == said


# Groups


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=45))
def test_groups_are_dense_and_no_clique_is_missed(pairs: set[tuple[int, int]]) -> None:
    linked = ring_groups.links(iter(sorted(pairs)))
    found = list(ring_groups.cores(linked))
    assert len(set(found)) == len(found)
    for group in found:
        assert list(group) == sorted(set(group))
        assert len(group) >= 3
        for one in group:
            assert len(linked[one] & set(group)) >= ring_groups.needed(len(group))
    if any(len(linked[a] & linked[b]) for a, b in pairs):
        assert found


# How much comes from inside


def solved(pairs: Pairs, alpha: float = 0.85) -> tuple[Inputs, Parameters, Result]:
    voice = np.ones(pairs.people)
    inputs, parameters = Inputs(pairs, voice, voice), Parameters(alpha=alpha, tolerance=1e-13)
    return inputs, parameters, reckon(inputs, parameters, Frozen(1.0, 1.0))


@pytest.mark.parametrize("seed", range(4))
def test_scores_without_the_ring_are_exact(seed: int) -> None:
    """Against the inverse of the whole matrix, from which the shares within are taken."""
    making = Making(seed, size=40)
    making.work()
    making.plant(making.strangers(4))
    (ring,) = making.planted
    inputs, parameters, result = solved(pairs_of(making.given))
    found = ring_inside.of(inputs, parameters, result, ring)
    matrix = result.shares.matrix().toarray()
    matrix[np.ix_(ring, ring)] = 0
    inverse = np.linalg.inv(np.eye(40) - parameters.alpha * matrix)
    wanted = (inverse @ inputs.voice) / np.diag(inverse)
    assert found.alone == pytest.approx(wanted[list(ring)], abs=1e-7)
    assert found.scores == pytest.approx(result.values[list(ring)])
    assert 0 < found.share < 1


def test_a_ring_that_nobody_else_endorses_has_nothing_without() -> None:
    three = np.ones((3, 3)) - np.eye(3)
    inputs, parameters, result = solved(pairs_of(three * LIKES))
    found = ring_inside.of(inputs, parameters, result, (0, 1, 2))
    assert found.alone == pytest.approx(np.ones(3))
    assert found.share == pytest.approx(1 - 3 / result.values.sum())


def test_where_self_return_is_nearly_taken_out_so_it_is_here() -> None:
    making = Making(2, size=40)
    making.work()
    making.plant([3, 13, 23])
    pairs = pairs_of(making.given)
    weighed = shares(pairs, 3.0)
    voice = np.ones(40)
    inputs, parameters = Inputs(pairs, voice, voice), Parameters()
    back, exact = returns.self_return(weighed, parameters.alpha, parameters.shrink, exact=2)
    assert not exact
    solution = power(weighed, voice, parameters.alpha, 1e-12)
    found = ring_inside.of(inputs, parameters, Result(weighed, solution, solution.values / back, exact), (3, 13, 23))
    apart = weighed.matrix().toarray()
    apart[np.ix_((3, 13, 23), (3, 13, 23))] = 0
    values = np.linalg.solve(np.eye(40) - 0.85 * apart, voice)
    wanted = values * (1 - 0.85**2 * (apart * apart.T).sum(axis=1))
    assert found.alone == pytest.approx(wanted[[3, 13, 23]], abs=1e-6)
