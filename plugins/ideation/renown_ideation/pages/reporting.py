"""A reader reports an idea, a comment or a proposal."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Comment, Idea, Proposal
from renown_ideation.moderation import reports, spam
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/report")
    @needs("ideation.write")
    def ask_report(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            return _form(inner, board, idea, _about(inner, idea, request.args), {})

    @pages.post(f"{IDEA}/report")
    @needs("ideation.write")
    def report(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            about = _about(inner, idea, request.form)
            try:
                spam.check(inner, viewer(), request.form, request.remote_addr, "reason")
                new = reports.report(inner, viewer(), board, idea, about, request.form)
            except Refused as error:
                return _form(inner, board, idea, about, error.errors), 422
            if viewer().at_least("moderator"):
                return redirect("/desk/ideas/waiting", 303)
            said = "A moderator looks at it, and you hear what became of it."
            return common.done(board, idea, said if new else "You reported it already. A moderator looks at it.")


def _about(ctx: PluginContext, idea: Idea, given: Mapping[str, str]) -> Comment | Proposal | None:
    """One that the viewer may read; of an idea itself, none."""
    comment, proposal = common.whole(given.get("comment")), common.whole(given.get("proposal"))
    if idea.standing != "shown" or idea.state == "draft":
        gate.absent()
    if proposal is not None:
        made = ctx.session.get(Proposal, proposal)
        return made if made is not None and reports.proposal_reportable(ctx, idea, made) else gate.absent()
    if comment is None:
        return None
    found = ctx.session.get(Comment, comment)
    if found is None or not reports.reportable(idea, found):
        gate.absent()
    return found


def _form(ctx: PluginContext, board: Board, idea: Idea, about: Comment | Proposal | None, errors: Errors) -> str:
    return render_template(
        "ideation/reporting.html",
        board=board,
        idea=idea,
        about=about,
        kind="proposal" if isinstance(about, Proposal) else "comment",
        path=writing.path(board, idea),
        reasons=list(reports.REASONS.items()),
        errors=errors,
        given=request.form,
        begun=spam.begin(ctx, request.form),
    )
