"""Campaigns as a viewer finds them: those of boards that they may read; drafts are for staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, select, true

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.models import Board, Campaign

_OVER = ("reported", "void")


def staff(ctx: PluginContext, viewer: Viewer) -> bool:
    """Whether they make, seal and decide campaigns."""
    return ctx.permissions.allows(viewer, "ideation.desk")


def listed(ctx: PluginContext, viewer: Viewer, board: Board | None = None) -> Sequence[tuple[Campaign, Board]]:
    """What runs first, then the newest."""
    found = (
        select(Campaign, Board)
        .join(Board, Board.id == Campaign.board_id)
        .where(gate.visible(ctx, viewer), _known(ctx, viewer))
        .order_by(case((Campaign.state.in_(_OVER), 1), else_=0), Campaign.id.desc())
    )
    if board is not None:
        found = found.where(Campaign.board_id == board.id)
    return [(one, by) for one, by in ctx.session.execute(found)]


def any_for(ctx: PluginContext, viewer: Viewer) -> bool:
    """Whether there is one that the viewer may read."""
    found = select(Campaign.id).join(Board, Board.id == Campaign.board_id)
    return ctx.session.scalar(found.where(gate.visible(ctx, viewer), _known(ctx, viewer)).limit(1)) is not None


def one(ctx: PluginContext, viewer: Viewer, slug: str) -> tuple[Campaign, Board]:
    """404 for what is not there, and for what is not for the viewer."""
    found = ctx.session.execute(
        select(Campaign, Board)
        .join(Board, Board.id == Campaign.board_id)
        .where(Campaign.slug == slug, gate.visible(ctx, viewer), _known(ctx, viewer))
    ).one_or_none()
    return (found[0], found[1]) if found is not None else gate.absent()


def _known(ctx: PluginContext, viewer: Viewer) -> ColumnElement[bool]:
    return true() if staff(ctx, viewer) else Campaign.state != "draft"
