"""One idea: brought, read, written again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, changing, form, reading, without, writing_to
from renown_ideation.ideas import amending, authors, shown, writing


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post("/boards/<slug>/ideas")
    @needs("ideation.write")
    @api.input(shapes.BroughtIdea, location="json")
    @api.output(shapes.Idea, status_code=201)
    @api.doc(summary="Bring an idea", security="token")
    def bring(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with changing(ctx) as inner:
            board = gate.board(inner, viewer(), slug)
            given = form(json_data) | without(inner, board, json_data["without"])
            idea = writing.submit(inner, viewer(), board, given)
            return shown.data(inner, viewer(), board, idea)

    @api.get(f"/ideas/{NUMBER}")
    @needs("ideation.read")
    @api.output(shapes.Idea)
    @api.doc(summary="One idea, with what was answered and said", security="token")
    def one_idea(number: int) -> dict[str, Any]:
        with reading(ctx, number) as (inner, idea, board):
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
        with writing_to(ctx, number) as (inner, idea, board, _):
            if not authors.writes(inner, viewer(), idea) or idea.state == "draft":
                gate.absent()
            held = amending.revise(inner, viewer(), board, idea, form(json_data), json_data["revision"])
            return shown.data(inner, viewer(), board, idea), 200 if held is None else 202
