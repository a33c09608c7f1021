"""Ideas that stand on a ballot now. Who votes on one there gives it no vote on its board meanwhile: it would count for
nothing in the campaign, and look as if it did.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select

from renown.api import PluginContext, Prepared, among
from renown_ideation.campaigns import finding
from renown_ideation.campaigns.held import NotNow
from renown_ideation.models import Campaign, Entered, Idea, Option, Voter


@dataclass(frozen=True)
class Balloted:
    campaign: Campaign
    #: Whether the person who is asked about votes in it.
    may_cast: bool


def of(ctx: PluginContext, ideas: Collection[int], person: int | None) -> Mapping[int, Balloted]:
    """By idea, of those that a vote is open on, the campaign: rather one in which the person votes."""
    rows = _OPEN.rows(ctx, ideas=[*ideas], person=person or 0, now=ctx.clock.now())
    campaigns = {one.id: one for one in finding.light(ctx, sorted({row.id for row in rows}))}
    found: dict[int, Balloted] = {}
    for row in rows:
        if row.id not in campaigns:
            continue  # gone meanwhile
        found.setdefault(row.idea_id, Balloted(campaigns[row.id], row.person_id is not None))
    return found


def require_none(ctx: PluginContext, idea: Idea, person: int) -> None:
    """Raises NotNow where the idea, or the one that it goes on in, stands on a ballot of this person."""
    here = idea.into_id or idea.id
    found = of(ctx, [here], person).get(here)
    if found is not None and found.may_cast:
        raise NotNow(f"You vote on it in “{found.campaign.title}”, by your ballot. A vote here is no ballot.")


_OPEN = Prepared(
    select(Option.idea_id, Campaign.id, Voter.person_id)
    .join(Entered, and_(Entered.campaign_id == Option.campaign_id, Entered.idea_id == Option.idea_id))
    .join(Campaign, Campaign.id == Option.campaign_id)
    .join(Voter, and_(Voter.campaign_id == Campaign.id, Voter.person_id == bindparam("person")), isouter=True)
    .where(among(Entered.idea_id, "ideas"))
    .where(Campaign.state == "voting", Campaign.vote_until > bindparam("now"))
    .order_by(Voter.person_id.is_(None), Campaign.vote_until, Campaign.id)
)
