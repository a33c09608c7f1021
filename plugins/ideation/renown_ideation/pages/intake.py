"""Authors say whether a message of theirs, or a mail, may become an idea."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import NotSigned, PluginContext, enter_customer, needs, opened, public, viewer
from renown_ideation import gate
from renown_ideation.ideas import files
from renown_ideation.ideas.texts import Refused
from renown_ideation.intake import agreeing, asked, post
from renown_ideation.intake.post import NotTaken
from renown_ideation.models import Intake
from renown_ideation.pages.common import LONG, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"/ideas/from/{LONG}")
    @needs("ideation.write")
    def from_conversation(one: int) -> str:
        with ctx.reading() as inner:
            return _question(inner, _mine(inner, one), {})

    @pages.post(f"/ideas/from/{LONG}")
    @needs("ideation.write")
    def answer_conversation(one: int) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            found = _mine(inner, one)
            if request.form.get("answer") != "yes":
                asked.refuse(inner, found)
                flash("It is forgotten, and nobody asks you about this message again.", "good")
                return redirect("/my/ideas")
            try:
                board, idea = agreeing.agree(inner, viewer(), found, request.form)
            except Refused as error:
                return _question(inner, found, error.errors), 422
            return redirect(f"/ideas/{board.slug}/new?draft={idea.id}")

    @pages.get("/ideas/mail/<token>")
    @public
    def from_mail(token: str) -> Answer:
        with ctx.reading() as inner:
            try:
                _, mail, board = post.asked_for(inner, token)
            except (NotSigned, LookupError):
                return _quiet(render_template("ideation/from_mail.html", gone=True), 410)
            return _quiet(render_template("ideation/from_mail.html", mail=mail, board=board, why=""))

    @pages.post("/ideas/mail/<token>")
    @opened(csrf=False)
    def confirm_mail(token: str) -> Answer:
        """The signed link, which went to the address alone, is the proof."""
        try:
            with ctx.reading() as inner:
                _, mail, _ = post.asked_for(inner, token)
                most = files.limit(inner)
            beside = post.looked(most, mail) if request.form.get("answer") == "yes" else ()
            with ctx.writing() as inner:
                found, mail, board = post.asked_for(inner, token, hold=True)
                if request.form.get("answer") != "yes":
                    asked.refuse(inner, found)
                    return _quiet(render_template("ideation/from_mail.html", gone=False, forgotten=True))
                made = post.confirm(inner, found, mail, board, beside)
                draft = f"/ideas/{board.slug}/new?draft={made.idea.id}"
                vouched, left_out = made.vouched if post.signs_in(inner, found) else None, made.left_out
        except (NotSigned, LookupError):
            return _quiet(render_template("ideation/from_mail.html", gone=True), 410)
        except NotTaken as error:
            return _quiet(render_template("ideation/from_mail.html", mail=mail, board=board, why=str(error)), 422)
        if vouched is not None:
            enter_customer(vouched)
        for said in left_out:
            flash(f"Left out. {said}", "bad")
        answer = redirect(draft if vouched is not None else f"/login?next={draft}", 303)
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _mine(ctx: PluginContext, number: int) -> Intake:
    return asked.mine(ctx, number, viewer().person_id or gate.absent()) or abort(404)


def _question(ctx: PluginContext, found: Intake, errors: Errors) -> str:
    board = agreeing.board_of(ctx, viewer(), found)
    by = ctx.people.names([found.by_id]).get(found.by_id) if found.by_id else None
    own = found.by_id == viewer().person_id
    return render_template(
        "ideation/from.html", found=found, board=board, by=by, own=own, errors=errors, given=request.form
    )


def _quiet(page: str, status: int = 200) -> Answer:
    """The link is a secret of whoever has the mail: it goes no further."""
    answer = make_response(page, status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
