"""The checklist of a plan, which the people in it change as they learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, func, select, update

from renown.api import PluginContext, clean_text
from renown_ideation import colleagues, gate, promises
from renown_ideation.delivery import plans
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea, Plan, Step

LATE = "ideation.step-due"
TEXT = 200
_MOST = 100
_BATCH = 200

Act = Literal["done", "undone", "up", "down", "remove"]


@dataclass(frozen=True)
class Due:
    """A step that somebody is to do, with the idea that it belongs to."""

    step: Step
    title: str
    path: str
    overdue: bool


def of(ctx: PluginContext, idea: int) -> Sequence[Step]:
    return ctx.session.scalars(select(Step).where(Step.idea_id == idea).order_by(Step.place, Step.id)).all()


def one(ctx: PluginContext, plan: Plan, number: int) -> Step:
    """404 for what is not a step of this plan."""
    found = ctx.session.get(Step, number)
    return found if found is not None and found.idea_id == plan.idea_id else gate.absent()


def add(ctx: PluginContext, plan: Plan, given: Mapping[str, str]) -> Step:
    """At the end. The plan is held. Raises Refused."""
    number = ctx.session.scalar(select(func.count()).where(Step.idea_id == plan.idea_id)) or 0
    if number >= _MOST:
        raise Refused({"text": [f"At most {_MOST} steps: put the rest into a system for tasks, and link it."]})
    last = ctx.session.scalar(select(func.max(Step.place)).where(Step.idea_id == plan.idea_id)) or 0
    made = Step(idea_id=plan.idea_id, place=last + 1)
    _fill(ctx, made, given)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def change(ctx: PluginContext, step: Step, given: Mapping[str, str]) -> None:
    """Raises Refused."""
    _fill(ctx, step, given)
    ctx.session.flush()


def act(ctx: PluginContext, step: Step, what: Act, by: int) -> None:
    """What a button does to a step. The plan is held."""
    if what in ("done", "undone"):
        done = what == "done"
        step.done_at, step.done_by_id = (ctx.clock.now(), by) if done else (None, None)
    elif what == "remove":
        ctx.session.delete(step)
    else:
        _move(ctx, step, -1 if what == "up" else 1)
    ctx.session.flush()


def mine(ctx: PluginContext, person: int) -> Sequence[Due]:
    """What somebody is to do, and what is overdue in plans that they own: what is due first, then the rest."""
    rows = ctx.session.execute(
        select(Step, Idea, Board, Plan.owner_id)
        .join(Plan, Plan.idea_id == Step.idea_id)
        .join(Idea, Idea.id == Step.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .where(Step.done_at.is_(None), Idea.standing == "shown", Idea.state.in_(("planned", "delivery")))
        .where((Step.owner_id == person) | ((Plan.owner_id == person) & (Step.due_at < ctx.clock.now())))
        .order_by(Step.due_at.is_(None), Step.due_at, Step.id)
        .limit(_MOST)
    )
    now = ctx.clock.now()
    return [
        Due(step, idea.title, writing.below(board, idea, "plan"), step.due_at is not None and step.due_at < now)
        for step, idea, board, _ in rows
    ]


def waiting(now: int) -> Select[int]:
    return select(Step.id).where(Step.due_at < now, Step.done_at.is_(None), Step.reminded.is_(False))


def work(ctx: PluginContext) -> bool:
    """A job: whoever is to do a step, and the plan's owner, hear once that it is overdue."""
    now = ctx.clock.now()
    rows = ctx.session.execute(
        select(Step, Plan.owner_id, Idea, Board)
        .join(Plan, Plan.idea_id == Step.idea_id)
        .join(Idea, Idea.id == Step.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .where(Step.due_at < now, Step.done_at.is_(None), Step.reminded.is_(False))
        .where(Idea.standing == "shown", Idea.state.in_(("planned", "delivery")))
        .order_by(Step.id)
        .limit(_BATCH)
        .with_for_update(of=Step, skip_locked=True)
    ).all()
    for step, owner, idea, board in rows:
        said = f"“{step.text}” was due by {promises.day(ctx, step.due_at or now)}."
        for person in {one for one in (step.owner_id, owner) if one is not None}:
            title, url = f"Overdue: {idea.title}", writing.below(board, idea, "plan")
            once = f"step:{step.id}:{step.due_at}"
            ctx.notify.tell(person, LATE, f"idea:{idea.id}", title, body=said, url=url, once=once)
    told = [step.id for step, *_ in rows]
    ctx.session.execute(update(Step).where(Step.id.in_(told)).values(reminded=True))
    return len(rows) == _BATCH


def _fill(ctx: PluginContext, step: Step, given: Mapping[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    text = " ".join(clean_text(given.get("text", ""), 2 * TEXT).split())
    if not text or len(text) > TEXT:
        errors["text"] = [f"Say what is to be done, in at most {TEXT} characters."]
    owner = colleagues.optional(ctx, given.get("owner", ""), "owner", errors)
    due = plans.day(ctx, given.get("due", ""), "due", errors)
    if errors:
        raise Refused(errors)
    step.text, step.owner_id, step.due_at, step.reminded = text, owner, due, False


def _move(ctx: PluginContext, step: Step, by: int) -> None:
    """Change places with the one before or after it."""
    order = list(of(ctx, step.idea_id))
    here = order.index(step)
    there = here + by
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for place, one in enumerate(order, 1):
        one.place = place
