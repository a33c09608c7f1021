"""Campaigns on the desk: counted ones that wait for their decision, and votes that are open."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext
from renown_ideation.models import Board, Campaign


def to_decide(ctx: PluginContext) -> Sequence[tuple[Campaign, Board]]:
    """What is due first before the rest."""
    return _in(ctx, "counted", Campaign.decide_by)


def open_now(ctx: PluginContext) -> Sequence[tuple[Campaign, Board]]:
    """What closes first before the rest."""
    return _in(ctx, "voting", Campaign.vote_until)


def number(ctx: PluginContext) -> int:
    """How many wait for their decision."""
    return ctx.session.scalar(select(func.count()).select_from(Campaign).where(Campaign.state == "counted")) or 0


def _in(ctx: PluginContext, state: str, order: InstrumentedAttribute[int | None]) -> Sequence[tuple[Campaign, Board]]:
    found = select(Campaign, Board).join(Board, Board.id == Campaign.board_id).where(Campaign.state == state)
    return [(one, board) for one, board in ctx.session.execute(found.order_by(order, Campaign.id))]
