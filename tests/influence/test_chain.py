"""What is printed of a score follows from what is printed: acts, their sum, the strength, the share and the product."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from renown.ledger.why import Change
from renown_influence import absence, explain, graph, leave, pair
from renown_influence.chain import Chain
from renown_influence.evidence import World, weigh
from renown_influence.models import Run
from renown_influence.reckon import saturated
from tests.influence.kit import COHESIVE, EXACT, Graph, Row, evidence, given, graphs, organisations, somebody

KAPPA = 2.0


def follows(chain: Chain, brought: float) -> None:
    """Each from those before, as they are printed; the product in the last digit of what is brought."""
    n = chain.digits
    strength = chain.left / (chain.left + chain.half) / chain.friends
    assert chain.strength == pytest.approx(strength, abs=0.51 * 10**-n)
    assert chain.share == pytest.approx(chain.strength / (chain.total + chain.shrink), abs=0.51 * 10 ** -(n + 2))
    assert chain.brought == pytest.approx(chain.share * chain.voice * chain.alpha, abs=0.000501)
    assert chain.brought == pytest.approx(brought, abs=0.000502)
    for one in (chain.left, chain.half, chain.friends, chain.strength, chain.total, chain.voice):
        assert one == round(one, n), "no digit is hidden"


@given(
    st.floats(1e-6, 5000), st.floats(0.01, 100), st.floats(1, 9), st.floats(0, 500), st.floats(0.1, 100),
    st.floats(0, 300), st.floats(0.05, 0.95),
)  # fmt: skip
def test_each_printed_number_follows_from_those_before(
    left: float, half: float, friends: float, more: float, shrink: float, voice: float, alpha: float
) -> None:
    total = left / (left + half) / friends + more
    exact = left / (left + half) / friends / (total + shrink) * voice * alpha
    follows(Chain.of(left, half, friends, total, shrink, voice, alpha), exact)


@pytest.mark.parametrize("parameters", [EXACT, COHESIVE], ids=["plain", "cohesion"])
def test_it_does_for_everybody_in_any_organisation(parameters: object) -> None:
    chosen = COHESIVE if parameters is COHESIVE else EXACT

    @given(graphs(), st.data())
    def holds(known: Graph, data: st.DataObject) -> None:
        owner, inputs = data.draw(somebody(known)), known.inputs()
        weighed = saturated(inputs.pairs, chosen, known.frozen)
        shares = graph.shares(weighed, chosen.shrink)
        parts = explain.parts(shares, known.voice, chosen.alpha, owner)
        mine = slice(shares.start[owner], shares.start[owner + 1])
        assume(len(parts.raters))
        for at in range(len(parts.raters)):
            left, weight = inputs.pairs.weight[mine][at], weighed.weight[mine][at]
            total = weighed.weight[weighed.rater == parts.raters[at]].sum()
            friends = left / (left + KAPPA) / weight
            chain = Chain.of(left, KAPPA, friends, total, chosen.shrink, parts.voice[at], chosen.alpha)
            follows(chain, float(parts.brought[at]))

    holds()


def clock_of(around: World, person: int) -> absence.Clock:
    """As `absence.clock` reads it."""
    who, days = np.array([person], np.int32), around.calendar.days
    away = around.calendar.away(who, days)
    free = leave.free(around.active(who, days), away, days, EXACT.allowance)
    return absence.Clock(days, away[:, 0], free[:, 0])


def changes(rows: list[Row], owner: int, rater: int) -> list[Change]:
    return [
        Change(number, row[2], row[4], row[4], 0, 0, False)
        for number, row in enumerate(rows, 1)
        if (row[0], row[1]) == (owner, rater)
    ]


@given(organisations(days=280), st.data())
def test_what_is_left_of_the_acts_is_told_act_by_act_and_adds_up(
    made: tuple[list[Row], World], data: st.DataObject
) -> None:
    rows, around = made
    found = weigh(evidence(rows), around, EXACT)
    assume(len(found.pairs.rater))
    at = data.draw(st.integers(0, len(found.pairs.rater) - 1))
    owner, rater = int(found.people[found.pairs.owner[at]]), int(found.people[found.pairs.rater[at]])
    chain = Chain.of(float(found.pairs.weight[at]), KAPPA, 1.0, 1.0, 3.0, 1.0, 0.85)
    run = Run(day=around.calendar.today, entry=len(rows), parameters=asdict(EXACT))
    acts, rest = pair._acts(changes(rows, owner, rater), clock_of(around, owner), run, chain)
    steps = 10**chain.digits
    assert sum(act.left for act in acts) == round(chain.left * steps)
    assert rest == 0
    for act in acts:
        assert act.since is not None
        left = act.entry.amount / 1000 * 0.5 ** (act.since.counted / EXACT.half_life)
        assert abs(act.left - left * steps) <= 1.01
        working = int((around.calendar.days > act.entry.day).sum())
        assert act.since.counted + act.since.leave + act.since.idle == working


@given(organisations(), st.data())
def test_what_is_not_listed_or_newer_is_told_as_the_rest(made: tuple[list[Row], World], data: st.DataObject) -> None:
    rows, around = made
    found = weigh(evidence(rows), around, EXACT)
    assume(len(found.pairs.rater))
    owner, rater = int(found.people[found.pairs.owner[0]]), int(found.people[found.pairs.rater[0]])
    every = changes(rows, owner, rater)
    chain = Chain.of(float(found.pairs.weight[0]), KAPPA, 1.0, 1.0, 3.0, 1.0, 0.85)
    run = Run(day=around.calendar.today, entry=len(rows), parameters=asdict(EXACT))
    newer = Change(len(rows) + 1, around.calendar.today, 1000, 1000, 0, 0, False)
    acts, rest = pair._acts([newer, *every[:-1]], clock_of(around, owner), run, chain)
    assert acts[0].newer
    assert acts[0].left == 0
    assert sum(act.left for act in acts) + rest == round(chain.left * 10**chain.digits)
