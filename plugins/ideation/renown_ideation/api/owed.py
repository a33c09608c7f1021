"""What is owed next, for programs of moderators: listed, acknowledged, handed over."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.answers import owing
from renown_ideation.api import shapes
from renown_ideation.ideas.texts import Refused


class Owed(shapes.IdeaLine):
    mine = fields.Boolean(metadata={"description": "Whether the caller owes it"})


class Many(Schema):
    ideas = fields.List(
        fields.Integer(validate=validate.Range(1, 2**63 - 1)), required=True, validate=validate.Length(1, 100)
    )


class HandedOver(Many):
    owner = fields.String(required=True, metadata={"description": "Handle or e-mail of who owes the answers then"})


class Done(Schema):
    number = fields.Integer(metadata={"description": "Of how many that was done; others stay as they are"})


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/desk/next")
    @needs("ideation.desk")
    @api.output(Owed(many=True))
    @api.doc(summary="Ideas to acknowledge, and answers due within a week or overdue", security="token")
    def due_next() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            found = owing.next_for(inner, viewer().person_id)
            owed = [*found.acknowledge, *found.answer]
            boards = {one.board.id: one.board for one in owed}
            lines = showing.lines(inner, viewer(), list(boards.values()), [one.idea for one in owed])
            return [{**showing.data(inner, line), "mine": one.mine} for one, line in zip(owed, lines, strict=True)]

    @api.post("/desk/acknowledge")
    @needs("ideation.desk")
    @api.input(Many, location="json")
    @api.output(Done)
    @api.doc(summary="Acknowledge several ideas", security="token")
    def acknowledge(json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            return {"number": owing.acknowledge(inner, json_data["ideas"], viewer().person_id or gate.absent())}

    @api.post("/desk/hand-over")
    @needs("ideation.desk")
    @api.input(HandedOver, location="json")
    @api.output(Done)
    @api.doc(summary="Have somebody owe the answers to several ideas", security="token")
    def hand_over(json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            me = viewer().person_id or gate.absent()
            try:
                return {"number": owing.hand_over(inner, json_data["ideas"], json_data["owner"], me)}
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
