"""Plans of a demo: written when an idea is planned, done step by step, and measured when it is delivered."""

from __future__ import annotations

from renown.api import PluginContext, Viewer, to_datetime
from renown_ideation.delivery import plans, steps
from renown_ideation.models import Idea
from renown_ideation.story.brought import Step, Told
from renown_ideation.story.calendar import Today

#: Working days from one step of a plan to the next.
_EACH = 6


def before(ctx: PluginContext, idea: Idea, one: Told, step: Step, by: int) -> None:
    """What is delivered says first what came of it."""
    plan = plans.of(ctx, idea.id)
    if plan is None or one.made is None or step.state != "delivered":
        return
    for left in steps.of(ctx, idea.id):
        if left.done_at is None:
            steps.act(ctx, left, "done", by)
    plans.conclude(ctx, idea, plan, by, one.made.outcome)


def after(ctx: PluginContext, today: Today, idea: Idea, one: Told, step: Step, by: int) -> None:
    """What is planned gets its plan."""
    made = one.made
    if made is None or step.state != "planned":
        return
    owner = ctx.people.shown(Viewer(by, "member"), [by])[by].handle
    due = _day(today, today.number + made.lasts)
    form = {"goal": made.goal, "expected": made.expected, "horizon": made.horizon, "owner": owner, "due": due}
    plan = plans.write(ctx, idea, by, form)
    for at, text in enumerate(made.steps, 1):
        last = _day(today, today.number + round(made.lasts * at / len(made.steps)))
        steps.add(ctx, plan, {"text": text, "owner": owner, "due": last})


def go_on(ctx: PluginContext, idea: Idea, one: Told, age: int, by: int) -> None:
    """`age`: working days since the idea came."""
    planned = next((step.after for step in one.steps if step.state == "planned"), None)
    if one.made is None or planned is None or age <= planned or (age - planned) % _EACH:
        return
    at = (age - planned) // _EACH - 1
    found = steps.of(ctx, idea.id)
    if at < one.made.done and at < len(found) and found[at].done_at is None:
        steps.act(ctx, found[at], "done", by)


def _day(today: Today, number: int) -> str:
    return f"{to_datetime(today.at(number, 12)):%Y-%m-%d}"
