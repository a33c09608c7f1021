"""One idea."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import voters, writing
from renown_ideation.models import Vote
from renown_ideation.states import CLOSED, STATES, STEPS


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas/<slug>/<int(max=9223372036854775807):number>-<rest>")
    @needs("ideation.read")
    def idea(slug: str, number: int, rest: str) -> str | Answer:
        with ctx.reading() as inner:
            found, board = gate.idea(inner, viewer(), number)
            if request.path != writing.path(board, found):
                return redirect(writing.path(board, found), 301)
            me = viewer().person_id
            vote = inner.session.get(Vote, (found.id, me)) if me is not None else None
            return render_template(
                "ideation/idea.html",
                idea=found,
                board=board,
                states=STATES,
                steps=STEPS,
                voters=voters.number(inner, found.id),
                voted=vote is not None and vote.given,
                open=found.state not in CLOSED and board.closed_at is None,
                names=inner.people.names({one for one in (found.author_id, found.owner_id) if one is not None}),
                portal=inner.settings["title"],
            )

    @pages.post("/ideas/<slug>/<int(max=9223372036854775807):number>/vote")
    @needs("ideation.write")
    def vote(slug: str, number: int) -> Answer:
        given = request.form.get("vote")
        if given not in ("on", "off"):
            abort(422, "vote: neither on nor off")
        with ctx.writing() as inner:
            found, board = gate.idea(inner, viewer(), number)
            me = viewer().person_id or gate.absent()
            try:
                voters.vote(inner, found.id, me, given == "on")
            except voters.NotOpen as error:
                abort(409, str(error))
            return redirect(writing.path(board, found))
