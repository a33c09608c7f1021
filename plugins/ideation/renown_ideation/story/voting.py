"""The campaign of a demo: what is made next, by vote and by the board, under a sealed charter."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation import boards
from renown_ideation.answers import answering
from renown_ideation.campaigns import casting, clockwork, deciding, held, opening, results, sealing
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Campaign, Idea
from renown_ideation.story.brought import PITCH
from renown_ideation.story.calendar import Today
from renown_ideation.story.living import author, handle, steward

#: A shorter demo has no room for one.
_LEAST = 60
#: When it is sealed, collects, votes, stops and is decided, as parts of the working days.
_SEALED, _COLLECTS, _VOTES, _ENDS, _DECIDED = 0.4, 0.42, 0.6, 0.74, 0.86
_SLUG = "next-year"
_REASON = (
    "The seat of the board goes to the sixth: without a second landing place we fly a third less next year, "
    "and nothing that was asked for here could be kept."
)


def live(ctx: PluginContext, today: Today) -> None:
    while clockwork.turn(ctx):
        pass
    if len(today.days) < _LEAST:
        return
    if today.number == today.share(_SEALED):
        _seal(ctx, today)
    campaign = ctx.session.scalar(select(Campaign).where(Campaign.slug == _SLUG))
    if campaign is None:
        return
    if campaign.state == "collecting":
        _bring(ctx, today)
    elif campaign.state == "voting":
        _vote(ctx, today, campaign)
    elif campaign.state == "counted" and today.number >= today.share(_DECIDED):
        _decide(ctx, campaign, steward(ctx, today))


def _seal(ctx: PluginContext, today: Today) -> None:
    by = steward(ctx, today)
    board = boards.add(
        ctx,
        {
            "slug": _SLUG, "title": "Next year at Acme", "audience": "public", "held": "nobody",
            "about": "Three of your ideas are made next year: two by your votes, one that the board chooses.",
            "acknowledge_days": "5", "answer_days": "30", "steward": handle(ctx, by),
        },
    )  # fmt: skip
    made = sealing.draft(ctx, board, _charter(today), by)
    sealing.seal(ctx, made.id, by)


def _charter(today: Today) -> dict[str, Any]:
    begins, votes, ends = (held.instant(today.at(today.share(one), 6)) for one in (_COLLECTS, _VOTES, _ENDS))
    due = held.instant(today.at(today.share(_DECIDED) + 5, 6))[:10]
    return {
        "format": "renown.charter/1",
        "campaign": {"slug": _SLUG, "title": "Next year at Acme"},
        "question": "Which three ideas should Acme make next year?",
        "electorate": {"kind": "everyone", "teams": [], "minimum_account_age_days": 14},
        "ballot": {"kind": "approve", "most_options": 3},
        "weights": {"kind": "none"},
        "count": {"method": "plain", "tie_break": "lot"},
        "seats": {"by_vote": 2, "by_board": 1},
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


def _bring(ctx: PluginContext, today: Today) -> None:
    """One a day, until all are there; each is acknowledged on the next."""
    board = ctx.session.scalars(select(Board).where(Board.slug == _SLUG)).one()
    there = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id)).all()
    for idea in there:
        if idea.state == "submitted":
            answering.step(ctx, idea, board, "acknowledged", "Thank you. It is on the list.", steward(ctx, today))
    titles = {idea.title for idea in there}
    for one in PITCH:
        if one.title not in titles:
            writing.submit(ctx, author(today, one), board, {"title": one.title, "body": one.body, "tags": one.tags})
            return


def _vote(ctx: PluginContext, today: Today, campaign: Campaign) -> None:
    """Three of four vote at some time, each for what they like most."""
    options = opening.options(ctx, campaign.id)
    liked = {one.title: one.liked for one in PITCH}
    days = today.share(_ENDS) - today.share(_VOTES)
    for person in (*today.customers, *today.told.colleagues):
        luck = today.chance("ballot", person)
        if luck.random() < 0.75 and luck.randrange(days) == today.number - today.share(_VOTES):
            wanted = sorted(options, key=lambda one: -liked[one.title] * luck.random())[: luck.randint(1, 3)]
            with suppress(casting.NotAVoter):
                casting.cast(ctx, campaign.id, person, {str(one.id): 1 for one in wanted})


def _decide(ctx: PluginContext, campaign: Campaign, by: int) -> None:
    verdicts = {
        one.option: Verdict("vote") if one.selected else Verdict("board", _REASON) if one.place == 6 else Verdict("")
        for one in results.standings(campaign)
    }
    deciding.decide(ctx, campaign.id, verdicts, by)
    deciding.publish(ctx, campaign.id, by)
