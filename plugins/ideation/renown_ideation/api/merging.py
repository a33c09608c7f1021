"""An idea goes on in another, for moderators; and stands by itself again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, writing_to
from renown_ideation.ideas import merging, shown, texts
from renown_ideation.numbers import MOST


class NewMerge(Schema):
    into = fields.Integer(
        required=True, validate=validate.Range(1, MOST), metadata={"description": "The idea that it goes on in"}
    )
    reason = fields.String(required=True, validate=validate.Length(1, 400))


def add(api: APIBlueprint, ctx: PluginContext) -> None:
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
