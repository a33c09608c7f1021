"""Where ideas stood in the last vote of which the numbers are public, for lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation import totals
from renown_ideation.campaigns import results
from renown_ideation.campaigns.results import Standing
from renown_ideation.models import Campaign, Option


@dataclass(frozen=True)
class Placed:
    """`of`: how many options there were."""

    campaign: Campaign
    standing: Standing
    of: int


def of(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, Placed]:
    """By idea, of those that were voted on."""
    found = (
        select(Option.idea_id, Option.number, Campaign)
        .join(Campaign, Campaign.id == Option.campaign_id)
        .where(Option.idea_id.in_(ideas), Campaign.result.is_not(None))
        .order_by(Campaign.counted_at, Campaign.id)
    )
    rows = [row for row in ctx.session.execute(found) if totals.of_campaign(row.Campaign) is None]
    counted = {row.Campaign: {one.option: one for one in results.standings(row.Campaign)} for row in rows}
    return {
        row.idea_id: Placed(row.Campaign, counted[row.Campaign][row.number], len(counted[row.Campaign])) for row in rows
    }
