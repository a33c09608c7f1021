"""The charter: what a campaign promises before anything opens. Twelve questions, each with its field."""

from __future__ import annotations

from math import isqrt
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from renown_ideation.counting.canonical import LARGEST, digest
from renown_ideation.counting.dates import Day, Instant, is_day, is_instant
from renown_ideation.counting.errors import Refused, named

FORMAT = "renown.charter/1"
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2000)]
Slug: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,79}\Z")]
Positive: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
NotNegative: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
#: What one ballot may give, one way or the other. With weights of at most 100 some 90 million voters stay exact.
MOST_VALUE = 1_000_000
Value: TypeAlias = Annotated[int, Meta(ge=-MOST_VALUE, le=MOST_VALUE)]
Amount: TypeAlias = Annotated[int, Meta(ge=1, le=MOST_VALUE)]
Steps: TypeAlias = Annotated[int, Meta(ge=1, le=10)]
Weight: TypeAlias = Annotated[int, Meta(ge=1, le=100)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every field is written out, also where there is no limit: null says so."""


class Campaign(Part, frozen=True):
    slug: Slug
    title: Text


class Who(Part, frozen=True):
    """Who may vote. `teams` are named where the kind is teams, and only there."""

    kind: Literal["everyone", "employees", "customers", "teams", "invited"]
    teams: list[Text]
    minimum_account_age_days: NotNegative


class Approve(Part, tag="approve", tag_field="kind", frozen=True):
    """`{option: 1}` for each option that one is for."""

    most_options: Positive | None

    @property
    def highest_value(self) -> int:
        return 1


class Score(Part, tag="score", tag_field="kind", frozen=True):
    """`{option: points}` from `lowest` to `highest`; 0 is not written, it is what an option has that is left out."""

    lowest: Value
    highest: Amount
    most_options: Positive | None

    @property
    def highest_value(self) -> int:
        return max(abs(self.lowest), self.highest)


class Budget(Part, tag="budget", tag_field="kind", frozen=True):
    """`{option: money}`, together at most `budget`."""

    budget: Amount
    most_per_option: Positive | None
    most_options: Positive | None

    @property
    def highest_value(self) -> int:
        return min(self.budget, self.most_per_option or self.budget)


class Quadratic(Part, tag="quadratic", tag_field="kind", frozen=True):
    """`{option: votes}`; n votes cost n * n, together at most `budget`."""

    budget: Amount
    most_per_option: Positive | None
    most_options: Positive | None

    @property
    def highest_value(self) -> int:
        return min(isqrt(self.budget), self.most_per_option or self.budget)


class Rank(Part, tag="rank", tag_field="kind", frozen=True):
    """`{option: rank}`: 1 is the best, then 2, 3, ..., each once; options may be left out."""

    most_options: Positive | None

    @property
    def highest_value(self) -> int:
        """Ranks are never added up."""
        return 1


KINDS: dict[type, str] = {
    Approve: "approve",
    Score: "score",
    Budget: "budget",
    Quadratic: "quadratic",
    Rank: "rank",
}
Ballots: TypeAlias = Approve | Score | Budget | Quadratic | Rank


class Counting(Part, frozen=True):
    method: Literal["plain", "equal-shares", "instant-runoff", "schulze"]
    tie_break: Literal["lot", "earlier"]


class Unweighted(Part, tag="none", tag_field="kind", frozen=True):
    """Everybody weighs 1."""


class ByMeasure(Part, tag="measure", tag_field="kind", frozen=True):
    """Weights from 1 to `steps`, by what somebody has of a measure. Few steps, so that a weight names nobody."""

    measure: Text
    title: Text
    steps: Steps


class BySegment(Part, tag="segment", tag_field="kind", frozen=True):
    """So much for each named segment; who is in none weighs 1."""

    title: Text
    segments: dict[str, Weight]


class Seats(Part, frozen=True):
    """How far the vote binds: so many are chosen by it, so many by those who decide."""

    by_vote: NotNegative
    by_board: NotNegative


class Secrecy(Part, frozen=True):
    """`totals_hidden_until` null: they are never hidden."""

    totals_hidden_until: Literal["close", "decision"] | None
    ballots: Literal["pseudonymous"]


class Merging(Part, frozen=True):
    before_opening: Literal["links", "none"]
    between_opening_and_counting: Literal["none"]


class Span(Part, frozen=True):
    """Instants in UTC; `from` is within, `to` no longer."""

    start: Instant = msgspec.field(name="from")
    end: Instant = msgspec.field(name="to")


class Phases(Part, frozen=True):
    """`time_zone` is the one in which the dates are told, such as Europe/Vienna."""

    time_zone: Text
    collect: Span | None
    elaborate: Span | None
    vote: Span

    def spans(self) -> list[tuple[str, Span]]:
        """The phases there are, with their names, in their order."""
        named = (("collect", self.collect), ("elaborate", self.elaborate), ("vote", self.vote))
        return [(name, span) for name, span in named if span is not None]


class Decision(Part, frozen=True):
    who: Text
    due: Day


class Charter(Part, frozen=True):
    """The title, and the answers to twelve questions, in the order in which they are asked."""

    format: Literal["renown.charter/1"]
    campaign: Campaign
    question: Text
    electorate: Who
    ballot: Ballots
    weights: Unweighted | ByMeasure | BySegment
    count: Counting
    seats: Seats
    secrecy: Secrecy
    merging: Merging
    phases: Phases
    decision: Decision
    contact: Text

    def digest(self) -> str:
        """SHA-256 of its canonical bytes: what is sealed."""
        return digest(msgspec.to_builtins(self))

    @property
    def most_options(self) -> int:
        """How many ideas can be voted on, by the method that counts."""
        return _MOST_OPTIONS.get(self.count.method, 1000)


#: What is asked on a campaign's page, and the field that answers it.
QUESTIONS = (
    ("What is asked?", "question"),
    ("Who may vote?", "electorate"),
    ("How does one vote?", "ballot"),
    ("What does a vote weigh?", "weights"),
    ("How is it counted?", "count.method"),
    ("What if two are level?", "count.tie_break"),
    ("How many are chosen, and how far does the vote bind?", "seats"),
    ("Who sees what, and when?", "secrecy"),
    ("What becomes of ideas that are alike?", "merging"),
    ("When?", "phases"),
    ("Who decides, and by when is there an answer?", "decision"),
    ("Whom does one ask?", "contact"),
)

#: Ideas that can take part, by the method: what it has to write down of pairs and rounds grows by their square.
_MOST_OPTIONS = {"schulze": 200}
#: Seats that equal shares can give: the fractions of its prices get longer with each.
_MOST_SHARED = 200

_COUNTED = {
    "plain": (Approve, Score, Budget, Quadratic),
    "equal-shares": (Approve, Score),
    "instant-runoff": (Rank,),
    "schulze": (Rank,),
}


def read_charter(value: Any) -> Charter:
    """From what JSON gives. Raises Refused, which names the field."""
    try:
        found = msgspec.convert(value, Charter)
    except msgspec.ValidationError as error:
        raise named(error, "charter") from error
    for field, why in (*_rules(found), *times_wrong(found)):
        raise Refused(f"charter.{field}: {why}")
    return found


def _rules(charter: Charter) -> list[tuple[str, str]]:
    """Fields that do not go together, and why."""
    who, ballot, method, seats = charter.electorate, charter.ballot, charter.count.method, charter.seats
    kind = KINDS[type(ballot)]
    wrong = []
    if (who.kind == "teams") != bool(who.teams):
        wrong.append(("electorate.teams", "are named where the kind is teams, and only there"))
    if not isinstance(ballot, _COUNTED[method]):
        wrong.append(("count.method", f"{method} does not count {kind} ballots"))
    if isinstance(ballot, Score) and ballot.lowest >= ballot.highest:
        wrong.append(("ballot.lowest", "is not below highest"))
    if isinstance(ballot, Score) and method == "equal-shares" and ballot.lowest < 0:
        wrong.append(("ballot.lowest", "is below 0, which equal-shares cannot count"))
    if isinstance(ballot, Budget | Quadratic) and (ballot.most_per_option or 0) > ballot.budget:
        wrong.append(("ballot.most_per_option", "is more than the budget"))
    if isinstance(charter.weights, BySegment) and not charter.weights.segments:
        wrong.append(("weights.segments", "names none"))
    if method == "equal-shares" and seats.by_vote > _MOST_SHARED:
        wrong.append(("seats.by_vote", f"is more than {_MOST_SHARED}, which equal-shares does not count"))
    if not seats.by_vote + seats.by_board:
        wrong.append(("seats", "there are none"))
    return wrong


def times_wrong(charter: Charter) -> list[tuple[str, str]]:
    """Dates that are none, and phases that are not one after the other; fields and why."""
    wrong, before = [], ""
    for name, span in charter.phases.spans():
        wrong += [
            (f"phases.{name}.{side}", f"{at!r} is no instant such as 2026-01-05T09:00:00Z")
            for side, at in (("from", span.start), ("to", span.end))
            if not is_instant(at)
        ]
        if span.start < before:
            wrong.append((f"phases.{name}.from", "is before the end of the phase before"))
        if span.end <= span.start:
            wrong.append((f"phases.{name}.to", "is not after its beginning"))
        before = span.end
    if not is_day(charter.decision.due):
        wrong.append(("decision.due", f"{charter.decision.due!r} is no day such as 2026-03-30"))
    elif charter.decision.due < charter.phases.vote.end[:10]:
        wrong.append(("decision.due", "is before the end of the vote"))
    return wrong


def weight_wrong(charter: Charter, weight: int) -> str | None:
    """Why the charter gives nobody such a weight; None where it may."""
    match charter.weights:
        case Unweighted() if weight != 1:
            return "the charter gives everybody the weight 1"
        case ByMeasure(steps=steps) if weight > steps:
            return f"the charter has weights from 1 to {steps}"
        case BySegment(segments=segments) if weight != 1 and weight not in segments.values():
            return "the charter has no segment of such a weight"
    return None
