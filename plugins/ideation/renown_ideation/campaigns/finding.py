"""Campaigns as a viewer finds them: those of boards that they may read; drafts are for staff."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select, true
from sqlalchemy.orm import defer

from renown.api import PluginContext, Prepared, Viewer
from renown_ideation import gate
from renown_ideation.campaigns import held
from renown_ideation.models import Board, Campaign

_OVER = ("reported", "void")
#: Campaigns that are over, on one page.
PAGE = 50
#: Without what grows with the options: results are for pages of one.
_LIGHT = (defer(Campaign.result), defer(Campaign.opening))


def staff(ctx: PluginContext, viewer: Viewer) -> bool:
    """Whether they make, seal and decide campaigns."""
    return ctx.permissions.allows(viewer, "ideation.desk")


def listed(ctx: PluginContext, viewer: Viewer, before: int | None = None) -> Sequence[tuple[Campaign, Board]]:
    """What runs first, then what is over: the newest `PAGE` of these, or of those whose id is lower than `before`."""
    over = _readable(ctx, viewer).where(Campaign.state.in_(_OVER)).order_by(Campaign.id.desc()).limit(PAGE)
    if before is not None:
        return _rows(ctx, over.where(Campaign.id < before))
    running = _readable(ctx, viewer).where(Campaign.state.not_in(_OVER)).order_by(Campaign.id.desc())
    return [*_rows(ctx, running), *_rows(ctx, over)]


def older(ctx: PluginContext, viewer: Viewer, rows: Sequence[tuple[Campaign, Board]]) -> str | None:
    """The address of the campaign after which the next page begins; None: there is none."""
    over = [one for one, _ in rows if one.state in _OVER]
    if not over:
        return None
    more = _readable(ctx, viewer).where(Campaign.state.in_(_OVER), Campaign.id < over[-1].id).limit(1)
    return over[-1].slug if ctx.session.execute(more).first() is not None else None


def number(ctx: PluginContext, viewer: Viewer, slug: str) -> int | None:
    """Of a campaign, for `before`; 0 for none that the viewer may read, before which there is nothing."""
    if not slug:
        return None
    if held.SLUG.fullmatch(slug) is None:
        return 0
    found = _readable(ctx, viewer).with_only_columns(Campaign.id).where(Campaign.slug == slug)
    return ctx.session.scalar(found) or 0


def binding(ctx: PluginContext, viewer: Viewer, board: Board) -> Sequence[tuple[Campaign, Board]]:
    """Those of a board, which the viewer reads, whose charter holds now: the newest first."""
    there = _binding(staff(ctx, viewer)).scalars(ctx, board=board.id)
    return [(one, board) for one in light(ctx, there)]


def light(ctx: PluginContext, campaigns: Sequence[int]) -> Sequence[Campaign]:
    """These, the newest first, without what grows with the options. Mostly there are none, which asks nothing."""
    if not campaigns:
        return []
    found = select(Campaign).options(*_LIGHT).where(Campaign.id.in_(campaigns)).order_by(Campaign.id.desc())
    return ctx.session.scalars(found).all()


@cache
def _binding(by_staff: bool) -> Prepared:
    here = select(Campaign.id).where(Campaign.board_id == bindparam("board"), _known(by_staff))
    return Prepared(here.where(Campaign.state.in_(held.BINDING)).order_by(Campaign.id.desc()))


def voting(ctx: PluginContext, viewer: Viewer) -> Sequence[Campaign]:
    """Those in which votes are given now, the one that ends first before the others."""
    now = _readable(ctx, viewer).where(Campaign.state == "voting", Campaign.vote_until > ctx.clock.now())
    return [one for one, _ in _rows(ctx, now.order_by(Campaign.vote_until, Campaign.id))]


def any_for(ctx: PluginContext, viewer: Viewer) -> bool:
    """Whether there is one that the viewer may read."""
    by_staff = staff(ctx, viewer)
    audiences = frozenset(_audiences(by_staff).scalars(ctx))
    if not audiences or "public" in audiences or ("employees" in audiences and viewer.employee):
        return bool(audiences)
    found = select(Campaign.id).join(Board, Board.id == Campaign.board_id)
    return ctx.session.scalar(found.where(gate.visible(ctx, viewer), _known(by_staff)).limit(1)) is not None


@cache
def _audiences(by_staff: bool) -> Prepared:
    """Of the boards that have campaigns: mostly enough to know by, on every page."""
    found = select(Board.audience).join(Campaign, Board.id == Campaign.board_id)
    return Prepared(found.where(_known(by_staff)).distinct())


def _readable(ctx: PluginContext, viewer: Viewer) -> Select[Campaign, Board]:
    found = select(Campaign, Board).join(Board, Board.id == Campaign.board_id).options(*_LIGHT)
    return found.where(gate.visible(ctx, viewer), _known(staff(ctx, viewer)))


def _rows(ctx: PluginContext, found: Select[Campaign, Board]) -> list[tuple[Campaign, Board]]:
    return [(one, by) for one, by in ctx.session.execute(found)]


def one(ctx: PluginContext, viewer: Viewer, slug: str) -> tuple[Campaign, Board]:
    """404 for what is not there, and for what is not for the viewer."""
    found = ctx.session.execute(
        select(Campaign, Board)
        .join(Board, Board.id == Campaign.board_id)
        .where(Campaign.slug == slug, gate.visible(ctx, viewer), _known(staff(ctx, viewer)))
    ).one_or_none()
    return (found[0], found[1]) if found is not None else gate.absent()


def _known(by_staff: bool) -> ColumnElement[bool]:
    """What was never sealed, ended or not, is for staff."""
    return true() if by_staff else Campaign.charter_sha256.is_not(None)
