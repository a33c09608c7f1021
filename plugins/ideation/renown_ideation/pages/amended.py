"""Earlier texts, proposals for other ones, and the people who write an idea together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, numbers
from renown_ideation.ideas import amending, authors, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea, Proposal, Revision
from renown_ideation.moderation import holding, reports, spam
from renown_ideation.naming import Names
from renown_ideation.pages import common
from renown_ideation.pages import idea as ideas
from renown_ideation.pages.common import IDEA, SUB, Errors

_PROPOSAL = f"{IDEA}/proposals/{SUB}"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/texts")
    @needs("ideation.read")
    def texts(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            found = amending.revisions(inner, idea.id, common.whole(request.args.get("before"), numbers.SMALL))
            shown, first = found[: amending.PAGE], len(found) <= amending.PAGE
            before = [*found[1:], *([None] if first else [])]
            return render_template(
                "ideation/texts.html",
                idea=idea,
                board=board,
                path=writing.path(board, idea),
                texts=[(new, _difference(old, new)) for new, old in zip(shown, before, strict=True)],
                further=None if first else shown[-1].number,
                moderates=viewer().at_least("moderator"),
                names=Names(inner, viewer(), [one.by_id for one in shown]),
            )

    @pages.post(f"{IDEA}/texts/{SUB}/hide")
    @needs("ideation.desk")
    def hide_text(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            hidden = request.form.get("hide") != "no"

            def work() -> Answer:
                amending.hide(inner, idea, one, me, hidden=hidden)
                flash("Moderators alone read it now." if hidden else "Everybody reads it again.", "good")
                return redirect(writing.below(board, idea, "texts"))

            return common.attempt(work, board, idea)

    @pages.get(f"{IDEA}/propose")
    @needs("ideation.write")
    def begin_proposal(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            given = {"title": idea.title, "body": idea.body, "base": str(idea.revision)}
            return _propose(inner, board, idea, given, {})

    @pages.post(f"{IDEA}/propose")
    @needs("ideation.write")
    def propose(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            try:
                suspect = spam.check(inner, viewer(), request.form, request.remote_addr, "body")
                base = common.form_number("base")
                made = amending.propose(inner, viewer(), board, idea, request.form, base, suspect)
            except Refused as error:
                return _propose(inner, board, idea, request.form, error.errors), 422
            if made.state == holding.WAITS:
                waits = "A moderator looks at your proposal first. Then its authors are told."
                return common.done(board, idea, waits, "proposals")
            return common.done(board, idea, "Your change is proposed. Its authors are told.", "proposals")

    _add_proposals(pages, ctx)
    _add_authors(pages, ctx)


def _add_proposals(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_PROPOSAL)
    @needs("ideation.read")
    def proposal(slug: str, number: int, one: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            return _proposal(inner, board, idea, amending.one(inner, viewer(), idea, one))

    @pages.post(f"{_PROPOSAL}/accept")
    @needs("ideation.write")
    def accept(slug: str, number: int, one: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            found = amending.one(inner, viewer(), idea, one)
            if not authors.writes(inner, viewer(), idea):
                gate.absent()
            try:
                seen = common.form_number("revision")
                held = amending.accept(inner, viewer(), board, idea, found, request.form, seen)
            except amending.Changed:
                return _proposal(inner, board, idea, found, given=request.form, changed=True), 409
            except Refused as error:
                return _proposal(inner, board, idea, found, error.errors, request.form), 422
            waits = "A moderator looks at what you made of both first. Until then the old text stays."
            return common.done(board, idea, "The change is taken over." if held is None else waits)

    @pages.post(f"{_PROPOSAL}/decline")
    @needs("ideation.write")
    def decline(slug: str, number: int, one: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            found = amending.one(inner, viewer(), idea, one)
            if not authors.writes(inner, viewer(), idea):
                gate.absent()
            try:
                amending.decline(inner, idea, found, me, request.form)
            except Refused as error:
                return _proposal(inner, board, idea, found, error.errors, request.form), 422
            return common.done(board, idea, "It is declined; its author is told why.")

    @pages.post(f"{_PROPOSAL}/withdraw")
    @needs("ideation.write")
    def take_back(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            found = amending.one(inner, viewer(), idea, one)

            def work() -> Answer:
                amending.take_back(inner, found, me)
                return common.done(board, idea, "It is taken back.")

            return common.attempt(work, board, idea)


def _add_authors(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/authors")
    @needs("ideation.write")
    def invite(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            if idea.author_id != me:
                gate.absent()
            try:
                authors.invite(inner, viewer(), idea, writing.path(board, idea), request.form.get("whom", ""))
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "authors")
            by_mail = "@" in request.form.get("whom", "")
            asked = "If they are known here and read this board, they are asked." if by_mail else "They are asked."
            return common.done(board, idea, asked, "authors")

    @pages.post(f"{IDEA}/authors/answer")
    @needs("ideation.write")
    def answer_invitation(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            agrees = request.form.get("answer") == "yes"
            try:
                authors.answer(inner, viewer(), idea.id, agrees)
            except LookupError:
                gate.absent()
            return common.done(board, idea, "You write it together." if agrees else "You do not write it.")

    @pages.post(f"{IDEA}/authors/leave")
    @needs("ideation.write")
    def leave_authors(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            authors.leave(inner, viewer(), idea.id)
            return common.done(board, idea, "You write it no more. What you wrote stays.")


def _difference(old: Revision | None, new: Revision) -> list[tuple[str, str]] | None:
    """None for a text that the viewer may not read. Beside one that they may not, all of the new one is new."""
    if not amending.readable(viewer(), new):
        return None
    found = amending.difference(_said(old), (new.title, new.body))
    return [one for one in found if one != ("-", "") or _said(old) != ("", "")]


def _said(text: Revision | None) -> tuple[str, str]:
    """What the viewer may read of it."""
    return ("", "") if text is None or not amending.readable(viewer(), text) else (text.title, text.body)


def _propose(ctx: PluginContext, board: Board, idea: Idea, given: Mapping[str, str], errors: Errors) -> str:
    path, begun = writing.path(board, idea), spam.begin(ctx, given)
    return render_template(
        "ideation/propose.html", board=board, idea=idea, path=path, given=given, errors=errors, begun=begun
    )


def _proposal(
    ctx: PluginContext,
    board: Board,
    idea: Idea,
    found: Proposal,
    errors: Errors | None = None,
    given: Mapping[str, str] | None = None,
    *,
    changed: bool = False,
) -> str:
    """What it changes of the text that it was written from; and where that went on, of the text as it is now."""
    base = ctx.session.get_one(Revision, (idea.id, found.base))
    theirs = (found.title, found.body)
    behind = found.state == "open" and found.base != idea.revision
    down = found.state == holding.REFUSED or amending.hidden(ctx, found)
    mine = viewer().person_id is not None and found.by_id == viewer().person_id
    return render_template(
        "ideation/proposal.html",
        board=board,
        idea=idea,
        one=found,
        path=writing.path(board, idea),
        base=writing.below(board, idea, f"proposals/{found.id}"),
        difference=amending.difference(_said(base), theirs),
        since=amending.difference(_said(base), (idea.title, idea.body)) if behind else None,
        behind=behind,
        changed=changed,
        names=Names(ctx, viewer(), [found.by_id, found.answered_by_id]),
        writes=authors.writes(ctx, viewer(), idea),
        mine=mine,
        down=holding.word(ctx, found.id) if down else None,
        reportable=viewer().person_id is not None
        and not mine
        and idea.standing == "shown"
        and reports.proposal_reportable(ctx, idea, found),
        errors=errors or {},
        given=given if given is not None else {"title": found.title, "body": found.body},
    )
