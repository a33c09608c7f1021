"""The checklist of a plan: read by employees and who works on it, changed by who works on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api.common import NUMBER, reading, writing_to
from renown_ideation.delivery import plans, steps
from renown_ideation.models import Step
from renown_ideation.naming import Names

_STEPS = f"/ideas/{NUMBER}/plan/steps"
_STEP = f"{_STEPS}/<int(max=2147483647):step>"


class PlanStep(Schema):
    id = fields.Integer()
    text = fields.String()
    owner = fields.String(allow_none=True)
    due = fields.String(allow_none=True)
    done_at = fields.String(allow_none=True)
    done_by = fields.String(allow_none=True)


class NewPlanStep(Schema):
    text = fields.String(required=True, validate=validate.Length(1, steps.TEXT))
    owner = fields.String(
        load_default="",
        validate=validate.Length(max=320),
        metadata={"description": "Handle or e-mail of a colleague; empty: nobody yet"},
    )
    due = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "A day, such as 2026-06-04; empty: none"},
    )


class MovedStep(Schema):
    to = fields.String(required=True, validate=validate.OneOf(["up", "down"]))


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(_STEPS)
    @needs("ideation.read")
    @api.output(PlanStep(many=True))
    @api.doc(summary="The checklist of a plan, for employees and who works on it", security="token")
    def checklist(number: int) -> list[dict[str, Any]]:
        with reading(ctx, number) as (inner, idea, _):
            plan = plans.of(inner, idea.id)
            if plan is None or not plans.inside(inner, viewer(), idea, plan):
                gate.absent()
            return data(inner, steps.of(inner, idea.id))

    @api.post(_STEPS)
    @needs("ideation.write")
    @api.input(NewPlanStep, location="json")
    @api.output(PlanStep, status_code=201)
    @api.doc(summary="Add a step to a plan, at the end, by who works on it", security="token")
    def add_step(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, _me):
            return data(inner, [steps.add(inner, plans.to_work_on(inner, viewer(), idea), json_data)])[0]

    @api.put(_STEP)
    @needs("ideation.write")
    @api.input(NewPlanStep, location="json")
    @api.output(PlanStep)
    @api.doc(summary="Change what a step says, by whom and by when", security="token")
    def change_step(number: int, step: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with _working(ctx, number, step) as (inner, found, _):
            steps.change(inner, found, json_data)
            return data(inner, [found])[0]

    @api.delete(_STEP)
    @needs("ideation.write")
    @api.output({}, status_code=204)
    @api.doc(summary="Remove a step", security="token")
    def remove_step(number: int, step: int) -> str:
        with _working(ctx, number, step) as (inner, found, me):
            steps.act(inner, found, "remove", me)
            return ""

    _add_acts(api, ctx)


def _add_acts(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.put(f"{_STEP}/done")
    @needs("ideation.write")
    @api.output(PlanStep)
    @api.doc(summary="Mark a step as done", security="token")
    def do_step(number: int, step: int) -> dict[str, Any]:
        return _act(ctx, number, step, "done")

    @api.delete(f"{_STEP}/done")
    @needs("ideation.write")
    @api.output(PlanStep)
    @api.doc(summary="Mark a step as not done", security="token")
    def undo_step(number: int, step: int) -> dict[str, Any]:
        return _act(ctx, number, step, "undone")

    @api.post(f"{_STEP}/move")
    @needs("ideation.write")
    @api.input(MovedStep, location="json")
    @api.output(PlanStep(many=True))
    @api.doc(summary="Let a step change places with the one before or after it", security="token")
    def move_step(number: int, step: int, json_data: dict[str, Any]) -> list[dict[str, Any]]:
        with _working(ctx, number, step) as (inner, found, me):
            steps.act(inner, found, json_data["to"], me)
            return data(inner, steps.of(inner, found.idea_id))


@contextmanager
def _working(ctx: PluginContext, number: int, step: int) -> Iterator[tuple[PluginContext, Step, int]]:
    """A step of a plan that the caller works on, and who they are."""
    with writing_to(ctx, number) as (inner, idea, _, me):
        yield inner, steps.one(inner, plans.to_work_on(inner, viewer(), idea), step), me


def _act(ctx: PluginContext, number: int, step: int, what: steps.Act) -> dict[str, Any]:
    with _working(ctx, number, step) as (inner, found, me):
        steps.act(inner, found, what, me)
        return data(inner, [found])[0]


def data(ctx: PluginContext, found: Sequence[Step]) -> list[dict[str, Any]]:
    names = Names(ctx, viewer(), [person for one in found for person in (one.owner_id, one.done_by_id)])
    return [
        {
            "id": one.id,
            "text": one.text,
            "owner": names[one.owner_id].name if one.owner_id is not None else None,
            "due": showing.iso(one.due_at),
            "done_at": showing.iso(one.done_at),
            "done_by": names[one.done_by_id].name if one.done_by_id is not None else None,
        }
        for one in found
    ]
