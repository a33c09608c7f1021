"""What voters read of an option: the text that was frozen when the vote opened, whatever its idea says now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, select

from renown.api import PluginContext
from renown_ideation.models import Campaign, Idea, Option, Revision


def texts(ctx: PluginContext, campaign: Campaign) -> Mapping[int, str | None]:
    """By option, without ideas that are taken down since. None: a moderator took that text alone away."""
    found = (
        select(Option.number, Revision.body, Revision.hidden)
        .join(Revision, and_(Revision.idea_id == Option.idea_id, Revision.number == Option.revision))
        .join(Idea, Idea.id == Option.idea_id)
        .where(Option.campaign_id == campaign.id, Idea.standing == "shown")
    )
    return {one.number: None if one.hidden else one.body for one in ctx.session.execute(found)}
