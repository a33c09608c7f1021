"""What must hold of each way of counting, whatever the votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from renown_ideation.counting import Ballot, Result, Voter, canonical
from tests.ideation.counting import second
from tests.ideation.counting.kit import WAYS, Poll, charter, given, name, option, polls

RANKED = [way for way in WAYS if way[0] == "rank"]
SCHULZE = [("rank", "schulze")]
SHARES = [("approve", "equal-shares")]


def bytes_of(result: Result) -> bytes:
    return canonical(msgspec.to_builtins(result))


def by_date(poll: Poll) -> Poll:
    """Ties by date, so that they do not depend on the ballots' hash; no two options of one date."""
    count = msgspec.structs.replace(poll.charter.count, tie_break="earlier")
    days = [option(one.id, day) for day, one in enumerate(poll.options, 1)]
    return replace(poll, charter=msgspec.structs.replace(poll.charter, count=count), options=days)


def untied(poll: Poll) -> Poll:
    poll = by_date(poll)
    assume(not poll.result().ties)
    return poll


def places(result: Result) -> dict[int, int]:
    return {one.id: one.place for one in result.options}


@given(polls(), st.randoms(use_true_random=False))
def test_whatever_order_they_come_in_the_result_has_the_same_bytes(poll: Poll, chance: Random) -> None:
    def mixed(several: Sequence[Any]) -> list[Any]:
        return chance.sample(list(several), len(several))

    ballots = [Ballot(voter=one.voter, choices=dict(mixed(list(one.choices.items())))) for one in poll.ballots]
    other = replace(poll, options=mixed(poll.options), voters=mixed(poll.voters), ballots=mixed(ballots))
    assert bytes_of(other.result()) == bytes_of(poll.result())


@given(polls(), st.data())
def test_renaming_options_permutes_their_places(poll: Poll, data: st.DataObject) -> None:
    poll = untied(poll)
    ids = [one.id for one in poll.options]
    new = dict(zip(ids, data.draw(st.permutations(ids)), strict=True))
    options = sorted((msgspec.structs.replace(one, id=new[one.id]) for one in poll.options), key=lambda one: one.id)
    ballots = [
        Ballot(voter=one.voter, choices={str(new[int(key)]): value for key, value in one.choices.items()})
        for one in poll.ballots
    ]
    renamed = replace(poll, options=options, ballots=ballots).result()
    assert places(renamed) == {new[key]: place for key, place in places(poll.result()).items()}


@given(polls(weighted=False), st.data())
def test_who_cast_a_ballot_does_not_matter(poll: Poll, data: st.DataObject) -> None:
    poll = by_date(poll)
    new = dict(zip((one.voter for one in poll.voters), data.draw(st.permutations(poll.voters)), strict=True))
    swapped = [Ballot(voter=new[one.voter].voter, choices=one.choices) for one in poll.ballots]
    assert poll.with_ballots(swapped).result().options == poll.result().options


@given(polls(weighted=True))
def test_a_weight_counts_as_so_many_voters_who_vote_alike(poll: Poll) -> None:
    poll = by_date(poll)
    voters, ballots, cast = [], [], {one.voter: one for one in poll.ballots}
    for voter in poll.voters:
        for _ in range(voter.weight):
            voters.append(Voter(voter=name(len(voters) + 1)))
            if voter.voter in cast:
                ballots.append(Ballot(voter=voters[-1].voter, choices=cast[voter.voter].choices))
    plain = msgspec.structs.replace(poll.charter, weights=charter().weights)
    copies, one = replace(poll, charter=plain, voters=voters, ballots=ballots).result(), poll.result()
    told = [(option.id, option.place, option.total, option.selected) for option in one.options]
    assert [(option.id, option.place, option.total, option.selected) for option in copies.options] == told
    assert (copies.ties, copies.rounds, copies.weight) == (one.ties, one.rounds, one.weight)


@given(polls([way for way in WAYS if way[1] == "plain"] + SCHULZE), st.data())
def test_more_for_an_option_never_lowers_it(poll: Poll, data: st.DataObject) -> None:
    """Each place in plain, and the first by Schulze. It is known not to hold of instant run-off and equal shares."""
    poll = by_date(poll)
    assume(poll.ballots)
    at = data.draw(st.integers(0, len(poll.ballots) - 1))
    chosen = str(data.draw(st.sampled_from([one.id for one in poll.options])))
    before = poll.ballots[at].choices
    if poll.charter.count.method == "schulze":
        others = sorted((one for one in before if one != chosen), key=before.__getitem__)
        after = {one: rank for rank, one in enumerate([chosen, *others], 1)}
    else:
        after = before | {chosen: before.get(chosen, 0) + 1}
        after = {key: value for key, value in after.items() if value}
        assume(second.allowed(msgspec.to_builtins(poll.charter.ballot), set(after), after))
    ballots = list(poll.ballots)
    ballots[at] = Ballot(voter=ballots[at].voter, choices=after)
    raised = poll.with_ballots(ballots).result()
    first = places(poll.result())[int(chosen)]
    if poll.charter.count.method == "plain" or first == 1:
        assert places(raised)[int(chosen)] <= first


@given(polls(SCHULZE))
def test_who_beats_each_other_one_is_first_by_schulze(poll: Poll) -> None:
    weights = {one.voter: one.weight for one in poll.voters}

    def ahead(one: int, other: int) -> int:
        last = len(poll.options) + 1
        above = (b for b in poll.ballots if b.choices.get(str(one), last) < b.choices.get(str(other), last))
        return sum(weights[ballot.voter] for ballot in above)

    ids = [one.id for one in poll.options]
    winners = [a for a in ids if all(ahead(a, b) > ahead(b, a) for b in ids if b != a)]
    if winners:
        assert poll.order()[0] == winners[0]
    losers = [a for a in ids if all(ahead(a, b) < ahead(b, a) for b in ids if b != a)]
    if losers and len(ids) > 1:
        assert poll.order()[-1] == losers[0]


@given(polls(RANKED))
def test_who_is_first_on_most_ballots_is_first(poll: Poll) -> None:
    weights = {one.voter: one.weight for one in poll.voters}
    cast = sum(weights[ballot.voter] for ballot in poll.ballots)
    for one in poll.options:
        first = sum(weights[ballot.voter] for ballot in poll.ballots if ballot.choices.get(str(one.id)) == 1)
        if 2 * first > cast:
            assert poll.order()[0] == one.id


@given(polls(RANKED), st.data())
def test_a_clone_that_stands_right_behind_takes_nothing_from_the_others(poll: Poll, data: st.DataObject) -> None:
    poll = untied(poll)
    cloned = data.draw(st.sampled_from([one.id for one in poll.options]))
    ballots = []
    for ballot in poll.ballots:
        order: list[str] = sorted(ballot.choices, key=ballot.choices.__getitem__)
        if str(cloned) in order:
            order.insert(order.index(str(cloned)) + 1, "999")
        ballots.append(Ballot(voter=ballot.voter, choices={one: rank for rank, one in enumerate(order, 1)}))
    with_clone = replace(poll, options=[*poll.options, option(999, 30)], ballots=ballots)
    assert with_clone.order()[0] == poll.order()[0]


@given(polls(SHARES))
def test_nobody_who_is_many_enough_and_agrees_is_left_out(poll: Poll) -> None:
    """Extended justified representation, by brute force: of a group of l * n / k voters who all approve the same l
    options, at least one has l of those that were selected."""
    result = poll.result()
    seats, weights = result.seats, {one.voter: one.weight for one in poll.voters}
    # What equal shares bought and what was added: everything up to the last seat.
    selected = {str(one.id) for one in result.options[:seats]}
    for size in range(1, seats + 1):
        for several in combinations([str(one.id) for one in poll.options], size):
            agree = [one for one in poll.ballots if set(several) <= set(one.choices)]
            unhappy = sum(weights[one.voter] for one in agree if len(selected & set(one.choices)) < size)
            assert unhappy * seats < size * result.weight_cast or not unhappy


def test_a_group_of_a_quarter_gets_a_quarter_of_the_seats_by_equal_shares_and_none_plainly() -> None:
    votes: list[Mapping[int, int]] = [{1: 1, 2: 1, 3: 1, 4: 1}] * 6 + [{5: 1}] * 2
    seats = {"by_vote": 4, "by_board": 0}

    def chosen(method: str) -> set[int]:
        found = Poll.of(("approve", method), votes, 5, seats=seats).result()
        return {one.id for one in found.options if one.selected}

    assert (chosen("plain"), 5 in chosen("equal-shares")) == ({1, 2, 3, 4}, True)


def test_equal_shares_says_what_each_option_cost() -> None:
    """By hand. Four voters, two seats: half a seat each. Three pay a third each for 1, and for 2 there is a sixth and a
    half: too little. Five voters, three seats: 3/5 each. Two options with three supporters each, one of them for both:
    once she has paid a third, the other two pay for her what she lacks."""
    result = Poll.of(("approve", "equal-shares"), [{1: 1}, {1: 1}, {1: 1, 2: 1}, {2: 1}], 2).result()
    assert [one.id for one in result.options] == [1, 2]
    assert result.rounds == [{"option": 1, "price": "1/3"}]
    votes: list[Mapping[int, int]] = [{1: 1}, {1: 1}, {1: 1, 2: 1}, {2: 1}, {2: 1}]
    result = Poll.of(("approve", "equal-shares"), votes, 2, seats={"by_vote": 3, "by_board": 0}).result()
    assert Fraction(str(result.rounds[1]["price"])) == (1 - (Fraction(3, 5) - Fraction(1, 3))) / 2


def test_instant_runoff_as_in_the_textbook() -> None:
    """Tennessee's capital: Memphis 1, Nashville 2, Chattanooga 3, Knoxville 4. The run-off takes Knoxville, Schulze
    takes Nashville, which beats each other city."""
    votes: list[Mapping[int, int]] = (
        [{1: 1, 2: 2, 3: 3, 4: 4}] * 42
        + [{2: 1, 3: 2, 4: 3, 1: 4}] * 26
        + [{3: 1, 4: 2, 2: 3, 1: 4}] * 15
        + [{4: 1, 3: 2, 2: 3, 1: 4}] * 17
    )
    runoff = Poll.of(("rank", "instant-runoff"), votes, 4).result()
    assert [(one.id, one.total) for one in runoff.options] == [(4, 58), (1, 42), (2, 26), (3, 15)]
    assert [one["leaves"] for one in runoff.rounds] == [3, 2, 1]
    assert Poll.of(("rank", "schulze"), votes, 4).order() == [2, 3, 4, 1]


def test_schulze_as_in_his_paper() -> None:
    """Example 1 of section 3: 45 voters, five options, E before A, C, B and D."""
    ballots = (
        (5, "ACBED"),
        (5, "ADECB"),
        (8, "BEDAC"),
        (3, "CABED"),
        (7, "CAEBD"),
        (2, "CBADE"),
        (7, "DCEBA"),
        (8, "EBADC"),
    )
    votes: list[Mapping[int, int]] = [
        {"ABCDE".index(one) + 1: rank for rank, one in enumerate(order, 1)}
        for many, order in ballots
        for _ in range(many)
    ]
    assert "".join("_ABCDE"[one] for one in Poll.of(("rank", "schulze"), votes, 5).order()) == "EACBD"


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_nobody_is_selected_for_whom_nobody_voted(way: tuple[str, str]) -> None:
    result = Poll.of(way, [{2: 1}, {2: 1}, {}], 3).result()
    assert [(one.id, one.selected) for one in result.options if one.selected] == [(2, True)]
    assert (result.voters, result.ballots, result.abstentions) == (3, 3, 0)


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_the_lot_falls_otherwise_with_other_ballots_and_the_date_does_not(way: tuple[str, str]) -> None:
    """All are level: by lot each of two options wins in some of twenty elections, by date the earlier one in all."""
    lots, dates = set(), set()
    for voters in range(20):
        level = Poll.of(way, [{}] * voters, 2)
        lots.add(level.order()[0])
        dates.add(by_date(level).order()[0])
        assert msgspec.to_builtins(level.result().ties) == [
            {"place": level.result().ties[0].place, "options": level.order()}
        ]
    assert (lots, dates) == ({1, 2}, {1})
