"""Where ideas stood in the last vote of which the numbers are public, for lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import PluginContext, Prepared, among
from renown_ideation import totals
from renown_ideation.campaigns import results
from renown_ideation.campaigns.results import Standing
from renown_ideation.models import Campaign, Option

#: What was counted never changes, and grows with the options. By what was frozen at the opening, its hashes, and when.
_COUNTED: dict[tuple[str, int], Mapping[int, Standing]] = {}
_KEPT = 32


@dataclass(frozen=True)
class Placed:
    """`campaign` is its title; `of`: how many options there were."""

    campaign: str
    slug: str
    standing: Standing
    of: int


def of(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, Placed]:
    """By idea, of those that were voted on."""
    placed = {}
    for row in _VOTED_ON.rows(ctx, ideas=[*ideas]):
        counted = _counted(ctx, row.id, (row.opening or "", row.counted_at or 0))
        placed[row.idea_id] = Placed(row.title, row.slug, counted[row.number], len(counted))
    return placed


_VOTED_ON = Prepared(
    select(
        Option.idea_id, Option.number, Campaign.id, Campaign.slug, Campaign.title, Campaign.opening,
        Campaign.counted_at,
    )
    .join(Campaign, Campaign.id == Option.campaign_id)
    .where(among(Option.idea_id, "ideas"), totals.campaigns_shown())
    .order_by(Campaign.counted_at, Campaign.id)
)  # fmt: skip


def _counted(ctx: PluginContext, campaign: int, key: tuple[str, int]) -> Mapping[int, Standing]:
    if key not in _COUNTED:
        if len(_COUNTED) >= _KEPT:
            _COUNTED.clear()
        standings = results.standings(ctx.session.get_one(Campaign, campaign))
        _COUNTED[key] = {one.option: one for one in standings}
    return _COUNTED[key]
