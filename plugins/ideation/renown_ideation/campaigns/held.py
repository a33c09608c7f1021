"""A campaign in the hand: read, or kept still while something is done with it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from renown.api import PluginContext, from_datetime, to_datetime
from renown_ideation.campaigns import telling
from renown_ideation.counting.amendments import NEVER, amended
from renown_ideation.counting.charter import Charter, read_charter
from renown_ideation.counting.records import Amendment
from renown_ideation.models import Campaign, CampaignNote, CharterAmendment

#: What stands for a campaign in addresses.
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
#: States in which ideas still come and go.
BEFORE_VOTE = ("sealed", "collecting", "elaborating")
#: In which a charter is sealed and nothing is counted yet.
RUNNING = (*BEFORE_VOTE, "voting")
#: In which a charter is sealed and what came of it is not published yet.
BINDING = (*RUNNING, "counted", "decided")


class NotNow(ValueError):
    """The campaign is not where this can be done. The text says why, for those who wanted to."""


def shared(ctx: PluginContext, campaign: int) -> Campaign:
    """Nobody changes it until the transaction ends, and many may hold it so. Raises LookupError."""
    return _held(ctx, campaign, read=True)


def alone(ctx: PluginContext, campaign: int) -> Campaign:
    """Nobody casts a ballot or changes it until the transaction ends. Raises LookupError."""
    return _held(ctx, campaign, read=False)


def _held(ctx: PluginContext, campaign: int, *, read: bool) -> Campaign:
    wanted = select(Campaign).where(Campaign.id == campaign).with_for_update(read=read)
    found = ctx.session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise LookupError(campaign)
    return found


def reached(campaign: Campaign) -> str:
    """The state it has, or had when it was ended."""
    return (campaign.void_from or "draft") if campaign.state == "void" else campaign.state


def left_over(campaign: Campaign) -> str:
    """What becomes of its ballots and of what they gave, where it is ended now or was."""
    state = reached(campaign)
    if campaign.result is None:
        return "Its ballots are kept, and never counted." if state == "voting" else "No vote takes place."
    if state == "counted" and campaign.hides == "decision":
        return "Its ballots were counted. What they gave stays hidden, since it was to be shown when it is decided."
    if state == "counted":
        return "Its ballots were counted, and what they gave stays public. It is not decided."
    return "It was counted and decided: results and report stay public."


def ended(campaign: Campaign) -> str:
    """Why it was ended, and what is left of it."""
    reason = campaign.void_reason or ""
    return f"{reason}{'' if reason.endswith(('.', '!', '?')) else '.'} {left_over(campaign)}"


def sealed(campaign: Campaign) -> Charter:
    """As it was sealed, without amendments."""
    return read_charter(json.loads(campaign.charter))


def amendments(ctx: PluginContext, campaign: int) -> list[Amendment]:
    """As they stand in the published file, in order."""
    return list(amendments_of(ctx, [campaign]).get(campaign, ()))


def amendments_of(ctx: PluginContext, campaigns: Collection[int]) -> Mapping[int, Sequence[Amendment]]:
    """The same of several, by campaign."""
    found: dict[int, list[Amendment]] = defaultdict(list)
    if not campaigns:
        return found
    rows = select(CharterAmendment).where(CharterAmendment.campaign_id.in_(campaigns))
    for one in ctx.session.scalars(rows.order_by(CharterAmendment.campaign_id, CharterAmendment.number)):
        found[one.campaign_id].append(
            Amendment(
                announced_at=instant(one.announced_at),
                effective_at=instant(one.effective_at),
                what=one.changes,
                why=one.reason,
            )
        )
    return found


def holding(ctx: PluginContext, campaign: Campaign) -> Charter:
    """The charter with the dates of amendments that are in effect."""
    return at(ctx, campaign, amendments(ctx, campaign.id))


def at(ctx: PluginContext, campaign: Campaign, announced: Sequence[Amendment]) -> Charter:
    """The same, of amendments that were read before: each was looked at when it was announced."""
    now = instant(ctx.clock.now())
    return amended(sealed(campaign), [one for one in announced if one.effective_at <= now], NEVER)


def missed(campaign: Campaign, now: int) -> bool:
    """Whether its vote ended before anybody opened it, so that nobody could vote."""
    return campaign.state in BEFORE_VOTE and campaign.vote_until is not None and campaign.vote_until <= now


def set_dates(campaign: Campaign, charter: Charter) -> None:
    """For the clock: what the charter says, as instants. The decision is due at the end of its day, there."""
    phases = charter.phases
    campaign.collect_from = moment(phases.collect.start) if phases.collect else None
    campaign.elaborate_from = moment(phases.elaborate.start) if phases.elaborate else None
    campaign.vote_from, campaign.vote_until = moment(phases.vote.start), moment(phases.vote.end)
    campaign.decide_by = _end_of(charter.decision.due, charter.phases.time_zone)


def note(
    ctx: PluginContext, campaign: Campaign, what: str, text: str = "", by: int | None = None, idea: int | None = None
) -> None:
    """Into its public log; whoever may vote is told of what concerns them."""
    made = CampaignNote(campaign_id=campaign.id, what=what, text=text, idea_id=idea, by_id=by, at=ctx.clock.now())
    ctx.session.add(made)
    telling.of_note(ctx, campaign, what, text, left_over(campaign) if what == "void" else "")


def instant(at: int) -> str:
    """Microseconds as in charters, whole seconds: 2026-01-05T09:00:00Z."""
    return f"{to_datetime(at):%Y-%m-%dT%H:%M:%SZ}"


def moment(text: str) -> int:
    return from_datetime(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))


def _end_of(day: str, zone: str) -> int:
    after = date.fromisoformat(day) + timedelta(days=1)
    return from_datetime(datetime.combine(after, time(), ZoneInfo(zone)))
