"""What must hold of influence, whatever the organisation looks like."""

from __future__ import annotations

from dataclasses import replace

import networkx
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from renown_influence import explain, graph, scale, solve
from renown_influence.evidence import World, weigh
from renown_influence.leave import Allowance, free, ticks
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, freeze, reckon
from tests.influence import kit
from tests.influence.kit import COHESIVE, EXACT, Graph, given, graphs, somebody

both = pytest.mark.parametrize("parameters", [EXACT, COHESIVE], ids=["plain", "cohesive"])
more = st.floats(1e-3, 1e4)


@both
@given(graphs(), st.data())
def test_one_more_endorsement_never_lowers_the_endorsed(
    parameters: Parameters, known: Graph, data: st.DataObject
) -> None:
    owner, rater = data.draw(somebody(known)), data.draw(somebody(known))
    weight = known.weight.copy()
    weight[owner, rater] += data.draw(more)
    before, after = known.reckoned(parameters), known.weighing(weight).reckoned(parameters)
    assert after.values[owner] >= before.values[owner] * (1 - 1e-10)
    assert after.solution.values[owner] >= before.solution.values[owner] * (1 - 1e-10)


@given(kit.organisations(), st.integers(1, 5), st.integers(1, 5), st.integers(0, 140), st.integers(1, 10**6))
def test_nor_does_one_more_act_of_somebody_who_was_there_that_day(
    known: tuple[list[kit.Row], World], owner: int, rater: int, day: int, amount: int
) -> None:
    rows, world = known

    def score(found: list[kit.Row]) -> float:
        weighed = weigh(kit.evidence(found), world, EXACT)
        voice = world.people.voice[weighed.people]
        values = reckon(Inputs(weighed.pairs, voice, voice), EXACT, Frozen(kit.KAPPA, 1.0)).values
        return dict(zip(weighed.people.tolist(), values.tolist(), strict=True)).get(owner, 1.0)

    assert score([*rows, (owner, rater, kit.MONDAY + day, 0, amount)]) >= score(rows) * (1 - 1e-10)


@both
@given(graphs(), st.data())
def test_ones_own_endorsements_never_change_ones_own_score(
    parameters: Parameters, known: Graph, data: st.DataObject
) -> None:
    rater = data.draw(somebody(known))
    weight = known.weight.copy()
    weight[:, rater] = data.draw(kit.matrix(known.people))[:, rater]
    after = known.weighing(weight).scores(parameters)
    assert after[rater] == pytest.approx(known.scores(parameters)[rater], rel=1e-10)


@both
@given(graphs(), st.data())
def test_renaming_people_permutes_the_scores_and_nothing_else(
    parameters: Parameters, known: Graph, data: st.DataObject
) -> None:
    order = np.array(data.draw(st.permutations(range(known.people))))
    renamed = Graph(known.weight[order][:, order], known.voice[order], known.ties[order][:, order])
    assert renamed.scores(parameters) == pytest.approx(known.scores(parameters)[order], rel=1e-10)


@both
@given(graphs())
def test_no_voice_comes_from_nowhere_and_none_is_lost(parameters: Parameters, known: Graph) -> None:
    """What everybody has, less what they pass on, is what everybody began with."""
    found = known.reckoned(parameters)
    passed_on = np.bincount(found.shares.rater, weights=found.shares.weight, minlength=known.people)
    kept = found.solution.values * (1 - parameters.alpha * passed_on)
    assert kept.sum() == pytest.approx(known.voice.sum(), rel=1e-10)


@both
@given(graphs(), graphs(), st.data())
def test_unverified_accounts_that_nobody_real_endorses_add_nothing_at_all(
    parameters: Parameters, known: Graph, fakes: Graph, data: st.DataObject
) -> None:
    """To the last bit, wherever they stand among the others, and were they employees when last reckoned."""
    whole = known.people + fakes.people
    real = np.zeros(whole, np.bool_)
    real[data.draw(st.permutations(range(whole)))[: known.people]] = True
    weight, ties = data.draw(kit.matrix(whole)), np.zeros((whole, whole))
    weight[np.ix_(~real, real)] = 0
    weight[np.ix_(real, real)], weight[np.ix_(~real, ~real)] = known.weight, fakes.weight
    ties[np.ix_(real, real)] = known.ties
    voice = np.zeros(whole)
    voice[real] = known.voice
    found = Graph(weight, voice, ties).reckoned(parameters, begin=np.ones(whole))
    assert found.values[real].tobytes() == known.reckoned(parameters, begin=np.ones(known.people)).values.tobytes()
    assert not found.values[~real].any()


@given(graphs(), graphs())
def test_nor_do_they_move_what_a_quarter_freezes(known: Graph, fakes: Graph) -> None:
    praise = np.full((known.people, fakes.people), 500.0)
    weight = np.block([[known.weight, praise], [np.zeros(praise.T.shape), fakes.weight]])
    voice = np.append(known.voice, np.zeros(fakes.people))
    assert freeze(kit.pairs(weight), voice, EXACT) == freeze(kit.pairs(known.weight), known.voice, EXACT)


@both
@given(graphs(), st.data())
def test_the_parts_of_an_explanation_add_up_to_the_score(
    parameters: Parameters, known: Graph, data: st.DataObject
) -> None:
    found, owner = known.reckoned(parameters), data.draw(somebody(known))
    parts = explain.parts(found.shares, known.voice, parameters.alpha, owner, found.solution.values)
    assert parts.own == known.voice[owner]
    assert parts.own + parts.brought.sum() == pytest.approx(found.values[owner], rel=1e-9)
    assert (parts.brought >= 0).all()


@pytest.mark.parametrize(("size", "most"), [(3, 1.52), (5, 1.94), (10, 2.76)])
def test_what_a_ring_gains_is_bounded(size: int, most: float) -> None:
    """However much they like one another."""
    gained = Graph(np.full((size, size), 1e9), np.ones(size), np.zeros((size, size))).reckoned()
    assert gained.solution.values == pytest.approx(_bound(size), rel=1e-6)
    assert round(_bound(size), 2) == most
    assert (gained.values < gained.solution.values).all()


@given(graphs(3, 8), st.data())
def test_so_is_what_a_ring_gains_among_others(known: Graph, data: st.DataObject) -> None:
    """All of it together, where they endorse nobody else; whoever endorses them."""
    size = data.draw(st.integers(2, known.people))
    ring = data.draw(st.permutations(range(known.people)))[:size]
    weight = known.weight.copy()
    weight[:, ring] = 0
    before = known.weighing(weight.copy()).reckoned().solution.values[ring].sum()
    weight[np.ix_(ring, ring)] = data.draw(kit.matrix(size, 1e9))
    after = known.weighing(weight).reckoned().solution.values[ring].sum()
    assert after <= before * _bound(size) * (1 + 1e-10)


def _bound(size: int) -> float:
    return 1 / (1 - EXACT.alpha * (size - 1) / (size - 1 + EXACT.shrink))


@given(st.lists(st.booleans(), min_size=110, max_size=110), st.integers(1, 99))
def test_ten_days_away_add_no_tick_where_the_allowance_is_not_spent(acted: list[bool], begin: int) -> None:
    days, away = kit.working(kit.MONDAY, 154), np.zeros((110, 1), np.bool_)
    active = np.array(acted).reshape(-1, 1)
    active[begin : begin + 10] = False
    active[[0, begin - 1]] = True
    free_days = free(active, away, days, Allowance())
    recent = days > days[begin + 9] - Allowance().window
    recent[begin:] = False
    assume(free_days[recent].sum() <= Allowance().most - 10)
    clock = ticks(active, away, days, Allowance())
    assert clock[begin + 9] == clock[begin - 1]


@given(graphs(), st.sampled_from((0.5, 0.85, 0.95)))
def test_without_the_extras_it_is_pagerank(known: Graph, alpha: float) -> None:
    """Who endorses nobody hands their voice to all in PageRank, and to nobody here: in proportion it is the same."""
    assume(known.voice.any())
    pairs = kit.pairs(known.weight)
    found = solve.power(graph.shares(pairs, 0.0), known.voice, alpha, 1e-12).values
    endorsed = networkx.DiGraph()
    endorsed.add_nodes_from(range(known.people))
    edges = zip(pairs.rater.tolist(), pairs.owner.tolist(), pairs.weight.tolist(), strict=True)
    endorsed.add_weighted_edges_from(edges)
    voices = dict(enumerate(known.voice.tolist()))
    rank = networkx.pagerank(endorsed, alpha, personalization=voices, dangling=voices, max_iter=10_000, tol=1e-14)
    assert found / found.sum() == pytest.approx([rank[one] for one in range(known.people)], abs=1e-9)


@given(kit.organisations(), st.integers(1, 5), st.integers(1, 5), st.integers(-60, 140), st.integers(1, 10**6))
def test_nobodys_evidence_moves_that_of_others(
    known: tuple[list[kit.Row], World], owner: int, rater: int, day: int, amount: int
) -> None:
    """Neither its age nor how far it saturates: to the last bit."""
    rows, world = known
    frozen = Frozen(kit.KAPPA, 1.0)

    def counted(found: list[kit.Row]) -> dict[tuple[int, int], float]:
        weighed = weigh(kit.evidence(found), world, EXACT)
        return kit.weights(replace(weighed, pairs=graph.saturated(weighed.pairs, frozen.kappa)))

    after = counted([*rows, (owner, rater, kit.MONDAY + day, 0, amount)])
    after.pop((owner, rater), None)
    before = counted(rows)
    before.pop((owner, rater), None)
    assert after == before


@given(graphs(), graphs())
def test_the_same_value_is_shown_as_the_same_whoever_else_there_is(known: Graph, other: Graph) -> None:
    """The scale is frozen: a score moves on it with its own value alone, up with more and down with less."""
    frozen = freeze(kit.pairs(known.weight), known.voice, EXACT)
    found = np.sort(np.concatenate([known.scores(), other.scores()]))
    shown = scale.shown(found, frozen.unit)
    assert shown[:1].tobytes() == scale.shown(found[:1], frozen.unit).tobytes()
    assert (np.diff(shown) >= 0).all()
    assert scale.shown(np.array([0.0, frozen.unit, 3 * frozen.unit]), frozen.unit) == pytest.approx([0, 10, 20])
