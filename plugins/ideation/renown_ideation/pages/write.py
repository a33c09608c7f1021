"""Bringing an idea: with those that are like it beside it, kept as a draft on the way; changing and withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import facts, gate
from renown_ideation.campaigns import entering
from renown_ideation.ideas import amending, authors, drafts, files, texts, writing
from renown_ideation.models import Board, Idea
from renown_ideation.moderation import spam
from renown_ideation.pages import common
from renown_ideation.pages.boards import alike
from renown_ideation.pages.common import IDEA, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas/<slug>/new")
    @needs("ideation.write")
    def new(slug: str) -> str:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), slug)
            number = common.whole(request.args.get("draft"))
            draft = None if number is None else drafts.mine(inner, viewer(), board, number) or gate.absent()
            asked = {"title": request.args.get("title", request.args.get("q", ""))}
            return _form(inner, board, draft, asked if draft is None else drafts.written(inner, draft))

    @pages.post("/ideas/<slug>/new")
    @needs("ideation.write")
    def submit(slug: str) -> Answer | str | tuple[str, int]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            draft = _draft(inner, board)
            try:
                suspect = spam.check(inner, viewer(), request.form, request.remote_addr, "title")
                found = texts.draft(request.form)
                likely = alike(inner, board, found.title)
                if {str(one.id) for one in likely["similar"]} - _seen():
                    # They are shown once before it is sent; what is written is kept meanwhile.
                    draft = drafts.save(inner, viewer(), board, request.form, draft.id if draft else None)
                    return _form(inner, board, draft, request.form, likely=likely)
                idea = writing.submit(inner, viewer(), board, request.form, draft, suspect=suspect)
            except texts.Refused as error:
                return _form(inner, board, draft, request.form, error.errors), 422
            waits = " A moderator looks at it first." if idea.standing == "waiting" else ""
            part = entering.soon(inner, [idea.id]).get(idea.id)
            enters = f" It takes part in “{part.title}”." if part is not None else ""
            return common.done(board, idea, f"Your idea arrived.{waits}{enters}")

    _add_drafts(pages, ctx)
    _add_changes(pages, ctx)


def _add_drafts(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post("/ideas/<slug>/_draft")
    @needs("ideation.write")
    def keep(slug: str) -> str | tuple[str, int]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            draft = _draft(inner, board)
            try:
                draft = drafts.save(inner, viewer(), board, request.form, draft.id if draft else None)
            except texts.Refused as error:
                return render_template("ideation/_draft.html", draft=draft, errors=error.errors), 422
            return render_template("ideation/_draft.html", draft=draft, saved_at=inner.clock.now(), errors={})

    @pages.post("/ideas/<slug>/draft")
    @needs("ideation.write")
    def save(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            draft = _draft(inner, board)
            try:
                draft = drafts.save(inner, viewer(), board, request.form, draft.id if draft else None)
            except texts.Refused as error:
                return _form(inner, board, draft, request.form, error.errors), 422
            flash("Your draft is kept. Only its authors see it.", "good")
            return redirect(f"/ideas/{board.slug}/new?draft={draft.id}")

    @pages.post(f"{IDEA}/discard")
    @needs("ideation.write")
    def discard(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            if idea.state != "draft" or idea.author_id != me:
                gate.absent()
            drafts.throw_away(inner, idea)
            flash("The draft is gone.", "good")
            return redirect(f"/ideas/{board.slug}")


def _add_changes(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/edit")
    @needs("ideation.write")
    def edit(slug: str, number: int) -> str | Answer:
        with common.reading(ctx, number) as (inner, idea, board):
            if not authors.writes(inner, viewer(), idea):
                gate.absent()
            if idea.state == "draft":
                return redirect(f"/ideas/{board.slug}/new?draft={idea.id}")
            return _change(inner, board, idea, drafts.written(inner, idea), {})

    @pages.post(f"{IDEA}/edit")
    @needs("ideation.write")
    def change(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            if not authors.writes(inner, viewer(), idea):
                gate.absent()
            try:
                held = amending.revise(inner, viewer(), board, idea, request.form, common.form_number("revision"))
            except texts.Refused as error:
                return _change(inner, board, idea, request.form, error.errors), 422
            except amending.Changed:
                return _change(inner, board, idea, request.form, {}, conflict=True), 409
            if held is not None:
                return common.done(
                    board, idea, "A moderator looks at your new text first. Until then the old one stays."
                )
            return common.done(board, idea, "The new text is there. The one before can still be read.")

    @pages.post(f"{IDEA}/withdraw")
    @needs("ideation.write")
    def withdraw(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_author(inner, idea)

            def work() -> Answer:
                drafts.withdraw(inner, idea, me)
                return common.done(board, idea, "It is withdrawn. You can take it up again.")

            return common.attempt(work, board, idea)

    @pages.post(f"{IDEA}/take-up")
    @needs("ideation.write")
    def take_up(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_author(inner, idea)

            def work() -> Answer:
                drafts.take_up(inner, idea, me)
                return redirect(f"/ideas/{board.slug}/new?draft={idea.id}")

            return common.attempt(work, board, idea)


def _draft(ctx: PluginContext, board: Board) -> Idea | None:
    """The one that the form is of, where it is still a draft of theirs."""
    number = common.whole(request.form.get("draft"))
    return None if number is None else drafts.mine(ctx, viewer(), board, number)


def _seen() -> frozenset[str]:
    """Similar ideas that stood on the page when it was sent."""
    return frozenset(request.form.get("seen", "").split("."))


def _form(
    ctx: PluginContext,
    board: Board,
    draft: Idea | None,
    given: Mapping[str, str],
    errors: Errors | None = None,
    likely: dict[str, Any] | None = None,
) -> str:
    return render_template(
        "ideation/new.html",
        board=board,
        draft=draft,
        drafts=[] if draft else drafts.listed(ctx, viewer(), board),
        files=files.of(ctx, draft.id) if draft else [],
        limit=files.limit(ctx) // files.MEBI,
        kinds=files.KINDS,
        facts=facts.of(ctx, board),
        fact_kinds=facts.KINDS,
        given=given,
        errors=errors or {},
        asked=likely is not None,
        begun=spam.begin(ctx, given),
        collecting=entering.collecting(ctx, board),
        unticked=entering.unticked(given),
        **(likely or alike(ctx, board, given.get("title", ""))),
    )


def _change(
    ctx: PluginContext, board: Board, idea: Idea, given: Mapping[str, str], errors: Errors, *, conflict: bool = False
) -> str:
    """`conflict`: it was changed meanwhile. What was written stands in the form, and what differs beside it."""
    mine = given.get("title", ""), given.get("body", "")
    return render_template(
        "ideation/edit.html",
        board=board,
        idea=idea,
        path=writing.path(board, idea),
        given=given,
        errors=errors,
        difference=amending.difference((idea.title, idea.body), mine) if conflict else None,
    )
