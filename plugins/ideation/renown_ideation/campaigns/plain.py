"""A charter in plain words: twelve questions, each with its answer; and dates, told in the charter's time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from renown.api import to_datetime
from renown_ideation.campaigns import held
from renown_ideation.campaigns.electorate import LEAST
from renown_ideation.counting.charter import (
    QUESTIONS,
    Approve,
    Budget,
    ByMeasure,
    BySegment,
    Charter,
    Quadratic,
    Rank,
    Score,
    Span,
    Unweighted,
)

PHASES = {"collect": "Collect", "elaborate": "Elaborate", "vote": "Vote"}
METHODS = {
    "plain": "Everything given to an option is added up; the highest sums come first.",
    "equal-shares": "By equal shares: each voter has the same part of the seats to give, so that a group gets seats by "
    "its size, and the largest one does not get all of them.",
    "instant-runoff": "By instant run-off: the option that is first for the fewest leaves, and its ballots go to "
    "whoever they name next, until one is left.",
    "schulze": "By pairs (Schulze): for each two options, which one is ranked above the other by more voters.",
}
_TIES = {
    "lot": "By a lot that is drawn from the ballots themselves: nobody knows it before the vote has closed, and "
    "everybody can check it.",
    "earlier": "The idea that was brought earlier comes first.",
}
_HIDDEN = {
    "close": "Nobody sees how many votes an idea has before the vote closes, staff neither.",
    "decision": "Nobody sees how many votes an idea has before it is decided, but for those who decide, and they only "
    "after the count.",
    None: "Votes for ideas on the board are shown all the time; ballots are counted once, when the vote has closed.",
}
_SECRECY = (
    "Ballots are published under names that say nothing of who cast them. The server that hands out receipts could "
    "know whose is whose: this is no cryptographic voting."
)


def answers(charter: Charter) -> Sequence[tuple[str, str]]:
    """Questions and answers, in their order. An answer may have several lines."""
    said = {
        "question": charter.question,
        "electorate": electorate(charter),
        "ballot": how(charter),
        "weights": weights(charter),
        "count.method": METHODS[charter.count.method],
        "count.tie_break": _TIES[charter.count.tie_break],
        "seats": seats(charter),
        "secrecy": f"{_HIDDEN[charter.secrecy.totals_hidden_until]}\n{_SECRECY}",
        "merging": merging(charter),
        "phases": "\n".join(f"{name}: {span}" for name, span in spans(charter)),
        "decision": f"{charter.decision.who}, by {day(charter.decision.due)}.",
        "contact": charter.contact,
    }
    return [(question, said[field]) for question, field in QUESTIONS]


def electorate(charter: Charter) -> str:
    who = charter.electorate
    kinds = {
        "everyone": "Everybody who can sign in here, employees and customers",
        "employees": "Everybody who works here",
        "customers": "All customers with an account here",
        "teams": f"Members of {_listed(who.teams)}",
        "invited": "Those who are invited to the board",
    }
    days = who.minimum_account_age_days
    known = f", whose account is at least {days} {'day' if days == 1 else 'days'} old" if days else ""
    return f"{kinds[who.kind]}{known}, as of when the vote opens."


def how(charter: Charter) -> str:
    ballot = charter.ballot
    match ballot:
        case Approve():
            said = "You tick the options that you are for"
        case Score(lowest=lowest, highest=highest):
            said = f"You give each option from {lowest} to {highest} points; one without any has 0"
        case Budget(budget=budget):
            said = f"You share out {budget:,} points, as you like"
        case Quadratic(budget=budget):
            said = f"You have {budget:,} points to spend: 1 vote for an option costs 1, 2 cost 4, 3 cost 9, and so on"
        case Rank():
            said = "You put options in your order, 1 for the best; you may leave some out"
        case _ as never:
            assert_never(never)
    most = getattr(ballot, "most_per_option", None)
    limits = [f"at most {most:,} on one option"] if most else []
    limits += [f"at most {ballot.most_options} options"] if ballot.most_options else []
    return f"{said}: {', '.join(limits)}." if limits else f"{said}."


def weights(charter: Charter) -> str:
    rule = charter.weights
    match rule:
        case Unweighted():
            return "Everybody's vote weighs the same."
        case ByMeasure(title=title, steps=steps):
            said = f"From 1 to {steps}, by {title}, as of when the vote opens."
        case BySegment(title=title, segments=segments):
            named = ", ".join(f"{name} {weight}" for name, weight in sorted(segments.items()))
            said = f"By {title}: {named}; everybody else 1."
        case _ as never:
            assert_never(never)
    few = f"A weight that fewer than {LEAST} voters would have becomes the next lower one, so that it names nobody."
    return f"{said} {few} How many people voted for each option stands beside it, always."


def seats(charter: Charter) -> str:
    """How far the vote binds: "8 of 30 by vote, 22 by the board."."""
    vote, board = charter.seats.by_vote, charter.seats.by_board
    who = within(charter.decision.who)
    if not board:
        return f"{vote} ideas, all by the vote." if vote > 1 else "One idea, by the vote."
    if not vote:
        return f"{_ideas(board)} by {who}: the vote is advice."
    return f"{vote} of {vote + board} by vote, {board} by {who}."


def _ideas(number: int) -> str:
    return "One idea," if number == 1 else f"{number} ideas, all"


def merging(charter: Charter) -> str:
    before = {
        "links": "Before the vote opens ideas may be merged: the one that goes on has the voters of both, each once.",
        "none": "Ideas of this campaign are not merged.",
    }[charter.merging.before_opening]
    return f"{before} Between the opening and the count nothing is merged."


def spans(charter: Charter) -> Sequence[tuple[str, str]]:
    """Phases and when they are: "4 June 2026, 18:00 to 9 June 2026, 18:00 (Europe/Vienna)"."""
    return [(PHASES[name], _span(charter, span)) for name, span in charter.phases.spans()]


def _span(charter: Charter, span: Span) -> str:
    zone = charter.phases.time_zone
    return f"{_local(span.start, zone)} to {_local(span.end, zone)} ({zone})"


def when(charter: Charter, instant: str) -> str:
    """An instant of a charter, where it is told: "4 June 2026, 18:00 (Europe/Vienna)"."""
    return f"{_local(instant, charter.phases.time_zone)} ({charter.phases.time_zone})"


def _local(instant: str, zone: str) -> str:
    local = to_datetime(held.moment(instant)).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M}"


def day(text: str) -> str:
    found = date.fromisoformat(text)
    return f"{found.day} {found:%B %Y}"


def within(who: str) -> str:
    """Inside a sentence: "the board"."""
    return f"the {who[4:]}" if who.startswith("The ") else who


def _listed(names: Sequence[str]) -> str:
    *first, last = names or ("no team",)
    return f"{', '.join(first)} and {last}" if first else f"the team {last}"
