"""The portal's first page, and each board's list."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_json, needs, viewer
from renown_ideation import boards, gate, listing
from renown_ideation.ideas import writing
from renown_ideation.models import Board
from renown_ideation.states import STATES


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas")
    @needs("ideation.read")
    def index() -> str | Answer:
        with ctx.reading() as inner:
            found = boards.listed(inner, viewer())
            if len(found) == 1:
                return redirect(f"/ideas/{found[0].slug}")
            return render_template("ideation/index.html", boards=found, title=inner.settings["title"])

    @pages.get("/ideas/<slug>")
    @needs("ideation.read")
    def board(slug: str) -> str:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            page = _page(inner, found)
            names = inner.people.names({one.owner_id for one in page.ideas if one.owner_id is not None})
            return render_template(
                "ideation/board.html",
                board=found,
                page=page,
                states=STATES,
                sorts=listing.SORTS,
                names=names,
                slug=writing.slug,
                portal=inner.settings["title"],
            )

    @pages.get("/ideas/<slug>.json")
    @needs("ideation.read")
    def board_data(slug: str) -> Response:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            page = _page(inner, found)
            ideas = [{"id": one.id, "title": one.title, "state": one.state, "voters": one.voters} for one in page.ideas]
            return as_json({"board": found.slug, "ideas": ideas, "after": page.after})


def _page(ctx: PluginContext, board: Board) -> listing.Page:
    sort, state = request.args.get("sort", "new"), request.args.get("state", "")
    if sort not in listing.SORTS or (state and state not in STATES):
        abort(404)
    try:
        return listing.of(
            ctx, viewer(), board, sort=sort, state=state, tag=request.args.get("tag", ""),
            after=request.args.get("after", ""),
        )  # fmt: skip
    except ValueError:
        abort(404)
