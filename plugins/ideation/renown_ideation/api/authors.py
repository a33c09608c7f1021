"""Who writes an idea together: asked, agreed, left."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api.common import NUMBER, writing_to
from renown_ideation.ideas import authors, writing


class AskedAuthor(Schema):
    whom = fields.String(
        required=True,
        validate=validate.Length(1, 320),
        metadata={"description": "A handle, or a whole e-mail, of which nobody is told whether it is known"},
    )


class AuthorsAnswer(Schema):
    agrees = fields.Boolean(required=True)


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post(f"/ideas/{NUMBER}/authors")
    @needs("ideation.write")
    @api.input(AskedAuthor, location="json")
    @api.output({}, status_code=204)
    @api.doc(summary="Ask somebody to write one's idea too", security="token")
    def invite_author(number: int, json_data: dict[str, Any]) -> str:
        with writing_to(ctx, number) as (inner, idea, board, me):
            if idea.author_id != me:
                gate.absent()
            authors.invite(inner, viewer(), idea, writing.path(board, idea), json_data["whom"])
            return ""

    @api.post(f"/ideas/{NUMBER}/authors/answer")
    @needs("ideation.write")
    @api.input(AuthorsAnswer, location="json")
    @api.output({}, status_code=204)
    @api.doc(summary="Agree to write an idea that one was asked to, or not", security="token")
    def answer_invitation(number: int, json_data: dict[str, Any]) -> str:
        with writing_to(ctx, number) as (inner, idea, _, _me):
            try:
                authors.answer(inner, viewer(), idea.id, json_data["agrees"])
            except LookupError:
                gate.absent()
            return ""

    @api.delete(f"/ideas/{NUMBER}/authors/me")
    @needs("ideation.write")
    @api.output({}, status_code=204)
    @api.doc(summary="Write an idea no more; what one wrote stays", security="token")
    def leave_authors(number: int) -> str:
        with writing_to(ctx, number) as (inner, idea, _, _me):
            authors.leave(inner, viewer(), idea.id)
            return ""
