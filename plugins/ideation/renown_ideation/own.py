"""What is somebody's own: ideas that they brought, voted for, take part in, or were asked about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from renown.api import PluginContext, Viewer
from renown_ideation import gate, listing, showing
from renown_ideation.experts import asking
from renown_ideation.models import Board, Idea, Invitation, Participant, Vote
from renown_ideation.showing import Line

KINDS = {"written": "Brought by me", "voted": "Voted for", "followed": "I take part"}


def of(
    ctx: PluginContext, viewer: Viewer, me: int, kind: str, readable: Sequence[Board], before: int | None = None
) -> tuple[Sequence[Line], int | None]:
    """One of KINDS: the newest first, also those that are withdrawn or wait; and from which on there are more."""
    return _lines(ctx, viewer, readable, _wanted(me, kind), before)


def invited(ctx: PluginContext, viewer: Viewer, me: int, readable: Sequence[Board]) -> Sequence[Line]:
    """Those that they are asked to write, and did not answer yet."""
    asked = select(Invitation.idea_id).where(Invitation.person_id == me, Invitation.state == "asked")
    return _lines(ctx, viewer, readable, Idea.id.in_(asked), None)[0]


def judging(ctx: PluginContext, viewer: Viewer, me: int, readable: Sequence[Board]) -> Sequence[Line]:
    """Those that they are asked what they think of, and did not answer yet."""
    return _lines(ctx, viewer, readable, Idea.id.in_(asking.waiting(ctx, me)), None)[0]


def _wanted(me: int, kind: str) -> ColumnElement[bool]:
    if kind == "voted":
        return Idea.id.in_(select(Vote.idea_id).where(Vote.person_id == me, Vote.given))
    takes_part = select(Participant.idea_id).where(Participant.person_id == me)
    if kind == "written":
        takes_part = takes_part.where(Participant.role.in_(gate.WRITERS))
    return Idea.id.in_(takes_part)


def _lines(
    ctx: PluginContext, viewer: Viewer, readable: Sequence[Board], wanted: ColumnElement[bool], before: int | None
) -> tuple[Sequence[Line], int | None]:
    found = select(*listing.COLUMNS).where(
        wanted, Idea.state != "draft", gate.shown(viewer), Idea.board_id.in_([one.id for one in readable])
    )
    if before is not None:
        found = found.where(Idea.id < before)
    rows = ctx.session.execute(found.order_by(Idea.id.desc()).limit(listing.PAGE + 1)).all()
    shown = rows[: listing.PAGE]
    return showing.lines(ctx, viewer, readable, shown), shown[-1].id if len(rows) > listing.PAGE else None
