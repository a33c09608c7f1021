"""A reader reports an idea or a comment."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Comment, Idea
from renown_ideation.moderation import reports, spam
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/report")
    @needs("ideation.write")
    def ask_report(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            return _form(inner, board, idea, _comment(inner, idea, request.args.get("comment")), {})

    @pages.post(f"{IDEA}/report")
    @needs("ideation.write")
    def report(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            comment = _comment(inner, idea, request.form.get("comment"))
            try:
                spam.check(inner, viewer(), request.form, request.remote_addr, "reason")
                new = reports.report(inner, viewer(), board, idea, comment, request.form)
            except Refused as error:
                return _form(inner, board, idea, comment, error.errors), 422
            if viewer().at_least("moderator"):
                return redirect("/desk/ideas/waiting", 303)
            said = "A moderator looks at it, and you hear what became of it."
            return common.done(board, idea, said if new else "You reported it already. A moderator looks at it.")


def _comment(ctx: PluginContext, idea: Idea, number: str | None) -> Comment | None:
    """One that the viewer may read; of an idea itself, none."""
    wanted = common.whole(number)
    if idea.standing != "shown" or idea.state == "draft":
        gate.absent()
    if wanted is None:
        return None
    found = ctx.session.get(Comment, wanted)
    if found is None or not reports.reportable(idea, found):
        gate.absent()
    return found


def _form(ctx: PluginContext, board: Board, idea: Idea, comment: Comment | None, errors: Errors) -> str:
    return render_template(
        "ideation/reporting.html",
        board=board,
        idea=idea,
        comment=comment,
        path=writing.path(board, idea),
        reasons=list(reports.REASONS.items()),
        errors=errors,
        given=request.form,
        begun=spam.begin(ctx, request.form),
    )
