"""Boards, made and changed by administrators: who reads them, what is promised there, which sites may show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import delete, select
from werkzeug.wrappers import Response as Answer

from renown.api import NotConfigured, PluginContext, needs, viewer
from renown_ideation import boards, gate
from renown_ideation.answers import record
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Invited
from renown_ideation.pages.common import Errors
from renown_ideation.portal import origins

_HOME = "/admin/ideas"
_FIELDS = ("title", "slug", "about", "audience", "held")
_START = {"audience": "public", "held": "new", "acknowledge_days": "2", "answer_days": "10"}


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_HOME)
    @needs("ideation.manage")
    def all_boards() -> str:
        with ctx.reading() as inner:
            found = boards.listed(inner, viewer())
            records = {one.id: record.kept(inner, one) for one in found}
            return render_template("ideation/boards.html", boards=found, records=records, audiences=boards.AUDIENCES)

    @pages.get(f"{_HOME}/new")
    @needs("ideation.manage")
    def new_board() -> str:
        with ctx.reading() as inner:
            return _form(inner, None, _START, {})

    @pages.post(f"{_HOME}/new")
    @needs("ideation.manage")
    def add_board() -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            try:
                made = boards.add(inner, request.form)
            except Refused as error:
                return _form(inner, None, request.form, error.errors), 422
            inner.audit.record("board", by=viewer().person_id, target=f"board:{made.id}", details=_said(made))
            flash("The board is there.", "good")
            return redirect(f"{_HOME}/{made.slug}", 303)

    @pages.get(f"{_HOME}/<slug>")
    @needs("ideation.manage")
    def one_board(slug: str) -> str:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), slug)
            return _form(inner, board, _given(inner, board), {})

    @pages.post(f"{_HOME}/<slug>")
    @needs("ideation.manage")
    def change_board(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            try:
                boards.change(inner, board, request.form)
            except Refused as error:
                return _form(inner, board, request.form, error.errors), 422
            inner.audit.record("board", by=viewer().person_id, target=f"board:{board.id}", details=_said(board))
            flash("Saved.", "good")
            return redirect(f"{_HOME}/{board.slug}", 303)

    _add_more(pages, ctx)


def _add_more(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{_HOME}/<slug>/close")
    @needs("ideation.manage")
    def close_board(slug: str) -> Answer:
        with ctx.writing() as inner:
            board, closed = gate.board(inner, viewer(), slug), request.form.get("close") == "yes"
            try:
                boards.close(inner, board, viewer().person_id, closed=closed)
            except Refused as error:
                flash(" ".join(text for texts in error.errors.values() for text in texts), "bad")
                return redirect(f"{_HOME}/{slug}", 303)
            flash("The board is closed." if closed else "The board is open again.", "good")
            return redirect(f"{_HOME}/{slug}", 303)

    @pages.post(f"{_HOME}/<slug>/invited")
    @needs("ideation.manage")
    def invite_to_board(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            board, whom = gate.board(inner, viewer(), slug), request.form.get("whom", "").strip()
            if board.audience != "invited":
                abort(404)
            found = inner.people.find(whom) if whom else None
            if found is None:
                error = {"whom": ["Nobody known here has this handle or e-mail."]}
                return _form(inner, board, {**_given(inner, board), "whom": whom}, error), 422
            inner.session.merge(Invited(board_id=board.id, person_id=found.id))
            inner.audit.record("invited", by=viewer().person_id, target=f"board:{board.id}", person=found.id)
            return redirect(f"{_HOME}/{slug}#invited", 303)

    @pages.post(f"{_HOME}/<slug>/invited/<int(max=2147483647):person>/remove")
    @needs("ideation.manage")
    def uninvite_from_board(slug: str, person: int) -> Answer:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            inner.session.execute(delete(Invited).where(Invited.board_id == board.id, Invited.person_id == person))
            inner.audit.record("uninvited", by=viewer().person_id, target=f"board:{board.id}", person=person)
            return redirect(f"{_HOME}/{slug}#invited", 303)


def _said(board: Board) -> dict[str, Any]:
    return {
        name: getattr(board, name) for name in (*_FIELDS, "acknowledge_days", "answer_days", "origins", "hidden_until")
    }


def _given(ctx: PluginContext, board: Board) -> dict[str, str]:
    """As the form would send it."""
    found = {name: str(getattr(board, name)) for name in (*_FIELDS, "acknowledge_days", "answer_days")}
    for name, person in (("steward", board.steward_id), ("escalation", board.escalation_id)):
        known = ctx.people.get(person) if person is not None else None
        found[name] = known.handle if known is not None else ""
    return {
        **found,
        "team": str(board.team_id or ""),
        "origins": "\n".join(board.origins),
        "hidden_until": boards.hidden_day(ctx, board),
        "criteria": "\n".join(board.criteria or ()),
    }


def _form(ctx: PluginContext, board: Board | None, given: Mapping[str, str], errors: Errors) -> str:
    invited = [] if board is None else _invited(ctx, board)
    return render_template(
        "ideation/administered.html",
        board=board,
        given=given,
        errors=errors,
        audiences=list(boards.AUDIENCES.items()),
        held=list(boards.HELD.items()),
        teams=[("", "None"), *((str(team), name) for team, name in ctx.teams.all().items())],
        doubts=[] if board is None else origins.doubts(ctx, board),
        script=_script(ctx),
        invited=invited,
    )


def _invited(ctx: PluginContext, board: Board) -> list[tuple[int, str]]:
    people = ctx.session.scalars(select(Invited.person_id).where(Invited.board_id == board.id)).all()
    return sorted(ctx.people.names(people).items(), key=lambda one: one[1].casefold())


def _script(ctx: PluginContext) -> str:
    try:
        return ctx.urls.absolute("/ideas/widget.js")
    except NotConfigured:
        return "/ideas/widget.js"
