"""Bringing an idea."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import texts, writing
from renown_ideation.models import Board


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas/<slug>/new")
    @needs("ideation.write")
    def new(slug: str) -> str:
        with ctx.reading() as inner:
            return _form(inner, gate.board(inner, viewer(), slug), {})

    @pages.post("/ideas/<slug>/new")
    @needs("ideation.write")
    def submit(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            try:
                idea = writing.submit(inner, viewer(), board, request.form)
            except texts.Refused as error:
                return _form(inner, board, error.errors), 422
            flash("Your idea arrived.", "good")
            return redirect(writing.path(board, idea))


def _form(ctx: PluginContext, board: Board, errors: Mapping[str, Sequence[str]]) -> str:
    return render_template(
        "ideation/new.html", board=board, errors=errors, given=request.form, portal=ctx.settings["title"]
    )
