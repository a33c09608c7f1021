"""Small polls of every kind, and one line to count them or to write them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from renown_ideation.counting import Amendment, Ballot, Charter, Option, Result, Voter, read_charter, tally, write

#: However busy the machine is.
patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
RULES: dict[str, dict[str, Any]] = {
    "approve": {"kind": "approve", "most_options": 4},
    "score": {"kind": "score", "lowest": 0, "highest": 5, "most_options": None},
    "signed": {"kind": "score", "lowest": -3, "highest": 3, "most_options": None},
    "budget": {"kind": "budget", "budget": 12, "most_per_option": 9, "most_options": 3},
    "quadratic": {"kind": "quadratic", "budget": 20, "most_per_option": None, "most_options": None},
    "rank": {"kind": "rank", "most_options": None},
}
WAYS = (
    ("approve", "plain"),
    ("score", "plain"),
    ("signed", "plain"),
    ("budget", "plain"),
    ("quadratic", "plain"),
    ("approve", "equal-shares"),
    ("score", "equal-shares"),
    ("rank", "instant-runoff"),
    ("rank", "schulze"),
)
OUTAGE = Amendment(
    announced_at="2026-01-30T10:00:00Z",
    effective_at="2026-01-30T10:00:00Z",
    what={"phases.vote.to": "2026-02-02T17:00:00Z"},
    why="The site was down on 29 January.",
)


def given(*wanted: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As hypothesis has it, patiently."""
    return lambda test: patient(hypothesis.given(*wanted)(test))


def charter_data(rule: str = "approve", method: str = "plain", **more: Any) -> dict[str, Any]:
    """What a sealed charter has in it. `more` replaces fields."""
    return {
        "format": "renown.charter/1",
        "campaign": {"slug": "spring", "title": "Talks of the spring conference"},
        "question": "Which talks do you want to hear?",
        "electorate": {"kind": "everyone", "teams": [], "minimum_account_age_days": 30},
        "ballot": RULES[rule],
        "weights": {"kind": "none"},
        "count": {"method": method, "tie_break": "lot"},
        "seats": {"by_vote": 2, "by_board": 4},
        "secrecy": {"totals_hidden_until": "close", "ballots": "pseudonymous"},
        "merging": {"before_opening": "links", "between_opening_and_counting": "none"},
        "phases": {
            "time_zone": "Europe/Vienna",
            "collect": {"from": "2025-11-01T08:00:00Z", "to": "2025-12-01T08:00:00Z"},
            "elaborate": None,
            "vote": {"from": "2026-01-05T09:00:00Z", "to": "2026-01-31T17:00:00Z"},
        },
        "decision": {"who": "The board", "due": "2026-03-30"},
        "contact": "votes@acme.example",
    } | more


def charter(rule: str = "approve", method: str = "plain", **more: Any) -> Charter:
    return read_charter(charter_data(rule, method, **more))


def option(number: int, day: int = 1) -> Option:
    return Option(
        id=number,
        title=f"Talk {number}",
        submitted_at=f"2025-11-{day:02}T09:00:00Z",
        idea=f"talks/{number}",
        revision=1,
    )


def name(number: int) -> str:
    return f"{number:032x}"


@dataclass(frozen=True)
class Poll:
    charter: Charter
    options: Sequence[Option]
    voters: Sequence[Voter]
    ballots: Sequence[Ballot]
    amendments: Sequence[Amendment] = ()

    @classmethod
    def of(cls, way: tuple[str, str], votes: Sequence[Mapping[int, int]], options: int = 3, **more: Any) -> Poll:
        """So many voters, each with what they give to which option."""
        ballots = [
            Ballot(voter=name(at), choices={str(one): value for one, value in vote.items()})
            for at, vote in enumerate(votes, 1)
        ]
        voters = [Voter(voter=one.voter) for one in ballots]
        return cls(charter(*way, **more), [option(one) for one in range(1, options + 1)], voters, ballots)

    def result(self) -> Result:
        return tally(self.charter, self.options, self.voters, self.ballots)

    def order(self) -> list[int]:
        return [one.id for one in self.result().options]

    def lines(self) -> list[bytes]:
        """The published file."""
        times = {"opened_at": "2026-01-05T09:00:00Z", "counted_at": "2026-01-31T17:00:01Z"}
        return list(write(self.charter, self.options, self.voters, self.ballots, amendments=self.amendments, **times))

    def with_ballots(self, ballots: Sequence[Ballot]) -> Poll:
        return replace(self, ballots=ballots)


def choices(rule: str, options: Sequence[int]) -> st.SearchStrategy[dict[str, int]]:
    """One ballot that the rule allows."""
    kind = RULES[rule]
    names = st.permutations([str(one) for one in options])
    some = st.tuples(names, st.integers(0, min(kind["most_options"] or len(options), len(options))))
    chosen = some.map(lambda found: list(found[0])[: found[1]])
    if rule == "rank":
        return chosen.map(lambda found: {one: rank for rank, one in enumerate(found, 1)})
    top = {"approve": 1, "budget": 4, "quadratic": 2}.get(rule)
    low, high = (1, top) if top else (kind["lowest"], kind["highest"])
    values = st.lists(st.integers(low, high).filter(bool), min_size=len(options), max_size=len(options))
    found = st.tuples(chosen, values).map(lambda both: dict(zip(*both, strict=False)))
    return found.filter(lambda one: rule != "quadratic" or sum(value**2 for value in one.values()) <= 20)


@st.composite
def polls(draw: st.DrawFn, ways: Sequence[tuple[str, str]] = WAYS, weighted: bool | None = None) -> Poll:
    """A few options and voters, some of whom abstain; with weights or without, ties by lot or by date."""
    way = draw(st.sampled_from(ways))
    ids = sorted(draw(st.sets(st.integers(1, 120), min_size=1, max_size=6)))
    heavy = draw(st.booleans()) if weighted is None else weighted
    weights = {"kind": "measure", "measure": "influence.score", "title": "Influence", "steps": 7}
    rules = charter(
        *way,
        seats={"by_vote": draw(st.integers(0, 4)), "by_board": 1},
        count={"method": way[1], "tie_break": draw(st.sampled_from(("lot", "earlier")))},
        **({"weights": weights} if heavy else {}),
    )
    voters, ballots = [], []
    for number in range(1, draw(st.integers(0, 9)) + 1):
        voters.append(Voter(voter=name(number), weight=draw(st.integers(1, 7)) if heavy else 1))
        if draw(st.integers(0, 5)):
            given = draw(choices(way[0], ids))
            ballots.append(Ballot(voter=name(number), choices=given))
    amendments = [OUTAGE] if draw(st.booleans()) else []
    return Poll(rules, [option(one, draw(st.integers(1, 3))) for one in ids], voters, ballots, amendments)
