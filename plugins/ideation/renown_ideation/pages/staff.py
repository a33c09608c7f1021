"""What staff do on an idea's page: a step with an answer, its owner, links, and merging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import colleagues, numbers, showing
from renown_ideation.answers import answering
from renown_ideation.delivery import links
from renown_ideation.ideas import authors, merging, rendered, similar, texts, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea
from renown_ideation.naming import Names
from renown_ideation.pages import common
from renown_ideation.pages import idea as ideas
from renown_ideation.pages.common import IDEA, SUB, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/step")
    @needs("ideation.write")
    def step(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            try:
                to, said = request.form.get("state", ""), request.form.get("answer", "")
                answering.step(inner, idea, board, to, said, me, answering.due(inner, request.form.get("due", "")))
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "step")
            return common.done(board, idea, "Everybody who follows it is told.")

    @pages.post(f"{IDEA}/owner")
    @needs("ideation.write")
    def own(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            try:
                owner = colleagues.required(inner, request.form.get("owner", ""), "owner")
                answering.own(inner, idea, board, owner, me)
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "owner")
            return common.done(board, idea, "The answers are owed by them now.")

    @pages.post(f"{IDEA}/links")
    @needs("ideation.write")
    def link(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            try:
                links.add(inner, idea, me, request.form)
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "link")
            return common.done(board, idea, anchor="links")

    @pages.post(f"{IDEA}/links/{SUB}/remove")
    @needs("ideation.write")
    def unlink(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            common.require_staff(idea)
            links.remove(inner, idea, one)
            return common.done(board, idea, anchor="links")

    _add_merging(pages, ctx)


def _add_merging(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/merge")
    @needs("ideation.desk")
    def merge_preview(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            return _merge(inner, board, idea, {})

    @pages.post(f"{IDEA}/merge")
    @needs("ideation.desk")
    def merge(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            try:
                into = _into(inner, request.form.get("into", ""))
                merging.merge(inner, idea, into, me, texts.reason(request.form))
            except Refused as error:
                return _merge(inner, board, idea, error.errors), 422
            return common.done(board, idea, "Merged. Both sides are told, and it can be taken back.")

    @pages.post(f"{IDEA}/unmerge")
    @needs("ideation.desk")
    def unmerge(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):

            def work() -> Answer:
                merging.undo(inner, idea, me)
                return common.done(board, idea, "It stands by itself again. Both sides are told.")

            return common.attempt(work, board, idea)


def _merge(ctx: PluginContext, board: Board, idea: Idea, errors: Errors) -> str:
    """Choose what it goes on in; then both sides, and what would become of them."""
    typed, into, shown = request.values.get("into", ""), None, None
    found: Errors = errors
    if typed:
        try:
            into = _into(ctx, typed)
            shown = merging.preview(ctx, board, idea, into)
        except Refused as error:
            found = error.errors
    likely = similar.find(ctx, viewer(), board, idea.title, but=idea.id)
    return render_template(
        "ideation/merge.html",
        board=board,
        idea=idea,
        path=writing.path(board, idea),
        into=into,
        preview=shown,
        likely=likely,
        typed=typed,
        reason=request.form.get("reason", ""),
        errors=found,
        **(_sides(ctx, board, [idea, into]) if into is not None and shown else {}),
        path_of=partial(writing.path, board),
    )


def _sides(ctx: PluginContext, board: Board, both: Sequence[Idea]) -> dict[str, Any]:
    """What is looked at: both as everybody is shown them, with their texts and who wrote them."""
    lines = {one.id: one for one in showing.lines(ctx, viewer(), [board], both)}
    writers: dict[int, list[int | None]] = {
        one.id: [by.person_id for by in authors.of(ctx, one.id)] or [one.author_id] for one in both
    }
    names = Names(ctx, viewer(), [person for people in writers.values() for person in people])
    named = {one.id: one.author_name for one in both}
    return {
        "sides": [lines[one.id] for one in both],
        "wrote": {idea: [names.of(one, named[idea]) for one in people] for idea, people in writers.items()},
        "bodies": {one.id: rendered.text(one.body) if one.body else "" for one in both},
    }


def _into(ctx: PluginContext, typed: str) -> Idea:
    """By number or address. Raises Refused."""
    number = numbers.of_idea(typed)
    if number is None:
        raise Refused({"into": ["The number or the address of an idea."]})
    return merging.target(ctx, viewer(), number)
