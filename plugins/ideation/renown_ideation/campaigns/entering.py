"""Which ideas take part in a campaign."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select

from renown.api import PluginContext
from renown_ideation.campaigns import held
from renown_ideation.campaigns.held import NotNow
from renown_ideation.counting.charter import Charter
from renown_ideation.models import Campaign, Entered, Idea

#: Ideas that others may bring at the same moment.
_NEAR = 50


def of_board(ctx: PluginContext, idea: Idea) -> None:
    """An idea that is brought to a board takes part in what is collecting there."""
    collecting = select(Campaign.id).where(Campaign.board_id == idea.board_id, Campaign.state == "collecting")
    for campaign in ctx.session.scalars(collecting.order_by(Campaign.id)).all():
        found = _with_room(ctx, campaign)
        # One that was withdrawn and is brought again takes part already.
        if not open_now(ctx, found) or ctx.session.get(Entered, (campaign, idea.id)) is not None:
            continue
        if room(ctx, found) > 0:
            _add(ctx, found, idea.id, idea.author_id)


def open_now(ctx: PluginContext, campaign: Campaign) -> bool:
    """Whether ideas are collected at this instant, and not only until the clock's next turn."""
    return open_at(campaign, held.holding(ctx, campaign), ctx.clock.now())


def open_at(campaign: Campaign, charter: Charter, now: int) -> bool:
    """The same by the charter that holds."""
    collect = charter.phases.collect
    return campaign.state == "collecting" and collect is not None and collect.start <= held.instant(now) < collect.end


def enter(ctx: PluginContext, campaign: int, idea: int, by: int) -> None:
    """Staff have an idea of the board take part. Raises NotNow, LookupError."""
    found = _with_room(ctx, campaign)
    if found.state not in held.BEFORE_VOTE:
        raise NotNow("Options are frozen when the vote opens.")
    one = ctx.session.get(Idea, idea)
    if one is None or one.board_id != found.board_id:
        raise LookupError(idea)
    if ctx.session.get(Entered, (campaign, idea)) is None:
        if room(ctx, found) <= 0:
            raise NotNow(f"It is full: {held.sealed(found).most_options} ideas take part, and no more can be counted.")
        _add(ctx, found, idea, by)
        ctx.audit.record("enter", by=by, target=found.slug, details={"idea": idea})


def leave(ctx: PluginContext, campaign: int, idea: int, by: int, reason: str) -> None:
    """Take an idea out again, in public and with a reason. Raises NotNow."""
    found = held.shared(ctx, campaign)
    if found.state not in held.BEFORE_VOTE:
        raise NotNow("Options are frozen when the vote opens.")
    ctx.session.execute(delete(Entered).where(Entered.campaign_id == campaign, Entered.idea_id == idea))
    held.note(ctx, found, "left out", f"Idea {idea}: {reason}", by)
    ctx.session.flush()
    ctx.audit.record("leave", by=by, target=found.slug, details={"idea": idea, "reason": reason})


def room(ctx: PluginContext, campaign: Campaign) -> int:
    """How many ideas more can take part: as many as the way of counting takes."""
    taken = select(func.count()).select_from(Entered).where(Entered.campaign_id == campaign.id)
    return held.sealed(campaign).most_options - (ctx.session.scalar(taken) or 0)


def unmerged(ctx: PluginContext, ideas: Collection[int]) -> str | None:
    """The title of a campaign whose charter says that none of its ideas is merged, and in which one takes part."""
    entered = select(Entered.campaign_id).where(Entered.idea_id.in_(ideas))
    running = select(Campaign).where(Campaign.id.in_(entered), Campaign.state.in_(held.RUNNING)).order_by(Campaign.id)
    found = (one for one in ctx.session.scalars(running) if held.sealed(one).merging.before_opening == "none")
    return next((one.title for one in found), None)


def _with_room(ctx: PluginContext, campaign: int) -> Campaign:
    """Held alone where it is nearly full, so that many at once do not fill it past that."""
    near = 0 < room(ctx, ctx.session.get_one(Campaign, campaign)) <= _NEAR
    return held.alone(ctx, campaign) if near else held.shared(ctx, campaign)


def _add(ctx: PluginContext, campaign: Campaign, idea: int, by: int | None) -> None:
    ctx.session.add(Entered(campaign_id=campaign.id, idea_id=idea, at=ctx.clock.now(), by_id=by))
    ctx.session.flush()
    if not room(ctx, campaign):
        most = held.sealed(campaign).most_options
        held.note(ctx, campaign, "full", f"{most} take part, and no more can be counted.")
        ctx.session.flush()


def in_vote(ctx: PluginContext, idea: int) -> bool:
    """Whether an idea is an option, or may become one this moment, in a vote that is open: nothing may move then."""
    entered = select(Entered.campaign_id).where(Entered.idea_id == idea)
    open_ = select(Campaign.id).where(Campaign.id.in_(entered), Campaign.state == "voting")
    return ctx.session.scalar(open_.limit(1)) is not None
