"""One idea: brought, read, written again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, abort

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, form
from renown_ideation.ideas import amending, authors, shown, writing
from renown_ideation.ideas.texts import Refused


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post("/boards/<slug>/ideas")
    @needs("ideation.write")
    @api.input(shapes.NewIdea, location="json")
    @api.output(shapes.Idea, status_code=201)
    @api.doc(summary="Bring an idea", security="token")
    def bring(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            try:
                idea = writing.submit(inner, viewer(), board, form(json_data))
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            return shown.data(inner, viewer(), board, idea)

    @api.get(f"/ideas/{NUMBER}")
    @needs("ideation.read")
    @api.output(shapes.Idea)
    @api.doc(summary="One idea, with what was answered and said", security="token")
    def one_idea(number: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            return shown.data(inner, viewer(), board, idea)

    @api.put(f"/ideas/{NUMBER}")
    @needs("ideation.write")
    @api.input(shapes.IdeaText, location="json")
    @api.output(shapes.Idea)
    @api.doc(
        summary="A new text, by one of its authors",
        security="token",
        responses={202: "A moderator looks first", 409: "Changed meanwhile"},
    )
    def rewrite(number: int, json_data: dict[str, Any]) -> tuple[dict[str, Any], int]:
        with ctx.writing() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            if not authors.writes(inner, viewer(), idea) or idea.state == "draft":
                gate.absent()
            try:
                held = amending.revise(inner, viewer(), board, idea, form(json_data), json_data["revision"])
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            except amending.Changed as error:
                abort(409, f"revision: the text is at {error} by now")
            return shown.data(inner, viewer(), board, idea), 200 if held is None else 202
