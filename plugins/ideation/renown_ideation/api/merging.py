"""An idea goes on in another, for moderators; and stands by itself again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, reading, told, writing_to
from renown_ideation.ideas import merging, shown, texts
from renown_ideation.numbers import MOST


class MergeQuery(Schema):
    into = fields.Integer(
        required=True, validate=validate.Range(1, MOST), metadata={"description": "The idea that it goes on in"}
    )


class NewMerge(MergeQuery):
    reason = fields.String(required=True, validate=validate.Length(1, 400))


class MergePreview(Schema):
    idea = fields.Nested(shapes.Idea)
    into = fields.Nested(shapes.Idea)
    voters = fields.Integer(
        allow_none=True,
        metadata={"description": "People who voted for either, each once; null while numbers are hidden"},
    )
    hidden = fields.String(allow_none=True, metadata={"description": "Why they are"})
    along = fields.List(
        fields.Integer(), metadata={"description": "Ideas that were merged into the first one, and go with it"}
    )
    told = fields.Integer(
        allow_none=True, metadata={"description": "How many people hear of it; null while numbers are hidden"}
    )


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/merge")
    @needs("ideation.desk")
    @api.input(MergeQuery, location="query")
    @api.output(MergePreview)
    @api.doc(
        summary="Both sides of a merge, and what would become of them",
        security="token",
        responses={422: "They cannot be merged"},
    )
    def preview(number: int, query_data: dict[str, Any]) -> dict[str, Any]:
        with told("query"), reading(ctx, number) as (inner, idea, board):
            into = merging.target(inner, viewer(), query_data["into"])
            found = merging.preview(inner, board, idea, into)
            return {
                "idea": shown.data(inner, viewer(), board, idea),
                "into": shown.data(inner, viewer(), board, into),
                "voters": found.after,
                "hidden": found.hidden.why if found.hidden else None,
                "along": [one.id for one in found.members],
                "told": found.told,
            }

    @api.put(f"/ideas/{NUMBER}/merge")
    @needs("ideation.desk")
    @api.input(NewMerge, location="json")
    @api.output(shapes.Idea)
    @api.doc(summary="Let an idea go on in another; both sides are told", security="token")
    def merge(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            into = merging.target(inner, viewer(), json_data["into"])
            merging.merge(inner, idea, into, me, texts.reason(json_data))
            return shown.data(inner, viewer(), board, idea)

    @api.delete(f"/ideas/{NUMBER}/merge")
    @needs("ideation.desk")
    @api.output(shapes.Idea)
    @api.doc(summary="Take a merge back", security="token", responses={422: "It is not merged, or is voted on"})
    def undo(number: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            merging.undo(inner, idea, me)
            return shown.data(inner, viewer(), board, idea)
