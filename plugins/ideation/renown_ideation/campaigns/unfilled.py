"""Seats that nobody got, though there was somebody to give them to. They need a reason, as other differences do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation.counting.charter import Seats
from renown_ideation.models import Campaign, CampaignNote

#: In the public log, with the reason.
NOTE = "unfilled"
MISSING = "It was given to nobody: say why, everybody reads it."


def number(seats: Seats, chosen: Mapping[int, bool], given: Collection[str]) -> int:
    """`chosen`: by option, whether the vote did. `given`: the seats of those that got one.

    Where the vote chose fewer than its seats, and where there are fewer options, fewer were to be had.
    """
    by_vote = min(seats.by_vote, sum(chosen.values()))
    to_be_had = by_vote + min(seats.by_board, len(chosen) - by_vote)
    return max(0, to_be_had - len(given))


def reason(ctx: PluginContext, campaign: Campaign) -> str:
    """As it was published."""
    found = select(CampaignNote.text).where(CampaignNote.campaign_id == campaign.id, CampaignNote.what == NOTE)
    return ctx.session.scalar(found.order_by(CampaignNote.id.desc()).limit(1)) or ""
