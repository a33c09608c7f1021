"""The plan of an idea, with all that led to it on the same page: its text, what was said, votes and experts."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, to_datetime, viewer
from renown_ideation import gate, promises, showing
from renown_ideation.delivery import links, plans, roadmap, steps
from renown_ideation.experts import shown as judged
from renown_ideation.ideas import comments, rendered, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea
from renown_ideation.naming import Names
from renown_ideation.pages import common, voting
from renown_ideation.pages.common import IDEA, SUB, Errors
from renown_ideation.states import STATES, State

_ACTS: frozenset[str] = frozenset({"done", "undone", "up", "down", "remove"})


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/plan")
    @needs("ideation.read")
    def plan(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            if plans.of(inner, idea.id) is None:
                common.require_staff(idea)
            return _page(inner, board, idea)

    @pages.post(f"{IDEA}/plan")
    @needs("ideation.write")
    def make_plan(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            try:
                plans.write(inner, idea, me, request.form)
            except Refused as error:
                return _page(inner, board, idea, error.errors, "plan"), 422
            return _done(board, idea, "Saved.")

    @pages.post(f"{IDEA}/plan/outcome")
    @needs("ideation.write")
    def conclude_plan(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            found = plans.of(inner, idea.id, held=True) or gate.absent()
            try:
                plans.conclude(inner, idea, found, me, request.form.get("outcome", ""))
            except Refused as error:
                return _page(inner, board, idea, error.errors, "outcome"), 422
            return _done(board, idea, "Saved. It stands beside what was expected.")

    _add_steps(pages, ctx)


def _add_steps(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/plan/steps")
    @needs("ideation.write")
    def add_step(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            try:
                steps.add(inner, plans.to_work_on(inner, viewer(), idea), request.form)
            except Refused as error:
                return _page(inner, board, idea, error.errors, "step"), 422
            return _done(board, idea)

    @pages.post(f"{IDEA}/plan/steps/{SUB}")
    @needs("ideation.write")
    def change_step(slug: str, number: int, one: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            plan, what = plans.to_work_on(inner, viewer(), idea), request.form.get("act", "")
            found = steps.one(inner, plan, one)
            if what in _ACTS:
                steps.act(inner, found, cast(steps.Act, what), me)
                return _done(board, idea)
            if what != "change":
                abort(422, "act: is none of a step's")
            try:
                steps.change(inner, found, request.form)
            except Refused as error:
                return _page(inner, board, idea, error.errors, f"step-{one}"), 422
            return _done(board, idea)


def _done(board: Board, idea: Idea, said: str = "") -> Answer:
    if said:
        flash(said, "good")
    return redirect(writing.below(board, idea, "plan"))


def box(ctx: PluginContext, idea: Idea) -> dict[str, Any]:
    """What an idea's page says of its plan."""
    plan = plans.of(ctx, idea.id)
    found = steps.of(ctx, idea.id) if plan else []
    return {"plan": plan, "steps": len(found), "done": sum(one.done_at is not None for one in found)}


def _page(ctx: PluginContext, board: Board, idea: Idea, errors: Errors | None = None, form: str = "") -> str:
    """`form`: the one whose values were refused."""
    plan, found = plans.of(ctx, idea.id), steps.of(ctx, idea.id)
    works = plans.works_on(ctx, viewer(), idea, plan)
    talk = comments.of(ctx, viewer(), idea)
    people = [idea.owner_id, plan.owner_id if plan else None, *(one.owner_id for one in found)]
    names = Names(ctx, viewer(), [*people, *(one.by_id for one in talk.comments), *(one.done_by_id for one in found)])
    return render_template(
        "ideation/plan.html",
        board=board,
        idea=idea,
        path=writing.path(board, idea),
        base=writing.below(board, idea, "")[:-1],
        plan=plan,
        steps=found,
        inside=works or viewer().employee,
        may={"staff": gate.answers(viewer(), idea), "work": works and plan is not None},
        begun=idea.state in ("delivery", "delivered"),
        horizons=[("", "Not on the roadmap"), *roadmap.HORIZONS.items()],
        horizon_titles=roadmap.HORIZONS,
        state=STATES[cast(State, idea.state)],
        body=rendered.text(idea.body),
        rendered=rendered.text,
        tags=showing.tags(ctx, [idea]).get(idea.id, ()),
        talk=talk,
        vote=voting.box(ctx, board, idea),
        experts=judged.box(ctx, viewer(), board, idea),
        links=links.of(ctx, viewer(), idea.id),
        link_kinds=links.KINDS,
        names=names,
        handles=_handles(ctx, people),
        day=partial(promises.day, ctx),
        iso=partial(_iso, ctx),
        now=ctx.clock.now(),
        reader_is_employee=viewer().employee,
        errors=errors or {},
        form=form,
        given=request.form if form else {},
    )


def _handles(ctx: PluginContext, people: list[int | None]) -> dict[int, str]:
    """What finds them again, when a form is sent back as it was."""
    found = {one: ctx.people.get(one) for one in set(people) if one is not None}
    return {one: profile.handle for one, profile in found.items() if profile is not None}


def _iso(ctx: PluginContext, instant: int | None) -> str:
    """The last day on which something is in time, as fields of forms take it."""
    return "" if instant is None else f"{to_datetime(instant - 1).astimezone(ctx.calendar.zone()):%Y-%m-%d}"
