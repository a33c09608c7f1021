"""The roadmap, and the changelog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_json, needs, viewer
from renown_ideation import boards, feeds, gate, numbers, promises
from renown_ideation.delivery import news, roadmap
from renown_ideation.ideas import rendered
from renown_ideation.ideas.texts import Refused
from renown_ideation.pages import common
from renown_ideation.pages.common import Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/roadmap")
    @needs("ideation.read")
    def plans() -> str:
        with ctx.reading() as inner:
            return render_template(
                "ideation/roadmap.html",
                columns=_planned(inner),
                titles=roadmap.HORIZONS,
                boards=boards.listed(inner, viewer()),
                shown=request.args.get("board", ""),
                day=partial(promises.day, inner),
            )

    @pages.get("/roadmap.json")
    @needs("ideation.read")
    def plans_data() -> Response:
        with ctx.reading() as inner:
            return as_json(roadmap.data(inner, _planned(inner)))

    @pages.get("/changelog")
    @needs("ideation.read")
    def changelog() -> str:
        with ctx.reading() as inner:
            found = news.listed(inner, viewer(), common.whole(request.args.get("after"), numbers.SMALL))
            return render_template(
                "ideation/changelog.html",
                page=found,
                rendered=rendered.text,
                writes=inner.permissions.allows(viewer(), "ideation.desk"),
            )

    @pages.get("/changelog.atom")
    @needs("ideation.read")
    def changelog_feed() -> Response:
        with ctx.reading() as inner:
            return feeds.of_news(inner, "Changelog", news.listed(inner, viewer()).entries)

    @pages.get("/changelog/new")
    @needs("ideation.desk")
    def new_entry() -> str:
        with ctx.reading() as inner:
            return _form(inner, {})

    @pages.post("/changelog/new")
    @needs("ideation.desk")
    def publish() -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            me = viewer().person_id or gate.absent()
            board = gate.board(inner, viewer(), request.form.get("board", ""))
            try:
                made = news.write(inner, board, me, request.form)
            except Refused as error:
                return _form(inner, error.errors), 422
            flash("It is published. Whoever follows one of its ideas is told.", "good")
            return redirect(f"/changelog#n{made.id}")


def _planned(ctx: PluginContext) -> Mapping[str, Sequence[roadmap.Planned]]:
    """Of the board that is asked for, or of all. 404 for one that the viewer may not read."""
    asked = request.args.get("board", "")
    return roadmap.of(ctx, viewer(), gate.board(ctx, viewer(), asked) if asked else None)


def _form(ctx: PluginContext, errors: Errors) -> str:
    found = boards.listed(ctx, viewer())
    return render_template("ideation/news.html", boards=found, given=request.values, errors=errors)
