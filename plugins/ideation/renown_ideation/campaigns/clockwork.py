"""Phases follow the clock: a job that brings each campaign to where its charter says that it is now."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select, update

from renown.api import PluginContext
from renown_ideation.campaigns import closing, held, opening
from renown_ideation.models import Campaign, CharterAmendment


def waiting(now: int) -> Select[int]:
    """Campaigns whose next phase or amendment has come."""
    opens = and_(
        Campaign.state.in_(("sealed", "collecting", "elaborating")),
        or_(*(begins <= now for begins in (Campaign.collect_from, Campaign.elaborate_from, Campaign.vote_from))),
    )
    closes = and_(Campaign.state == "voting", Campaign.vote_until <= now)
    return select(Campaign.id).where(or_(opens, closes, Campaign.id.in_(_amended(now))))


def turn(ctx: PluginContext) -> bool:
    """A job. One campaign and one step at a time, so that each step is a transaction."""
    now = ctx.clock.now()
    for campaign in ctx.session.scalars(_amended(now)).all():
        _bring_forward(ctx, campaign)
    running = select(Campaign.id).where(Campaign.state.in_(held.RUNNING)).order_by(Campaign.id)
    return any(step(ctx, campaign, now) for campaign in ctx.session.scalars(running).all())


def step(ctx: PluginContext, campaign: int, now: int) -> bool:
    """Whether it went on to another phase."""
    due = _due(ctx.session.get_one(Campaign, campaign), now)
    if due is None:
        return False
    found = held.alone(ctx, campaign)
    charter = held.holding(ctx, found)
    held.set_dates(found, charter)
    wanted = _due(found, now)
    if wanted is None:
        ctx.session.flush()
        return False
    match wanted:
        case "voting":
            try:
                opening.open_vote(ctx, found, charter)
            except opening.Nothing as error:
                found.void_from, wanted, found.void_reason = found.state, "void", str(error)
        case "counted":
            try:
                closing.count(ctx, found)
            except closing.Changed as error:
                found.void_from, wanted, found.void_reason = found.state, "void", str(error)
    found.state = wanted
    held.note(ctx, found, wanted, found.void_reason or "")
    ctx.session.flush()
    return True


def _amended(now: int) -> Select[int]:
    """Campaigns whose dates an amendment moves from now on."""
    return (
        select(Campaign.id)
        .join(CharterAmendment, CharterAmendment.campaign_id == Campaign.id)
        .where(Campaign.state.in_(held.RUNNING), CharterAmendment.effective_at <= now, ~CharterAmendment.applied)
        .distinct()
        .order_by(Campaign.id)
    )


def _bring_forward(ctx: PluginContext, campaign: int) -> None:
    found = held.alone(ctx, campaign)
    if found.state in held.RUNNING:
        held.set_dates(found, held.holding(ctx, found))
    here = (CharterAmendment.campaign_id == campaign, CharterAmendment.effective_at <= ctx.clock.now())
    ctx.session.execute(update(CharterAmendment).where(*here).values(applied=True))
    ctx.session.flush()


def _due(campaign: Campaign, now: int) -> str | None:
    """The state it should have instead of its own: the next one whose time has come."""
    begun = {
        "collecting": campaign.collect_from,
        "elaborating": campaign.elaborate_from,
        "voting": campaign.vote_from,
        "counted": campaign.vote_until,
    }
    if campaign.state == "voting":
        return "counted" if now >= (begun["counted"] or 0) else None
    order = ("sealed", "collecting", "elaborating", "voting")
    later = order[order.index(campaign.state) + 1 :] if campaign.state in order else ()
    come = [one for one in later if begun[one] is not None and now >= (begun[one] or 0)]
    return come[-1] if come else None
