"""Campaigns as a viewer finds them: those of boards that they may read; drafts are for staff."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, has_app_context
from sqlalchemy import ColumnElement, case, select, true

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.models import Board, Campaign

_ANY = "ideation.campaigns"
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
    rows = [(one, by) for one, by in ctx.session.execute(found)]
    if has_app_context() and any(by.audience == "public" and one.charter_sha256 is not None for one, by in rows):
        current_app.extensions[_ANY] = True
    return rows


def one(ctx: PluginContext, viewer: Viewer, slug: str) -> tuple[Campaign, Board]:
    """404 for what is not there, and for what is not for the viewer."""
    found = ctx.session.execute(
        select(Campaign, Board)
        .join(Board, Board.id == Campaign.board_id)
        .where(Campaign.slug == slug, gate.visible(ctx, viewer), _known(ctx, viewer))
    ).one_or_none()
    return (found[0], found[1]) if found is not None else gate.absent()


def any_known() -> bool:
    """Whether a page of this process came upon one that everybody may read: for navigation, which asks no database."""
    return has_app_context() and bool(current_app.extensions.get(_ANY))


def _known(ctx: PluginContext, viewer: Viewer) -> ColumnElement[bool]:
    """What was never sealed, ended or not, is for staff."""
    return true() if staff(ctx, viewer) else Campaign.charter_sha256.is_not(None)
