"""From the call for talks to the answer: thirty seats, a hundred and twenty talks, and a board that keeps its word, or
not.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from renown.api import PluginContext, Viewer, from_datetime, to_date, to_day
from renown_ideation import boards
from renown_ideation.campaigns import casting, deciding, deviation, held, sealing
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Campaign, Option
from tests.ideation.conferences import committee as told
from tests.ideation.conferences import talks
from tests.ideation.conferences.stage import Cast, Stage

#: On how many days talks come in, and ballots.
_BROUGHT_ON, _CAST_ON = 4, 6


@dataclass(frozen=True)
class Plan:
    """Days since 1970. Talks are taken from `calls` on, ballots from `votes` until `closes`; `answers`: when it really
    is.
    """

    slug: str
    title: str
    by_vote: int
    by_board: int
    decides: told.Board
    calls: int
    votes: int
    closes: int
    due: int
    answers: int
    zone: str = "Europe/Vienna"


def honest(year: int) -> Plan:
    """Voting from January, the answer due on 30 March, and given some days before."""
    return _plan(year, "honest", "The honest conference", told.HONEST, told.honest, _day(year, 3, 26))


def as_it_happened(year: int) -> Plan:
    """All thirty seats promised to the vote; the answer comes three weeks late, and is another one."""
    return _plan(
        year, "as-it-happened", "The conference that there was", told.SEATS, told.as_it_happened, _day(year, 4, 19)
    )


def _plan(year: int, slug: str, title: str, by_vote: int, decides: told.Board, answers: int) -> Plan:
    return Plan(
        slug=slug, title=title, by_vote=by_vote, by_board=told.SEATS - by_vote, decides=decides,
        calls=_day(year - 1, 11, 2), votes=_day(year, 1, 11), closes=_day(year, 2, 28), due=_day(year, 3, 30),
        answers=answers,
    )  # fmt: skip


def play(stage: Stage, cast: Cast, plan: Plan) -> int:
    """The whole of it; the campaign's id."""
    campaign = begin(stage, cast, plan)
    vote(stage, cast, plan, campaign)
    answer(stage, cast, plan, campaign)
    return campaign


def begin(stage: Stage, cast: Cast, plan: Plan) -> int:
    """The charter is sealed, and talks are brought."""
    stage.until(_at(plan.calls - 7, plan))
    with stage.writing() as ctx:
        board = boards.add(ctx, {**_BOARD, "slug": plan.slug, "title": plan.title})
        made = sealing.draft(ctx, board, charter(plan), cast.board)
        sealing.seal(ctx, made.id, cast.board)
        campaign, slug = made.id, board.slug
    brought = list(zip(talks.titles(), talks.authors(cast.speakers), strict=True))
    for number in range(_BROUGHT_ON):
        stage.until(_at(plan.calls + 10 * number, plan, 9))
        size = -(-len(brought) // _BROUGHT_ON)
        with stage.writing() as ctx:
            board = ctx.session.scalars(select(Board).where(Board.slug == slug)).one()
            for title, author in brought[number * size : (number + 1) * size]:
                writing.submit(ctx, Viewer(author, "customer"), board, {"title": title})
    return campaign


def vote(stage: Stage, cast: Cast, plan: Plan, campaign: int) -> None:
    """Ballots are cast over weeks, some of them again, until the vote closes and is counted."""
    stage.until(_at(plan.votes, plan, 9))
    with stage.writing() as ctx:
        options = _options(ctx, campaign)
    every = list(talks.ballots(cast.voters).items())
    chance = random.Random("minds")
    for number in range(_CAST_ON):
        stage.until(_at(plan.votes + 7 * number, plan, 10))
        with stage.writing() as ctx:
            for person, liked in every[number::_CAST_ON]:
                # Some change their minds.
                for chosen in (liked[:1], liked) if chance.random() < 0.05 else (liked,):
                    casting.cast(ctx, campaign, person, {str(options[talk]): 1 for talk in chosen})
    stage.until(_at(plan.closes, plan, 18))


def answer(stage: Stage, cast: Cast, plan: Plan, campaign: int) -> None:
    """The board decides on the day on which it does, and publishes it at once."""
    stage.until(_at(plan.answers, plan, 12))
    with stage.writing() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        deciding.decide(ctx, campaign, plan.decides(by_place(ctx, found)), cast.board)
        deciding.publish(ctx, campaign, cast.board)
    stage.until(_at(plan.answers, plan, 13))


def by_place(ctx: PluginContext, campaign: Campaign) -> Sequence[deviation.Line]:
    return sorted(deviation.of(ctx, campaign).lines, key=lambda one: one.standing.place)


def charter(plan: Plan) -> dict[str, Any]:
    """In full."""
    return {
        "format": "renown.charter/1",
        "campaign": {"slug": plan.slug, "title": plan.title},
        "question": "Which talks do you want to hear?",
        "electorate": {"kind": "customers", "teams": [], "minimum_account_age_days": 0},
        "ballot": {"kind": "approve", "most_options": talks.MOST},
        "weights": {"kind": "none"},
        "count": {"method": "plain", "tie_break": "lot"},
        "seats": {"by_vote": plan.by_vote, "by_board": plan.by_board},
        "secrecy": {"totals_hidden_until": "close", "ballots": "pseudonymous"},
        "merging": {"before_opening": "links", "between_opening_and_counting": "none"},
        "phases": {
            "time_zone": plan.zone,
            "collect": {"from": held.instant(_at(plan.calls, plan)), "to": held.instant(_at(plan.votes - 7, plan))},
            "elaborate": None,
            "vote": {"from": held.instant(_at(plan.votes, plan)), "to": held.instant(_at(plan.closes, plan, 18))},
        },
        "decision": {"who": "The programme committee", "due": f"{to_date(plan.due):%Y-%m-%d}"},
        "contact": "programme@conference.example",
    }


_BOARD: Mapping[str, str] = {
    "audience": "public",
    "held": "nobody",
    "acknowledge_days": "10",
    "answer_days": "100",
    "about": "Talks for the conference. The charter says who chooses how many of them.",
}


def _options(ctx: PluginContext, campaign: int) -> Mapping[int, int]:
    """The option's number, by the talk's."""
    numbers = {title: number for number, title in enumerate(talks.titles())}
    found = ctx.session.execute(select(Option.title, Option.number).where(Option.campaign_id == campaign))
    return {numbers[title]: option for title, option in found}


def _at(day: int, plan: Plan, hour: int = 0) -> int:
    return from_datetime(datetime.combine(to_date(day), time(hour), ZoneInfo(plan.zone)))


def _day(year: int, month: int, day: int) -> int:
    return to_day(date(year, month, day))
