"""What experts say of an idea."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api.common import NUMBER
from renown_ideation.experts import asking, cards, shown
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea


class NewCard(Schema):
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(validate=validate.Range(cards.LOWEST, cards.HIGHEST)),
        required=True,
        metadata={"description": "By criterion; without those that one has no opinion of"},
    )
    note = fields.String(load_default="", validate=validate.Length(max=cards.NOTE))


class SaidOf(Schema):
    criterion = fields.String()
    median = fields.Float()
    low = fields.Integer(metadata={"description": "For employees"})
    high = fields.Integer(metadata={"description": "For employees"})
    experts = fields.Integer(metadata={"description": "For employees"})


class ExpertsCard(Schema):
    by = fields.String()
    values = fields.Dict(keys=fields.String(), values=fields.Integer())
    note = fields.String()
    at = fields.String()


class Judgement(Schema):
    experts = fields.Integer()
    criteria = fields.List(fields.Nested(SaidOf))
    cards = fields.List(fields.Nested(ExpertsCard), metadata={"description": "For employees"})


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/experts")
    @needs("ideation.read")
    @api.output(Judgement)
    @api.doc(summary="What experts say of an idea, criterion by criterion", security="token")
    def judgement(number: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            return _data(inner, board, idea)

    @api.put(f"/ideas/{NUMBER}/card")
    @needs("ideation.write")
    @api.input(NewCard, location="json")
    @api.output(Judgement)
    @api.doc(summary="Judge an idea that one was asked about", security="token")
    def judge(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            asked = asking.mine(inner, viewer(), idea.id, held=True) or gate.absent()
            names = cards.criteria(board)
            other = sorted(set(json_data["values"]) - set(names))
            if other:
                abort(422, detail={"json": {"values": [f"No criterion of this board: {', '.join(other)}."]}})
            said = {f"c{at}": str(json_data["values"].get(name, "")) for at, name in enumerate(names, 1)}
            try:
                cards.judge(inner, board, idea, asked, {**said, "note": json_data["note"]})
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            return _data(inner, board, idea)


def _data(ctx: PluginContext, board: Board, idea: Idea) -> dict[str, Any]:
    found, staff = shown.box(ctx, viewer(), board, idea), viewer().employee
    return {
        "experts": found["number"],
        "criteria": [
            {"criterion": one.name, "median": one.median}
            | ({"low": one.low, "high": one.high, "experts": one.number} if staff else {})
            for one in found["criteria"]
        ],
        "cards": [
            {
                "by": found["names"][one.person].name,
                "values": dict(one.values),
                "note": one.note,
                "at": showing.iso(one.at),
            }
            for one in found["cards"]
        ],
    }
