"""The plan of an idea: what it is for, how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api import links, steps
from renown_ideation.api.common import NUMBER, reading, require_staff, writing_to
from renown_ideation.api.links import LinkedThing
from renown_ideation.api.steps import PlanStep
from renown_ideation.delivery import plans, roadmap
from renown_ideation.delivery import steps as checklist
from renown_ideation.models import Idea, Plan
from renown_ideation.naming import Names

_DAY = {"description": "A day, such as 2026-06-04; empty: none"}


class NewPlan(Schema):
    goal = fields.String(required=True, validate=validate.Length(1, plans.TEXT))
    expected = fields.String(required=True, validate=validate.Length(1, plans.TEXT))
    owner = fields.String(load_default="", metadata={"description": "Handle or e-mail; empty: the idea's owner"})
    due = fields.String(load_default="", metadata=_DAY)
    horizon = fields.String(load_default="", validate=validate.OneOf(["", *roadmap.HORIZONS]))


class PlanOutcome(Schema):
    outcome = fields.String(
        required=True,
        validate=validate.Length(1, plans.TEXT),
        metadata={"description": "Measured against what was expected; everybody who reads the idea reads it"},
    )


# Of their own: the description takes no schema that stands within another before it stands alone.
class PlannedStep(PlanStep):
    pass


class PlannedLink(LinkedThing):
    pass


class PlanOf(Schema):
    goal = fields.String()
    expected = fields.String()
    outcome = fields.String(metadata={"description": "Empty until it is written"})
    owner = fields.String(allow_none=True)
    due = fields.String(allow_none=True)
    horizon = fields.String()
    steps = fields.Integer()
    done = fields.Integer()
    checklist = fields.List(fields.Nested(PlannedStep), metadata={"description": "For employees and who works on it"})
    links = fields.List(fields.Nested(PlannedLink))


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/plan")
    @needs("ideation.read")
    @api.output(PlanOf)
    @api.doc(summary="How an idea is made real, and what came of it", security="token")
    def plan(number: int) -> dict[str, Any]:
        with reading(ctx, number) as (inner, idea, _):
            return _data(inner, idea, plans.of(inner, idea.id) or gate.absent())

    @api.put(f"/ideas/{NUMBER}/plan")
    @needs("ideation.write")
    @api.input(NewPlan, location="json")
    @api.output(PlanOf)
    @api.doc(summary="Plan an idea, for staff and its owner", security="token")
    def make(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            require_staff(idea)
            return _data(inner, idea, plans.write(inner, idea, me, json_data))

    @api.put(f"/ideas/{NUMBER}/plan/outcome")
    @needs("ideation.write")
    @api.input(PlanOutcome, location="json")
    @api.output(PlanOf)
    @api.doc(summary="Write down what came of a plan, for staff and the idea's owner", security="token")
    def conclude(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            require_staff(idea)
            found = plans.of(inner, idea.id, held=True) or gate.absent()
            plans.conclude(inner, idea, found, me, json_data["outcome"])
            return _data(inner, idea, found)


def _data(ctx: PluginContext, idea: Idea, plan: Plan) -> dict[str, Any]:
    found = checklist.of(ctx, idea.id)
    names = Names(ctx, viewer(), [plan.owner_id])
    return {
        "goal": plan.goal,
        "expected": plan.expected,
        "outcome": plan.outcome,
        "owner": names[plan.owner_id].name if plan.owner_id is not None else None,
        "due": showing.iso(plan.due_at),
        "horizon": plan.horizon,
        "steps": len(found),
        "done": sum(one.done_at is not None for one in found),
        "checklist": steps.data(ctx, found) if plans.inside(ctx, viewer(), idea, plan) else [],
        "links": links.listed(ctx, idea),
    }
