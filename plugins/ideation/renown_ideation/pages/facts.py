"""What is known about a board: staff write it, here; everybody reads it on the board and where an idea is brought."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import facts, gate
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Fact
from renown_ideation.pages import common
from renown_ideation.pages.common import Errors

_HOME = "/ideas/<slug>/facts"
_ONE = "/ideas/<slug>/facts/<int(max=2147483647):number>"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_HOME)
    @needs("ideation.desk")
    def known(slug: str) -> str:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), slug)
            number = common.whole(request.args.get("change"))
            fact = None if number is None else facts.one(inner, board, number) or gate.absent()
            given = {} if fact is None else {"kind": fact.kind, "text": fact.text, "outcome": fact.outcome}
            return _page(inner, board, fact, given, {})

    @pages.post(_HOME)
    @needs("ideation.desk")
    def add_known(slug: str) -> Answer | tuple[str, int]:
        return _put(ctx, slug, None)

    @pages.post(_ONE)
    @needs("ideation.desk")
    def change_known(slug: str, number: int) -> Answer | tuple[str, int]:
        return _put(ctx, slug, number)

    @pages.post(f"{_ONE}/remove")
    @needs("ideation.desk")
    def remove_known(slug: str, number: int) -> Answer:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            fact = facts.one(inner, board, number) or gate.absent()
            facts.remove(inner, board, viewer().person_id or gate.absent(), fact)
            flash("It is removed.", "good")
            return redirect(f"/ideas/{slug}/facts", 303)


def _put(ctx: PluginContext, slug: str, number: int | None) -> Answer | tuple[str, int]:
    with ctx.writing() as inner:
        board = gate.board(inner, viewer(), slug)
        fact = None if number is None else facts.one(inner, board, number) or gate.absent()
        try:
            facts.put(inner, board, viewer().person_id or gate.absent(), request.form, fact)
        except Refused as error:
            return _page(inner, board, fact, request.form, error.errors), 422
        flash("Everybody who reads the board reads it.", "good")
        return redirect(f"/ideas/{slug}/facts", 303)


def _page(ctx: PluginContext, board: Board, fact: Fact | None, given: Mapping[str, str], errors: Errors) -> str:
    kinds, known = facts.KINDS, facts.of(ctx, board)
    return render_template(
        "ideation/facts.html", board=board, facts=known, kinds=kinds, fact=fact, given=given, errors=errors
    )
