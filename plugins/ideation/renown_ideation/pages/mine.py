"""What somebody brought, wrote and voted for, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, select

from renown.api import PluginContext, needs, viewer
from renown_ideation import boards, gate, listing, promises, showing
from renown_ideation.answers import owing
from renown_ideation.delivery import steps
from renown_ideation.experts import asking
from renown_ideation.ideas import authors, drafts, writing
from renown_ideation.models import Board, Idea, Invitation, Participant, Vote
from renown_ideation.moderation import mine as held
from renown_ideation.pages import common
from renown_ideation.showing import Line
from renown_ideation.states import STATES

TABS = {"written": "Brought by me", "voted": "Voted for", "followed": "I take part"}


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/my/ideas")
    @needs("ideation.write")
    def mine() -> str:
        with ctx.reading() as inner:
            me, shown = viewer().person_id or gate.absent(), request.args.get("show", "written")
            if shown not in TABS:
                gate.absent()
            readable = boards.listed(inner, viewer())
            lines, before = _lines(inner, readable, _wanted(me, shown), common.whole(request.args.get("before")))
            owed, number = owing.own(inner, viewer())
            own = drafts.listed(inner, viewer())
            return render_template(
                "ideation/mine.html",
                tabs=[(title, f"/my/ideas?show={name}", name == shown) for name, title in TABS.items()],
                shown=shown,
                lines=lines,
                before=before,
                drafts=[(one, by.slug) for one in own for by in readable if by.id == one.board_id],
                invited=_lines(inner, readable, _asked(me), None)[0],
                owed=owed,
                owed_number=number,
                path_of=writing.path,
                states=STATES,
                judging=_lines(inner, readable, Idea.id.in_(asking.waiting(inner, me)), None)[0],
                steps=steps.mine(inner, me),
                held=held.of(inner, me),
                day=partial(promises.day, inner),
                now=inner.clock.now(),
            )


def _wanted(me: int, shown: str) -> ColumnElement[bool]:
    if shown == "voted":
        return Idea.id.in_(select(Vote.idea_id).where(Vote.person_id == me, Vote.given))
    takes_part = select(Participant.idea_id).where(Participant.person_id == me)
    if shown == "written":
        takes_part = takes_part.where(Participant.role.in_(authors.WRITERS))
    return Idea.id.in_(takes_part)


def _asked(me: int) -> ColumnElement[bool]:
    return Idea.id.in_(select(Invitation.idea_id).where(Invitation.person_id == me, Invitation.state == "asked"))


def _lines(
    ctx: PluginContext, readable: Sequence[Board], wanted: ColumnElement[bool], before: int | None
) -> tuple[Sequence[Line], int | None]:
    """The newest first, also those that are withdrawn or wait; and from which on there are more."""
    found = select(*listing.COLUMNS).where(
        wanted, Idea.state != "draft", gate.shown(viewer()), Idea.board_id.in_([one.id for one in readable])
    )
    if before is not None:
        found = found.where(Idea.id < before)
    rows = ctx.session.execute(found.order_by(Idea.id.desc()).limit(listing.PAGE + 1)).all()
    shown = rows[: listing.PAGE]
    return showing.lines(ctx, viewer(), readable, shown), shown[-1].id if len(rows) > listing.PAGE else None
