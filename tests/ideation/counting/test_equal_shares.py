"""Equal shares from columns of numbers, beside the same from fractions ballot by ballot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import strategies as st

from renown_ideation.counting import purses
from renown_ideation.counting.equal_shares import EqualShares
from renown_ideation.counting.method import Ties
from renown_ideation.counting.profile import Block
from tests.ideation.counting import second
from tests.ideation.counting.kit import given

Rows = Sequence[Sequence[int]]


def drawn(chance: np.random.Generator) -> Rows:
    """Ballots, each with its weight and what it gives to each option: of groups of all sizes that want little in
    common, so that some have nothing left while others still buy; and some ballots are alike."""
    options, ballots, highest = chance.integers(2, 31), chance.integers(3, 61), chance.choice((1, 1, 2, 5, 300))
    wanted = chance.choice((0.02, 0.1, 0.9), (8, options), p=(0.4, 0.4, 0.2))
    wanted = wanted[np.minimum(chance.integers(0, 8, ballots), chance.integers(0, 8, ballots))]
    values = chance.integers(1, highest + 1, (ballots, options)) * (chance.random((ballots, options)) < wanted)
    weights = chance.integers(1, chance.choice((2, 4)), ballots)
    found: Rows = np.column_stack((weights, values))[chance.integers(0, ballots, ballots)].tolist()
    return found


@pytest.mark.parametrize("table", [purses._TABLE, 24, 0], ids="purses of {}".format)
@pytest.mark.parametrize("sure", [purses._SURE, 1e9], ids="sure from {}".format)
def test_prices_order_and_ties_are_those_of_fractions(table: int, sure: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where each ballot is a purse of its own, and where floating point is never believed."""
    monkeypatch.setattr(purses, "_TABLE", table)
    monkeypatch.setattr(purses, "_SURE", sure)
    _same()


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def _same(seed: int, seats: int) -> None:
    ballots = drawn(np.random.default_rng(seed))
    values = np.array([one[1:] for one in ballots])
    small = values.astype(np.uint8) if values.max() < 255 else values
    ids = list(range(1, values.shape[1] + 1))
    method = EqualShares(ids, seats)
    for part in np.array_split(np.arange(len(ballots)), 2):
        method.take(Block(np.ascontiguousarray(small[part].T), np.array([ballots[at][0] for at in part], np.int64)))
    found = method.outcome(Ties(range(len(ids))))
    charter = {"count": {"method": "equal-shares"}, "seats": {"by_vote": seats}}
    given = [(one[0], {at: value for at, value in enumerate(one[1:], 1) if value}) for one in ballots]
    order, totals, ties, rounds = second.count(charter, ids, given)
    assert [ids[at] for at in found.order] == order
    assert dict(zip(ids, found.totals, strict=True)) == totals
    assert [{"place": place, "options": [ids[at] for at in level]} for place, level in found.ties] == ties
    assert found.rounds == rounds
