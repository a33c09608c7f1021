"""Phases follow the clock: a job that brings each campaign to where its charter says that it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.exc import OperationalError
from structlog import get_logger

from renown.api import SECOND, Health, PluginContext
from renown_ideation.campaigns import closing, electorate, held, opening, plain
from renown_ideation.counting.charter import Charter
from renown_ideation.counting.errors import Refused
from renown_ideation.models import Campaign, CampaignNote, CharterAmendment

#: A campaign that should have gone on for so long does not do so by itself.
_LATE = 300 * SECOND
log = get_logger("renown.ideation")


def waiting(now: int) -> Select[int]:
    """Campaigns whose next phase or amendment has come."""
    opens = and_(
        Campaign.state.in_(held.BEFORE_VOTE),
        or_(*(begins <= now for begins in (Campaign.collect_from, Campaign.elaborate_from, Campaign.vote_from))),
    )
    closes = and_(Campaign.state == "voting", Campaign.vote_until <= now)
    return select(Campaign.id).where(or_(opens, closes, Campaign.id.in_(_amended(now))))


def turn(ctx: PluginContext) -> bool:
    """A job. One campaign and one step at a time, so that each step is a transaction; what fails stops no other."""
    now = ctx.clock.now()
    for campaign in ctx.session.scalars(_amended(now)).all():
        _apart(ctx, campaign, partial(_bring_forward, ctx, campaign))
    running = select(Campaign.id).where(Campaign.state.in_(held.RUNNING)).order_by(Campaign.id)
    return any(
        _apart(ctx, campaign, partial(step, ctx, campaign, now)) for campaign in ctx.session.scalars(running).all()
    )


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
    if held.missed(found, now):
        return _missed(ctx, found, charter)
    why = _why_void(ctx, found, charter, wanted)
    if why is not None:
        found.void_from, wanted, found.void_reason = found.state, "void", why
    found.state = wanted
    held.note(ctx, found, wanted, found.void_reason or "")
    ctx.session.flush()
    return True


def health(ctx: PluginContext) -> Iterable[Health]:
    """Whether each campaign is where its charter says that it is."""
    now = ctx.clock.now()
    running = select(Campaign).where(Campaign.id.in_(waiting(now - _LATE))).order_by(Campaign.id)
    late, unmoved = ctx.session.scalars(running).all(), set(ctx.session.scalars(_amended(now - _LATE)))
    unopened = [one.slug for one in late if held.missed(one, now)]
    stuck = [one.slug for one in late if one.slug not in unopened and (_due(one, now - _LATE) or one.id in unmoved)]
    texts = [f"Not brought forward: {', '.join(stuck)}"] if stuck else []
    texts += [f"Not opened in time: {', '.join(unopened)}"] if unopened else []
    remedy = "The log of the workers says why. Move the end of a vote that was missed to a later time, or end it."
    said = f"{'; '.join(texts)}." if texts else "All campaigns are where their charters say."
    yield Health("Campaigns", not texts, said, remedy if texts else "")


def _apart(ctx: PluginContext, campaign: int, work: Callable[[], bool]) -> bool:
    """Of what fails nothing is kept. A database that is out of reach or busy is the whole job's matter."""
    try:
        with ctx.session.begin_nested():
            return work()
    except OperationalError:
        raise
    except Exception:
        log.exception("a campaign was not brought forward", campaign=campaign)
        return False


def _why_void(ctx: PluginContext, campaign: Campaign, charter: Charter, wanted: str) -> str | None:
    """Does what goes with the step. Why there is nothing to open or to count, if so: then nothing of it is kept."""
    try:
        with ctx.session.begin_nested():
            if wanted == "voting":
                opening.open_vote(ctx, campaign, charter)
            elif wanted == "counted":
                closing.count(ctx, campaign)
    except (opening.Nothing, electorate.Gone, closing.Changed) as error:
        return str(error)
    except Refused as error:
        return f"It cannot be counted by its charter: {error}."
    return None


def _missed(ctx: PluginContext, campaign: Campaign, charter: Charter) -> bool:
    """Nobody could vote, so there is nothing to count: it waits for a later end, or until staff end it."""
    said = _unopened(charter)
    notes = select(CampaignNote.id).where(CampaignNote.campaign_id == campaign.id, CampaignNote.text == said)
    if ctx.session.scalar(notes) is None:
        held.note(ctx, campaign, "missed", said)
    ctx.session.flush()
    return False


def _unopened(charter: Charter) -> str:
    end = plain.when(charter, charter.phases.vote.end)
    return f"It was to end on {end}, and nobody could vote until then. It waits for a later end."


def _amended(now: int) -> Select[int]:
    """Campaigns whose dates an amendment moves from now on."""
    return (
        select(Campaign.id)
        .join(CharterAmendment, CharterAmendment.campaign_id == Campaign.id)
        .where(Campaign.state.in_(held.RUNNING), CharterAmendment.effective_at <= now, ~CharterAmendment.applied)
        .distinct()
        .order_by(Campaign.id)
    )


def _bring_forward(ctx: PluginContext, campaign: int) -> bool:
    found = held.alone(ctx, campaign)
    if found.state in held.RUNNING:
        held.set_dates(found, held.holding(ctx, found))
    here = (CharterAmendment.campaign_id == campaign, CharterAmendment.effective_at <= ctx.clock.now())
    ctx.session.execute(update(CharterAmendment).where(*here).values(applied=True))
    ctx.session.flush()
    return True


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
