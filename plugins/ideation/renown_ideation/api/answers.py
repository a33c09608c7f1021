"""What staff do with an idea: a step with an answer, and who owes the next one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import colleagues
from renown_ideation.answers import answering
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, require_staff, writing_to
from renown_ideation.ideas import shown
from renown_ideation.ideas.texts import BODY
from renown_ideation.states import STATES


class NewStep(Schema):
    state = fields.String(
        required=True,
        validate=validate.OneOf([one for one in STATES if one != "draft"]),
        metadata={"description": "The one that it has: an answer alone"},
    )
    answer = fields.String(
        load_default="", validate=validate.Length(max=BODY), metadata={"description": "Everybody reads it"}
    )
    due = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "When the next answer is due, a day such as 2026-06-04; empty: as the board says"},
    )


class NewOwner(Schema):
    owner = fields.String(
        required=True, validate=validate.Length(1, 320), metadata={"description": "Handle or e-mail of a colleague"}
    )


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post(f"/ideas/{NUMBER}/steps")
    @needs("ideation.write")
    @api.input(NewStep, location="json")
    @api.output(shapes.Idea, status_code=201)
    @api.doc(summary="Bring an idea on, with an answer in public, for staff and its owner", security="token")
    def step(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            require_staff(idea)
            due = answering.due(inner, json_data["due"])
            answering.step(inner, idea, board, json_data["state"], json_data["answer"], me, due)
            return shown.data(inner, viewer(), board, idea)

    @api.put(f"/ideas/{NUMBER}/owner")
    @needs("ideation.write")
    @api.input(NewOwner, location="json")
    @api.output(shapes.Idea)
    @api.doc(summary="Have somebody owe its answers, for staff and its owner", security="token")
    def own(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            require_staff(idea)
            answering.own(inner, idea, board, colleagues.required(inner, json_data["owner"], "owner"), me)
            return shown.data(inner, viewer(), board, idea)
