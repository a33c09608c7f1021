"""A board on other sites: one script tag, which puts a page of ours into a frame.

Nothing is written in the frame: what leads to a vote or a new idea opens the portal in a tab of its own. So nobody is
signed in there, a page laid over it can make nobody click anything that counts, and no cookie is sent to a third party.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, current_app, render_template, request

from renown.api import NOBODY, PluginContext, framed_by, public
from renown_ideation import gate, listing, promises, showing, totals

_SHOWN = 10


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas/widget.js")
    @public
    def widget() -> Response:
        """For pages of other origins, which may not load what is not marked for them."""
        answer = current_app.make_response(pages.send_static_file("widget.js"))
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer

    @pages.get("/ideas/embed/<slug>")
    @public
    def embed(slug: str) -> str:
        """As nobody sees it, whoever looks: only what is for everybody stands in a frame of somebody else."""
        with ctx.reading() as inner:
            board = gate.board(inner, NOBODY, slug)
            if not board.origins:
                gate.absent()
            framed_by(*board.origins)
            asked = request.args.get("q", "")
            page = listing.search(inner, NOBODY, asked, [board]) if asked else listing.of(inner, board)
            return render_template(
                "ideation/embed.html",
                board=board,
                lines=showing.lines(inner, NOBODY, [board], page.ideas[:_SHOWN]),
                more=len(page.ideas) > _SHOWN or page.after is not None,
                asked=asked,
                hidden=totals.hidden(inner, board),
                theme=request.args.get("theme", ""),
                opens=request.args.get("opens", ""),
                day=partial(promises.day, inner),
            )
