"""What voters read of an option: the text that was frozen when the vote opened, whatever its idea says now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, and_, select

from renown.api import PluginContext
from renown_ideation.models import Campaign, Idea, Option, Revision


def texts(ctx: PluginContext, campaign: Campaign) -> Mapping[int, str]:
    """By option, to look through all of them. None of what a moderator has taken down since."""
    found = _shown(campaign, Option.number, Revision.body).where(Revision.hidden.is_(False))
    return {one.number: one.body for one in ctx.session.execute(found)}


def text(ctx: PluginContext, campaign: Campaign, number: int) -> tuple[Option, str | None] | None:
    """Of one option, which is sent when somebody unfolds it. Without its text: a moderator took that alone away."""
    found = _shown(campaign, Option, Revision.body, Revision.hidden).where(Option.number == number)
    one = ctx.session.execute(found).one_or_none()
    return None if one is None else (one[0], None if one[2] else one[1])


def readable(ctx: PluginContext, campaign: Campaign) -> Collection[int]:
    """Options that have a text to be read."""
    return frozenset(ctx.session.scalars(_shown(campaign, Option.number)))


def _shown(campaign: Campaign, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Option)
        .join(Revision, and_(Revision.idea_id == Option.idea_id, Revision.number == Option.revision))
        .join(Idea, Idea.id == Option.idea_id)
        .where(Option.campaign_id == campaign.id, Idea.standing == "shown")
    )
