"""The caller's own ideas and votes, and what waits for them."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import boards, gate, own, showing
from renown_ideation.api import shapes
from renown_ideation.delivery import steps
from renown_ideation.moderation import mine as held
from renown_ideation.numbers import MOST


class MineQuery(Schema):
    show = fields.String(
        load_default="written",
        validate=validate.OneOf(list(own.KINDS)),
        metadata={"description": "Brought by the caller, voted for, or all that they take part in"},
    )
    before = fields.Integer(
        load_default=None, validate=validate.Range(1, MOST), metadata={"description": "`before` of the page before"}
    )


class MyIdeas(Schema):
    ideas = fields.List(
        fields.Nested(shapes.IdeaLine), metadata={"description": "Withdrawn ones and those that wait too"}
    )
    before = fields.Integer(allow_none=True)


class MyStep(Schema):
    idea = fields.Integer()
    title = fields.String()
    text = fields.String()
    url = fields.String()
    due = fields.String(allow_none=True)
    overdue = fields.Boolean()


class HeldBack(Schema):
    what = fields.String()
    title = fields.String()
    url = fields.String()
    reason = fields.String()
    due_at = fields.String()
    late = fields.Boolean()
    decided = fields.String(allow_none=True, metadata={"description": "null while it waits, `shown` or `taken down`"})
    decided_at = fields.String(allow_none=True)
    answer = fields.String()


class WaitsForMe(Schema):
    invited = fields.List(fields.Nested(shapes.IdeaLine), metadata={"description": "Asked to write them together"})
    judging = fields.List(fields.Nested(shapes.IdeaLine), metadata={"description": "Asked what one thinks of them"})
    steps = fields.List(fields.Nested(MyStep), metadata={"description": "Of plans"})
    held = fields.List(fields.Nested(HeldBack), metadata={"description": "What a moderator looks at, or did"})


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/mine")
    @needs("ideation.write")
    @api.input(MineQuery, location="query")
    @api.output(MyIdeas)
    @api.doc(summary="Ideas that the caller brought, voted for, or takes part in, the newest first", security="token")
    def my_ideas(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            me, readable = viewer().person_id or gate.absent(), boards.listed(inner, viewer())
            lines, before = own.of(inner, viewer(), me, query_data["show"], readable, query_data["before"])
            return {"ideas": [showing.data(inner, one) for one in lines], "before": before}

    @api.get("/mine/waiting")
    @needs("ideation.write")
    @api.output(WaitsForMe)
    @api.doc(summary="What the caller is asked, what they are to do, and what of theirs is held back", security="token")
    def waits_for_me() -> dict[str, Any]:
        with ctx.reading() as inner:
            me, readable = viewer().person_id or gate.absent(), boards.listed(inner, viewer())
            return {
                "invited": [showing.data(inner, one) for one in own.invited(inner, viewer(), me, readable)],
                "judging": [showing.data(inner, one) for one in own.judging(inner, viewer(), me, readable)],
                "steps": [_step(one) for one in steps.mine(inner, me)],
                "held": [_held(one) for one in held.of(inner, me)],
            }


def _step(one: steps.Due) -> dict[str, Any]:
    return {
        "idea": one.step.idea_id,
        "title": one.title,
        "text": one.step.text,
        "url": one.path,
        "due": showing.iso(one.step.due_at),
        "overdue": one.overdue,
    }


def _held(one: held.Held) -> dict[str, Any]:
    return {
        "what": one.what,
        "title": one.title,
        "url": one.path,
        "reason": one.reason,
        "due_at": showing.iso(one.due_at),
        "late": one.late,
        "decided": one.decided,
        "decided_at": showing.iso(one.decided_at),
        "answer": one.answer,
    }
