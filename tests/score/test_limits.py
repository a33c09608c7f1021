"""A limit's total is F(sum of raw), whatever the order, to the thousandth."""

from __future__ import annotations

import random
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renown.ledger import limits
from renown.ledger.entries import Curve, Limit, Quota
from renown.ledger.limits import BadLimit, Sums

HALVING = Curve(((10_000, 1000), (20_000, 500), (None, 0)))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    ends = sorted(draw(st.sets(st.integers(1, 50_000), max_size=4)))
    rates = sorted(draw(st.lists(st.integers(0, 1000), min_size=len(ends) + 1, max_size=len(ends) + 1)), reverse=True)
    return Curve(tuple(zip([*ends, None], rates, strict=True)))


def exact(curve: Curve, total: int) -> int:
    """The definition, by area under the rates in exact fractions."""
    if total <= 0:
        return total
    area, below = Fraction(0), 0
    for upto, rate in curve.steps:
        end = total if upto is None else min(upto, total)
        area += Fraction(max(end - below, 0) * rate, 1000)
        below = max(below, end)
    return floor(area)


@given(curves(), st.integers(-100_000, 200_000))
def test_value_is_the_definition(curve: Curve, total: int) -> None:
    assert limits.value(curve, total) == exact(curve, total)


@given(curves())
def test_text_and_back(curve: Curve) -> None:
    assert limits.parse(limits.text(curve)) == curve


def test_a_cap_is_the_smaller_of_two() -> None:
    cap = Curve.cap(30_000)
    assert [limits.value(cap, n) for n in (-5, 0, 29_999, 30_000, 90_000)] == [-5, 0, 29_999, 30_000, 30_000]
    assert limits.text(cap) == "30000:1000 *:0"


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ((), "needs a step"),
        (((10, 1000),), "goes on for ever"),
        (((None, 1000), (None, 0)), "goes on for ever"),
        (((10, 500), (20, 600), (None, 0)), "rate 600"),
        (((10, 1001), (None, 0)), "rate 1001"),
        (((10, 1000), (None, -1)), "rate -1"),
        (((10, 1000), (10, 500), (None, 0)), "must lie above 10"),
        (((0, 1000), (None, 0)), "must lie above 0"),
        ((*((10**16 + n, 1000 - n) for n in range(20)), (None, 0)), "at most 200"),
    ],
)
def test_what_is_no_limit_is_refused(steps: tuple[tuple[int | None, int], ...], complaint: str) -> None:
    with pytest.raises(BadLimit, match=complaint):
        limits.text(Curve(steps))


@pytest.mark.parametrize("spelled", ["", "10", "x:1000 *:0", "10:1000", "*:2000"])
def test_a_bad_text_is_refused(spelled: str) -> None:
    with pytest.raises(BadLimit):
        limits.parse(spelled)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5_000, 20_000)), max_size=30),
    curves(),
    curves(),
    st.randoms(use_true_random=False),
)
def test_nested_totals_do_not_depend_on_the_order(
    acts: list[tuple[int, int]], inner: Curve, outer: Curve, rng: random.Random
) -> None:
    def total(order: list[tuple[int, int]]) -> int:
        sums = Sums()
        sums.declare(99, Limit("day", (1,), outer))
        for pair in range(4):
            sums.declare(pair, Limit("pair", (1, pair), inner))
        given = sum(sums.apply((pair, 99), raw) for pair, raw in order)
        inside = sum(limits.value(inner, sums.uses[pair].raw) for pair in range(4))
        assert sums.uses[99].raw == inside
        assert given == limits.value(outer, inside)
        return given

    shuffled = acts[:]
    rng.shuffle(shuffled)
    assert total(acts) == total(shuffled)


def test_when_an_act_goes_another_fills_its_room() -> None:
    sums = Sums()
    sums.declare(1, Limit("day", (7,), Curve.cap(10_000)))
    assert [sums.apply((1,), raw) for raw in (8_000, 8_000, -8_000)] == [8_000, 2_000, -2_000]
    assert [sums.apply((1,), raw) for raw in (HALVING.steps[0][0] or 0, -10_000)] == [2_000, -2_000]


def test_keys_keep_apart_what_differs() -> None:
    limit = Limit("day", (1, 23), Curve.cap(5))
    keys = {
        limits.key_of(1, "a.p", "a", limit, 10),
        limits.key_of(2, "a.p", "a", limit, 10),
        limits.key_of(1, "a.q", "a", limit, 10),
        limits.key_of(1, "a.p", "b", limit, 10),
        limits.key_of(1, "a.p", "a", limit, 11),
        limits.key_of(1, "a.p", "a", Limit("day", (12, 3), Curve.cap(5)), 10),
        limits.key_of(1, "a.p", "a", Limit("day", ("1", 23), Curve.cap(5)), 10),
        limits.key_of(1, "a.p", "a", Limit("day", (1, 23), Curve.cap(6)), 10),
        limits.key_of(1, "a.p", "a", Limit("d", (1, 23), Curve.cap(5)), 10),
        limits.quota_key(1, "a", Quota("day", (1, 23), 5), 10),
    }
    assert len(keys) == 10
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert limits.key_of(1, "a.p", "a", limit, 10) == 86006167085355047  # stored: must never change
    with pytest.raises(BadLimit, match="per 'week'"):
        limits.key_of(1, "a.p", "a", Limit("x", (), Curve.cap(5), per="week"), 10)


def test_ids_are_kept_in_order() -> None:
    assert limits.read_ids(limits.spell_ids((-(2**63), 4))) == (-(2**63), 4)
    assert limits.read_ids(limits.spell_ids(())) == ()
    assert len(limits.spell_ids((-(2**63),) * limits.NESTED) or "") <= 120
