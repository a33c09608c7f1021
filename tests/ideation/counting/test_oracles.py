"""Each method beside implementations of others, on polls of any shape and on a town's real votes."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from pyrankvote import Ballot, Candidate, instant_runoff_voting
from votelib.evaluate.condorcet import Schulze

from renown_ideation.counting import Voter
from renown_ideation.verify import verify
from tests.ideation.counting import second
from tests.ideation.counting.kit import Poll, given, name, polls

Votes = list[Mapping[int, int]]
#: So many of the statements that most people voted on.
STATEMENTS = 40
#: What abcvoting_says.py wrote down.
ABCVOTING = json.loads(Path(__file__).with_name("equal_shares.json").read_text())
HEAVY = {"kind": "measure", "measure": "influence.score", "title": "Influence", "steps": 7}


@pytest.fixture(scope="module")
def town(samples: Path) -> dict[tuple[int, int], int]:
    """What each person of Bowling Green said to each statement: 1 agrees, -1 disagrees; the last vote counts."""
    (path,) = (samples / "bulk" / "polis").glob("*votes.csv")
    with path.open(newline="") as file:
        rows = [(int(one["voter-id"]), int(one["comment-id"]), int(one["vote"])) for one in csv.DictReader(file)]
    asked: dict[int, int] = defaultdict(int)
    for _, statement, _ in rows:
        asked[statement] += 1
    most = sorted(asked, key=lambda one: (-asked[one], one))[:STATEMENTS]
    number = {statement: at for at, statement in enumerate(sorted(most), 1)}
    return {(voter, number[statement]): vote for voter, statement, vote in rows if statement in number}


def said(town: Mapping[tuple[int, int], int], of: int | None = None) -> Votes:
    """By person: statement and vote; those of one kind alone where it is given."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for (voter, statement), vote in town.items():
        if vote and of in (None, vote):
            found[voter][statement] = vote
    return list(found.values())


def ranked(votes: Votes) -> Votes:
    """What somebody agrees to, in the order in which they were asked, which differs from one to the next."""
    return [{statement: rank for rank, statement in enumerate(vote, 1)} for vote in votes]


def _winner_by_pyrankvote(poll: Poll) -> int:
    who = {str(one.id): Candidate(str(one.id)) for one in poll.options}
    ballots = [
        Ballot([who[key] for key in sorted(one.choices, key=one.choices.__getitem__)])
        for one in poll.ballots
        if one.choices
        for _ in range({voter.voter: voter.weight for voter in poll.voters}[one.voter])
    ]
    (winner,) = instant_runoff_voting(list(who.values()), ballots).get_winners()
    return int(winner.name)


def _places_by_votelib(poll: Poll) -> list[int]:
    weights, last = {one.voter: one.weight for one in poll.voters}, len(poll.options) + 1
    pairs = dict.fromkeys(permutations([str(one.id) for one in poll.options], 2), 0)
    for ballot in poll.ballots:
        for one, other in pairs:
            if ballot.choices.get(one, last) < ballot.choices.get(other, last):
                pairs[one, other] += weights[ballot.voter]
    return [int(one) for one in Schulze().evaluate(pairs, len(poll.options))]


@given(polls([("rank", "instant-runoff")]))
def test_instant_runoff_elects_whom_pyrankvote_elects(poll: Poll) -> None:
    if not poll.result().ties and len(poll.options) > 1:
        assert poll.order()[0] == _winner_by_pyrankvote(poll)


@given(polls([("rank", "schulze")]))
def test_schulze_has_the_order_that_votelib_has(poll: Poll) -> None:
    if not poll.result().ties and len(poll.options) > 1:
        assert poll.order() == _places_by_votelib(poll)


def test_equal_shares_selects_what_abcvoting_may_select() -> None:
    assert len(ABCVOTING["polls"]) == 300
    for one in ABCVOTING["polls"]:
        poll = _as_abcvoting_had_it(one["options"], one["seats"], one["ballots"])
        assert sorted(poll.order()[: one["seats"]]) in one["committees"], one


def _as_abcvoting_had_it(options: int, seats: int, ballots: list[tuple[int, list[int]]]) -> Poll:
    votes = [dict.fromkeys(approved, 1) for _, approved in ballots]
    poll = Poll.of(("approve", "equal-shares"), votes, options, seats={"by_vote": seats, "by_board": 0}, weights=HEAVY)
    return replace(poll, voters=[Voter(voter=name(at), weight=one) for at, (one, _) in enumerate(ballots, 1)])


def town_poll(votes: Votes, way: tuple[str, str], low: int = 0) -> Poll:
    rules = {"kind": way[0], "most_options": None} | ({"lowest": low, "highest": 1} if way[0] == "score" else {})
    return Poll.of(way, votes, STATEMENTS, seats={"by_vote": 8, "by_board": 22}, ballot=rules)


def test_a_towns_votes_are_counted_alike_by_all(town: dict[tuple[int, int], int]) -> None:
    agreed = said(town, 1)
    assert len(agreed) > 100
    runoff, schulze = (town_poll(ranked(agreed), ("rank", method)) for method in ("instant-runoff", "schulze"))
    shares = town_poll(agreed, ("approve", "equal-shares"))
    plain, signed = town_poll(agreed, ("approve", "plain")), town_poll(said(town), ("score", "plain"), low=-1)
    for poll in (runoff, schulze, shares, plain, signed):
        lines = poll.lines()
        assert verify(lines).problems == ()
        second.verify(lines)
    assert schulze.order()[0] == _places_by_votelib(schulze)[0]
    sums: dict[int, int] = defaultdict(int)
    for (_, statement), vote in town.items():
        sums[statement] += vote
    assert {one.id: one.total for one in signed.result().options} == {
        one: sums[one] for one in range(1, STATEMENTS + 1)
    }


def test_a_towns_statements_by_equal_shares_are_those_of_abcvoting(town: dict[tuple[int, int], int]) -> None:
    poll = town_poll(said(town, 1), ("approve", "equal-shares"))
    assert sorted(poll.order()[:8]) in ABCVOTING["town"]
