"""What a charter may say, which ballots it allows, and how its dates move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import strategies as st

from renown_ideation.counting import Amendment, Ballot, Refused, Voter, amended, read_charter
from renown_ideation.counting import choices as rules
from renown_ideation.counting.charter import QUESTIONS, Budget
from renown_ideation.verify import opened, verify
from tests.ideation.counting.kit import OUTAGE, RULES, Poll, charter, charter_data, given, name

TWO_TEAMS = {"kind": "teams", "teams": ["Support", "Sales"], "minimum_account_age_days": 0}


def changed(path: str, value: Any) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(charter_data()))
    *parents, last = path.split(".")
    place = data
    for one in parents:
        place = place[one]
    place[last] = value
    return data


WRONG: list[tuple[str, Any, str]] = [
    ("format", "renown.charter/2", "charter.format: invalid enum value 'renown.charter/2'"),
    ("campaign.slug", "Spring!", "charter.campaign.slug: "),
    ("question", "", "charter.question: expected `str` of length >= 1"),
    ("electorate.kind", "friends", "charter.electorate.kind: invalid enum value 'friends'"),
    ("electorate.teams", ["Support"], "charter.electorate.teams: are named where the kind is teams, and only there"),
    (
        "electorate",
        TWO_TEAMS | {"teams": []},
        "charter.electorate.teams: are named where the kind is teams, and only there",
    ),
    ("electorate.minimum_account_age_days", -1, "charter.electorate.minimum_account_age_days: expected `int` >= 0"),
    ("ballot.kind", "veto", "charter.ballot.kind: invalid value 'veto'"),
    ("ballot.most_options", 0, "charter.ballot.most_options: expected `int` >= 1"),
    ("ballot.budget", 5, "charter.ballot: object contains unknown field `budget`"),
    ("ballot", RULES["budget"] | {"most_per_option": 13}, "charter.ballot.most_per_option: is more than the budget"),
    ("ballot", RULES["score"] | {"lowest": 5}, "charter.ballot.lowest: is not below highest"),
    ("count.method", "schulze", "charter.count.method: schulze does not count approve ballots"),
    ("count.method", "borda", "charter.count.method: invalid enum value 'borda'"),
    ("count.tie_break", "chair", "charter.count.tie_break: invalid enum value 'chair'"),
    ("weights", {"kind": "segment", "title": "Plan", "segments": {}}, "charter.weights.segments: names none"),
    (
        "weights",
        {"kind": "measure", "measure": "m", "title": "M", "steps": 1.5},
        "charter.weights.steps: expected `int`, got",
    ),
    (
        "weights",
        {"kind": "measure", "measure": "m", "title": "M", "steps": 11},
        "charter.weights.steps: expected `int` <= 10",
    ),
    (
        "weights",
        {"kind": "segment", "title": "Plan", "segments": {"gold": 101}},
        "charter.weights.segments[...]: expected `int` <= 100",
    ),
    ("ballot", RULES["score"] | {"highest": 1_000_001}, "charter.ballot.highest: expected `int` <= 1000000"),
    ("ballot", RULES["signed"] | {"lowest": -1_000_001}, "charter.ballot.lowest: expected `int` >= -1000000"),
    ("ballot", RULES["budget"] | {"budget": 2**53 - 1}, "charter.ballot.budget: expected `int` <= 1000000"),
    ("seats", {"by_vote": 0, "by_board": 0}, "charter.seats: there are none"),
    ("secrecy.totals_hidden_until", "later", "charter.secrecy.totals_hidden_until: invalid enum value 'later'"),
    (
        "merging.between_opening_and_counting",
        "links",
        "charter.merging.between_opening_and_counting: invalid enum value",
    ),
    ("phases.vote.to", "2026-01-05T09:00:00Z", "charter.phases.vote.to: is not after its beginning"),
    ("phases.vote.to", "2026-02-30T09:00:00Z", "charter.phases.vote.to: '2026-02-30T09:00:00Z' is no instant"),
    ("phases.vote.from", "2025-11-30T09:00:00Z", "charter.phases.vote.from: is before the end of the phase before"),
    ("phases.vote.from", "2026-01-05T10:00:00+01:00", "charter.phases.vote.from: expected `str` matching regex"),
    ("decision.due", "2026-01-30", "charter.decision.due: is before the end of the vote"),
    ("decision.due", "2026-02-30", "charter.decision.due: '2026-02-30' is no day"),
]


@pytest.mark.parametrize(
    ("path", "value", "said"), WRONG, ids=[f"{one[0]}-{number}" for number, one in enumerate(WRONG)]
)
def test_a_charter_that_cannot_be_names_the_field(path: str, value: Any, said: str) -> None:
    with pytest.raises(Refused) as told:
        read_charter(changed(path, value))
    assert str(told.value).startswith(said)


def test_each_of_twelve_questions_has_its_field() -> None:
    plain = msgspec.to_builtins(charter())
    for _, field in QUESTIONS:
        found: Any = plain
        for part in field.split("."):
            found = found[part]
        assert found
    assert len(QUESTIONS) == 12


def test_a_charter_reads_what_it_writes_and_its_hash_is_that_of_its_words() -> None:
    data = charter_data(electorate=TWO_TEAMS)
    assert msgspec.to_builtins(read_charter(data)) == data
    assert read_charter(dict(reversed(data.items()))).digest() == read_charter(data).digest()
    assert read_charter(data).digest() != charter().digest()


RULE = {kind: charter(kind, "schulze" if kind == "rank" else "plain").ballot for kind in RULES}
OPTIONS = {str(one): one - 1 for one in range(1, 6)}


@given(st.sampled_from(sorted(RULES)), st.lists(st.lists(st.integers(-4, 13), min_size=5, max_size=5), min_size=1))
def test_many_ballots_at_once_are_judged_as_one_by_one(kind: str, rows: list[list[int]]) -> None:
    one_by_one = [
        rules.wrong(RULE[kind], OPTIONS, {str(at): value for at, value in enumerate(row, 1) if value}) is None
        for row in rows
    ]
    assert rules.allowed(RULE[kind], np.array(rows, np.int64).T.copy()).tolist() == one_by_one


def test_spending_is_exact_where_64_bits_are_not_enough() -> None:
    most = 2**53 - 1
    rule = Budget(budget=most, most_per_option=None, most_options=None)
    rows = np.array([[most - 5, 1, 1, 1, 1, 1, 0], [most - 5, 1, 1, 1, 1, 1, 1]], np.int64)
    assert rules.allowed(rule, rows.T.copy()).tolist() == [True, False]
    assert rules.allowed(rule, np.full((2000, 1), most, np.int64)).tolist() == [False]


BAD: list[tuple[str, dict[str, int], str]] = [
    ("approve", {"4": 1}, "there is no option 4"),
    ("approve", {"01": 1}, "there is no option 01"),
    ("approve", {"1": 2}, "option 1 has 2: the charter allows 1 to 1"),
    ("approve", {"1": 0}, "option 1 has 0: an option that gets nothing is left out"),
    ("score", {"1": 6}, "option 1 has 6: the charter allows 0 to 5"),
    ("score", {"1": -1}, "option 1 has -1: the charter allows 0 to 5"),
    ("budget", {"1": 9, "2": 4}, "it spends 13: the charter's budget is 12"),
    ("budget", {"1": 10}, "option 1 has 10: the charter allows 1 to 9"),
    ("quadratic", {"1": 4, "2": 3}, "it spends 25: the charter's budget is 20"),
    ("rank", {"1": 1, "2": 1}, "its ranks are not 1, 2, 3 and so on, each once"),
    ("rank", {"1": 1, "2": 3}, "its ranks are not 1, 2, 3 and so on, each once"),
    ("rank", {"1": 2**70}, "its ranks are not 1, 2, 3 and so on, each once"),
]


@pytest.mark.parametrize(("kind", "given", "said"), BAD, ids=[f"{one[0]}-{number}" for number, one in enumerate(BAD)])
def test_a_ballot_that_is_not_allowed_says_whose_it_is_and_why(kind: str, given: dict[str, int], said: str) -> None:
    poll = Poll.of((kind, "schulze" if kind == "rank" else "plain"), [{1: 1}, {1: 1}, {1: 1}])
    ballots = [*poll.ballots[:1], Ballot(voter=name(2), choices=given), *poll.ballots[2:]]
    with pytest.raises(Refused) as told:
        poll.with_ballots(ballots).result()
    assert str(told.value) == f"the ballot of voter {name(2)}: {said}"


def test_more_options_than_the_charter_allows_are_refused() -> None:
    with pytest.raises(Refused, match="it names 5 options: the charter allows 4"):
        Poll.of(("approve", "plain"), [dict.fromkeys(range(1, 6), 1)], 5).result()


def test_weights_are_those_that_the_charter_says() -> None:
    for weights, fine, wrong, said in (
        ({"kind": "measure", "measure": "m", "title": "M", "steps": 10}, 10, 11, "weights from 1 to 10"),
        ({"kind": "segment", "title": "Plan", "segments": {"gold": 3}}, 3, 2, "no segment of such a weight"),
    ):
        poll = Poll.of(("approve", "plain"), [{1: 1}], weights=weights)
        poll_of = {weight: [Voter(voter=name(1), weight=weight)] for weight in (1, fine, wrong)}
        for weight in (1, fine):
            first = Poll(poll.charter, poll.options, poll_of[weight], poll.ballots).result().options[0]
            assert (first.total, first.voters) == (weight, 1)
        with pytest.raises(Refused, match=said):
            Poll(poll.charter, poll.options, poll_of[wrong], poll.ballots).result()


def moving(announced: str, path: str, to: str, effective: str | None = None) -> Amendment:
    at = f"2026-{announced}T10:00:00Z"
    return Amendment(announced_at=at, effective_at=effective or at, what={path: to}, why="An outage.")


def test_dates_move_when_it_is_announced_before() -> None:
    later = moving("01-02", "phases.vote.from", "2026-01-07T09:00:00Z")
    assert amended(charter(), [later]).phases.vote.start == "2026-01-07T09:00:00Z"
    during = [later, moving("01-07", "decision.due", "2026-04-10"), OUTAGE]
    found = amended(charter(), during)
    assert (found.decision.due, found.phases.vote.end) == ("2026-04-10", "2026-02-02T17:00:00Z")
    assert found.count == charter().count


@pytest.mark.parametrize(
    ("amendment", "said"),
    [
        (
            moving("01-06", "phases.vote.to", "2026-01-30T17:00:00Z"),
            "only its end and the decision move, to a later time",
        ),
        (moving("01-06", "phases.vote.from", "2026-01-07T09:00:00Z"), "only its end and the decision move"),
        (
            moving("01-02", "phases.vote.from", "2026-01-07T09:00:00Z", "2026-01-06T00:00:00Z"),
            "only its end and the decision",
        ),
        (moving("02-01", "phases.vote.to", "2026-02-07T09:00:00Z"), "announced_at: is after the vote's end"),
        (moving("01-02", "seats.by_vote", "3"), "what.seats.by_vote: is no date of the charter"),
        (moving("01-02", "phases.elaborate.to", "2026-01-03T00:00:00Z"), "what.phases.elaborate.to: is no date"),
        (moving("01-02", "phases.time_zone", "UTC"), "what.phases.time_zone: is no date"),
        (moving("01-02", "phases.vote.to", "soon"), "what.phases.vote.to: expected `str` matching"),
        (moving("01-02", "phases.vote.to", "2026-01-01T00:00:00Z"), "phases.vote.to is not after its beginning"),
        (
            moving("01-02", "phases.vote.to", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            "is before it was announced",
        ),
    ],
)
def test_what_an_amendment_cannot_do(amendment: Amendment, said: str) -> None:
    with pytest.raises(Refused, match="amendment 1: ") as told:
        amended(charter(), [amendment])
    assert said in str(told.value)


def test_a_vote_that_opened_late_was_given_its_end_before() -> None:
    late = moving("02-01", "phases.vote.to", "2026-02-07T09:00:00Z")
    assert amended(charter(), [late], "2026-02-01T10:00:05Z").phases.vote.end == "2026-02-07T09:00:00Z"
    with pytest.raises(Refused, match="announced_at: is after the vote's end"):
        amended(charter(), [late], "2026-02-01T09:59:59Z")


@pytest.mark.parametrize(("way", "most"), [(("rank", "schulze"), 200), (("rank", "instant-runoff"), 1000)])
def test_a_method_counts_so_many_options_and_no_more(way: tuple[str, str], most: int, tmp_path: Path) -> None:
    """And the command reads the longest lines that can be of it: each option leaves in a round of its own."""
    ballots = [{one: (one + by) % most + 1 for one in range(1, most + 1)} for by in (0, 300, 700)]
    (tmp_path / "tally.jsonl").write_bytes(b"".join(Poll.of(way, ballots, most).lines()))
    with opened(str(tmp_path / "tally.jsonl")) as lines:
        found = verify(lines)
    assert found.ok, found.problems
    assert len(found.options) == most
    with pytest.raises(Refused, match=f"there are {most + 1}, and the method counts at most {most}"):
        Poll.of(way, [{1: 1}], most + 1).result()


def test_equal_shares_gives_so_many_seats_and_no_more() -> None:
    with pytest.raises(Refused, match=r"charter.seats.by_vote: is more than 200"):
        charter("approve", "equal-shares", seats={"by_vote": 201, "by_board": 0})
