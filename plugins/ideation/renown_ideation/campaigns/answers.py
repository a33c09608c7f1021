"""What was decided of an option becomes a public answer of its idea, so that nobody who brought one is left without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from renown.api import PluginContext
from renown_ideation import states
from renown_ideation.answers import answering, followers
from renown_ideation.campaigns import deciding, held, plain, results
from renown_ideation.campaigns.results import Standing
from renown_ideation.ideas import voters
from renown_ideation.models import Answered, Board, Campaign, Decision, Idea, Option, Status
from renown_ideation.states import State

_BATCH = 20


def waiting(now: int) -> Select[int]:
    """Campaigns that are decided and not reported."""
    return select(Campaign.id).where(Campaign.state == "decided")


def work(ctx: PluginContext) -> bool:
    """A job: some options of one campaign that is decided. When all have their answer it is reported."""
    campaign = ctx.session.scalar(waiting(ctx.clock.now()).order_by(Campaign.id).limit(1))
    if campaign is None:
        return False
    found = held.alone(ctx, campaign)
    if found.state != "decided":
        return True
    options = ctx.session.scalars(_open(campaign)).all()
    made = deciding.newest(ctx, campaign)
    standings = {one.option: one for one in results.standings(found)}
    board = ctx.session.get_one(Board, found.board_id)
    for option in options:
        _answer(ctx, found, board, option, standings[option.number], made[option.number])
    if len(options) < _BATCH:
        found.state, found.reported_at = "reported", ctx.clock.now()
        held.note(ctx, found, "reported")
    ctx.session.flush()
    return True


def said(campaign: Campaign, standing: Standing, decision: Decision) -> str:
    """In words for everybody: whose seat it has, where the vote put it, and why that is not the same."""
    who, at = plain.within(held.sealed(campaign).decision.who), standing.ordinal
    words = {
        "vote": f"Chosen by the vote of “{campaign.title}”, where it was {at}.",
        "board": f"Chosen in “{campaign.title}” by {who}; it was {at} in the vote.",
        "": f"Not chosen in “{campaign.title}”, where it was {at} in the vote.",
    }
    return "\n\n".join(filter(None, (words[decision.seat], decision.reason)))


def not_chosen(ctx: PluginContext, idea: int) -> Mapping[int, bool]:
    """Of the steps of an idea, those by which a campaign did not choose it; and whether it was the vote that did not,
    where nobody had to say why.
    """
    later = aliased(Decision)
    newer = exists().where(
        later.campaign_id == Decision.campaign_id, later.option == Decision.option, later.id > Decision.id
    )
    found = (
        select(Status.id, Decision.reason)
        .join(Answered, Answered.at == Status.at)
        .join(Option, (Option.campaign_id == Answered.campaign_id) & (Option.number == Answered.option))
        .join(Decision, (Decision.campaign_id == Option.campaign_id) & (Decision.option == Option.number))
        .where(Status.idea_id == idea, Status.answer != "")
        .where(Option.idea_id == idea, ~newer, ~Decision.selected)
    )
    return {one.id: not one.reason for one in ctx.session.execute(found)}


def _open(campaign: int) -> Select[Option]:
    done = exists().where(Answered.campaign_id == campaign, Answered.option == Option.number)
    return select(Option).where(Option.campaign_id == campaign, ~done).order_by(Option.number).limit(_BATCH)


def _answer(
    ctx: PluginContext, campaign: Campaign, board: Board, option: Option, standing: Standing, decision: Decision
) -> None:
    voters.hold_all(ctx, option.idea_id)
    idea = ctx.session.get_one(Idea, option.idea_id, populate_existing=True)
    text, by = said(campaign, standing, decision), cast(int, decision.by_id)
    to, at = _to(ctx, idea, decision), ctx.clock.now()
    if to == idea.state and not decision.selected:
        _aside(ctx, idea, f"Not chosen in {campaign.title}: {idea.title}", text, by, at)
    else:
        at = answering.step(ctx, idea, board, to, text, by).at
    ctx.session.add(Answered(campaign_id=campaign.id, option=option.number, at=at))
    ctx.session.flush()


def _aside(ctx: PluginContext, idea: Idea, title: str, text: str, by: int, at: int) -> None:
    """Into its history: what it was answered before stands, and what is owed is owed as before."""
    state = idea.state
    ctx.session.add(
        Status(idea_id=idea.id, before=state, state=state, answer=text, by_id=by, at=at, due_at=idea.due_at)
    )
    followers.tell(ctx, idea.id, answering.ANSWERED, title, text, by)


def _to(ctx: PluginContext, idea: Idea, decision: Decision) -> str:
    """Where the idea goes by it: planned, or parked; it stays where it is further on, or at its end."""
    state = cast(State, idea.state)
    if not decision.selected:
        return "parked" if states.leads(state, "parked") and state not in ("planned", "delivery") else state
    if state == "submitted":
        # What is chosen was read: the answer says the rest.
        now = ctx.clock.now()
        ctx.session.add(
            Status(
                idea_id=idea.id, before=state, state="acknowledged", by_id=decision.by_id, at=now, due_at=idea.due_at
            )
        )
        idea.state, idea.acknowledged_at = "acknowledged", now
        ctx.session.flush()
        return "planned"
    return "planned" if states.leads(state, "planned") else state
