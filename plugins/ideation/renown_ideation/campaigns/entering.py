"""Which ideas take part in a campaign."""

from __future__ import annotations

from sqlalchemy import delete, select

from renown.api import PluginContext
from renown_ideation.campaigns import held
from renown_ideation.campaigns.held import NotNow
from renown_ideation.models import Campaign, Entered, Idea


def of_board(ctx: PluginContext, idea: Idea) -> None:
    """An idea that is brought to a board takes part in what is collecting there."""
    collecting = select(Campaign.id).where(Campaign.board_id == idea.board_id, Campaign.state == "collecting")
    for campaign in ctx.session.scalars(collecting).all():
        found = held.shared(ctx, campaign)
        if not open_now(ctx, found):
            continue
        # One that was withdrawn and is brought again takes part already.
        if ctx.session.get(Entered, (campaign, idea.id)) is None:
            ctx.session.add(Entered(campaign_id=campaign, idea_id=idea.id, at=ctx.clock.now(), by_id=idea.author_id))
    ctx.session.flush()


def open_now(ctx: PluginContext, campaign: Campaign) -> bool:
    """Whether ideas are collected at this instant, and not only until the clock's next turn."""
    collect = held.holding(ctx, campaign).phases.collect
    return (
        campaign.state == "collecting"
        and collect is not None
        and collect.start <= held.instant(ctx.clock.now()) < collect.end
    )


def enter(ctx: PluginContext, campaign: int, idea: int, by: int) -> None:
    """Staff have an idea of the board take part. Raises NotNow, LookupError."""
    found = held.shared(ctx, campaign)
    if found.state not in ("sealed", "collecting", "elaborating"):
        raise NotNow("Options are frozen when the vote opens.")
    one = ctx.session.get(Idea, idea)
    if one is None or one.board_id != found.board_id:
        raise LookupError(idea)
    if ctx.session.get(Entered, (campaign, idea)) is None:
        ctx.session.add(Entered(campaign_id=campaign, idea_id=idea, at=ctx.clock.now(), by_id=by))
        ctx.session.flush()
        ctx.audit.record("enter", by=by, target=found.slug, details={"idea": idea})


def leave(ctx: PluginContext, campaign: int, idea: int, by: int, reason: str) -> None:
    """Take an idea out again, in public and with a reason. Raises NotNow."""
    found = held.shared(ctx, campaign)
    if found.state not in ("sealed", "collecting", "elaborating"):
        raise NotNow("Options are frozen when the vote opens.")
    ctx.session.execute(delete(Entered).where(Entered.campaign_id == campaign, Entered.idea_id == idea))
    held.note(ctx, found, "left out", f"Idea {idea}: {reason}", by)
    ctx.session.flush()
    ctx.audit.record("leave", by=by, target=found.slug, details={"idea": idea, "reason": reason})


def in_vote(ctx: PluginContext, idea: int) -> bool:
    """Whether an idea is an option, or may become one this moment, in a vote that is open: nothing may move then."""
    entered = select(Entered.campaign_id).where(Entered.idea_id == idea)
    open_ = select(Campaign.id).where(Campaign.id.in_(entered), Campaign.state == "voting")
    return ctx.session.scalar(open_.limit(1)) is not None
