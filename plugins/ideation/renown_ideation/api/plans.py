"""The plan of an idea: what it is for, how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api.common import NUMBER
from renown_ideation.delivery import links, plans, roadmap, steps
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea, Plan
from renown_ideation.naming import Names

_DAY = {"description": "A day, such as 2026-06-04; empty: none"}


class NewPlan(Schema):
    goal = fields.String(required=True, validate=validate.Length(1, plans.TEXT))
    expected = fields.String(required=True, validate=validate.Length(1, plans.TEXT))
    owner = fields.String(load_default="", metadata={"description": "Handle or e-mail; empty: the idea's owner"})
    due = fields.String(load_default="", metadata=_DAY)
    horizon = fields.String(load_default="", validate=validate.OneOf(["", *roadmap.HORIZONS]))


class PlanStep(Schema):
    text = fields.String()
    owner = fields.String(allow_none=True)
    due = fields.String(allow_none=True)
    done_at = fields.String(allow_none=True)


class LinkedThing(Schema):
    url = fields.String()
    title = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"description": "As its source told last; empty where it is not followed"})


class PlanOf(Schema):
    goal = fields.String()
    expected = fields.String()
    outcome = fields.String(metadata={"description": "Empty until it is written"})
    owner = fields.String(allow_none=True)
    due = fields.String(allow_none=True)
    horizon = fields.String()
    steps = fields.Integer()
    done = fields.Integer()
    checklist = fields.List(fields.Nested(PlanStep), metadata={"description": "For employees and who works on it"})
    links = fields.List(fields.Nested(LinkedThing))


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/plan")
    @needs("ideation.read")
    @api.output(PlanOf)
    @api.doc(summary="How an idea is made real, and what came of it", security="token")
    def plan(number: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            idea, _ = gate.idea(inner, viewer(), number)
            return _data(inner, idea, plans.of(inner, idea.id) or gate.absent())

    @api.put(f"/ideas/{NUMBER}/plan")
    @needs("ideation.write")
    @api.input(NewPlan, location="json")
    @api.output(PlanOf)
    @api.doc(summary="Plan an idea, for staff", security="token")
    def make(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            idea, _ = gate.idea(inner, viewer(), number)
            if not gate.answers(viewer(), idea):
                gate.absent()
            try:
                made = plans.write(inner, idea, viewer().person_id or gate.absent(), json_data)
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            return _data(inner, idea, made)


def _data(ctx: PluginContext, idea: Idea, plan: Plan) -> dict[str, Any]:
    found = steps.of(ctx, idea.id)
    inside = viewer().employee or plans.works_on(ctx, viewer(), idea, plan)
    names = Names(ctx, viewer(), [plan.owner_id, *(one.owner_id for one in found)])
    return {
        "goal": plan.goal,
        "expected": plan.expected,
        "outcome": plan.outcome,
        "owner": names[plan.owner_id].name if plan.owner_id is not None else None,
        "due": showing.iso(plan.due_at),
        "horizon": plan.horizon,
        "steps": len(found),
        "done": sum(one.done_at is not None for one in found),
        "checklist": [
            {
                "text": one.text,
                "owner": names[one.owner_id].name if one.owner_id is not None else None,
                "due": showing.iso(one.due_at),
                "done_at": showing.iso(one.done_at),
            }
            for one in found
            if inside
        ],
        "links": [
            {"url": one.url, "title": one.title, "kind": one.kind, "state": one.state}
            for one in links.of(ctx, viewer(), idea.id)
        ],
    }
