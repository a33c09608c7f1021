"""The campaigns of a demo, each under a sealed charter: one is decided, one is counted and waits for its decision, and
in one voting is open on the last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation import boards
from renown_ideation.answers import answering
from renown_ideation.campaigns import casting, clockwork, deciding, held, opening, results, sealing
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Campaign, Idea
from renown_ideation.story.brought import NEXT_PITCH, OFFICE_PITCH, PITCH, Told
from renown_ideation.story.calendar import Today
from renown_ideation.story.living import author, handle, steward

#: A shorter demo has no room for one.
_LEAST = 60
_SLUG = "next-year"
_REASON = (
    "The seat of the board goes to the sixth: without a second landing place we fly a third less next year, "
    "and nothing that was asked for here could be kept."
)
#: How much an idea is liked that was not brought for a campaign.
_LIKED = 0.3


@dataclass(frozen=True)
class Round:
    """`sealed` to `ends`: parts of the working days; `beyond` so many more, after the last one.

    Where no board has its name, it gets one of its own.
    """

    slug: str
    title: str
    board: str
    question: str
    pitch: Sequence[Told]
    sealed: float
    collects: float
    votes: float
    ends: float
    beyond: int = 0
    decided: float | None = None
    who: str = "everyone"
    most_options: int = 3
    seats: Mapping[str, int] = field(default_factory=lambda: {"by_vote": 1, "by_board": 0})

    def last(self, today: Today) -> int:
        return today.share(self.ends) + self.beyond


ROUNDS = (
    Round(
        _SLUG, "Next year at Acme", _SLUG, "Which three ideas should Acme make next year?", PITCH,
        0.4, 0.42, 0.6, 0.74, decided=0.86, seats={"by_vote": 2, "by_board": 1},
    ),
    Round(
        "better-days", "Better days at Acme", "office", "What should we do first for our own days?", OFFICE_PITCH,
        0.66, 0.68, 0.8, 0.96, who="employees", most_options=2,
    ),
    Round(
        "what-next", "What customers get next", "product", "Which two ideas should we make next for customers?",
        NEXT_PITCH, 0.78, 0.8, 0.9, 1.0, beyond=8, seats={"by_vote": 2, "by_board": 0},
    ),
)  # fmt: skip


def live(ctx: PluginContext, today: Today) -> None:
    while clockwork.turn(ctx):
        pass
    if len(today.days) < _LEAST:
        return
    for one in ROUNDS:
        _live(ctx, today, one)


def _live(ctx: PluginContext, today: Today, one: Round) -> None:
    if today.number == today.share(one.sealed):
        _seal(ctx, today, one)
    campaign = ctx.session.scalar(select(Campaign).where(Campaign.slug == one.slug))
    if campaign is None:
        return
    if campaign.state == "collecting":
        _bring(ctx, today, one)
    elif campaign.state == "voting":
        _vote(ctx, today, one, campaign)
    elif campaign.state == "counted" and one.decided is not None and today.number >= today.share(one.decided):
        _decide(ctx, campaign, steward(ctx, today))


def _seal(ctx: PluginContext, today: Today, one: Round) -> None:
    by = steward(ctx, today)
    board = ctx.session.scalar(select(Board).where(Board.slug == one.board))
    if board is None:
        board = boards.add(
            ctx,
            {
                "slug": one.board, "title": one.title, "audience": "public", "held": "nobody",
                "about": "Three of your ideas are made next year: two by your votes, one that the board chooses.",
                "acknowledge_days": "5", "answer_days": "30", "steward": handle(ctx, by),
            },
        )  # fmt: skip
    made = sealing.draft(ctx, board, _charter(today, one), by)
    sealing.seal(ctx, made.id, by)


def _charter(today: Today, one: Round) -> dict[str, Any]:
    begins, votes = (held.instant(today.at(today.share(part), 6)) for part in (one.collects, one.votes))
    ends = held.instant(today.at(one.last(today), 6))
    due = held.instant(today.at((today.share(one.decided) if one.decided is not None else one.last(today)) + 5, 6))[:10]
    return {
        "format": "renown.charter/1",
        "campaign": {"slug": one.slug, "title": one.title},
        "question": one.question,
        "electorate": {"kind": one.who, "teams": [], "minimum_account_age_days": 14},
        "ballot": {"kind": "approve", "most_options": one.most_options},
        "weights": {"kind": "none"},
        "count": {"method": "plain", "tie_break": "lot"},
        "seats": dict(one.seats),
        "secrecy": {"totals_hidden_until": "close", "ballots": "pseudonymous"},
        "merging": {"before_opening": "links", "between_opening_and_counting": "none"},
        "phases": {
            "time_zone": "UTC",
            "collect": {"from": begins, "to": votes},
            "elaborate": None,
            "vote": {"from": votes, "to": ends},
        },
        "decision": {"who": "The board of Acme", "due": due},
        "contact": "ideas@acme.example",
    }


def _bring(ctx: PluginContext, today: Today, one: Round) -> None:
    """One a day, until all are there; each is acknowledged on the next."""
    board = ctx.session.scalars(select(Board).where(Board.slug == one.board)).one()
    titles = {told.title for told in one.pitch}
    there = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id, Idea.title.in_(titles))).all()
    for idea in there:
        if idea.state == "submitted":
            answering.step(ctx, idea, board, "acknowledged", "Thank you. It is on the list.", steward(ctx, today))
    brought = {idea.title for idea in there}
    for told in one.pitch:
        if told.title not in brought:
            form = {"title": told.title, "body": told.body, "tags": told.tags}
            writing.submit(ctx, author(today, told), board, form)
            return


def _vote(ctx: PluginContext, today: Today, one: Round, campaign: Campaign) -> None:
    """Three of four vote at some time, each for what they like most."""
    options = opening.options(ctx, campaign.id)
    liked = {told.title: told.liked for told in one.pitch}
    days = one.last(today) - today.share(one.votes)
    for person in (*today.customers, *today.told.colleagues):
        luck = today.chance("ballot", one.slug, person)
        if luck.random() < 0.75 and luck.randrange(days) == today.number - today.share(one.votes):
            most = luck.randint(1, min(one.most_options, len(options)))
            wanted = sorted(options, key=lambda it: -liked.get(it.title, _LIKED) * luck.random())
            with suppress(casting.NotAVoter):
                casting.cast(ctx, campaign.id, person, {str(it.id): 1 for it in wanted[:most]})


def _decide(ctx: PluginContext, campaign: Campaign, by: int) -> None:
    verdicts = {
        one.option: Verdict("vote") if one.selected else Verdict("board", _REASON) if one.place == 6 else Verdict("")
        for one in results.standings(campaign)
    }
    deciding.decide(ctx, campaign.id, verdicts, by)
    deciding.publish(ctx, campaign.id, by)
