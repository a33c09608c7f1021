"""Experts: who could be asked about an idea, who was, and the card that they judge it by."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.experts import asking, cards, suggesting
from renown_ideation.ideas import rendered, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Asked, Board, Idea
from renown_ideation.naming import Names
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA, SUB, Errors


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}/experts")
    @needs("ideation.write")
    def experts(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            common.require_staff(idea)
            return _experts(inner, board, idea, {})

    @pages.post(f"{IDEA}/experts")
    @needs("ideation.write")
    def ask(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            common.require_staff(idea)
            try:
                asking.ask(inner, viewer(), board, idea, request.form.get("who", ""), request.form.get("word", ""))
            except Refused as error:
                return _experts(inner, board, idea, error.errors), 422
            flash("They are asked, and told why.", "good")
            return redirect(writing.below(board, idea, "experts"))

    @pages.post(f"{IDEA}/experts/{SUB}/withdraw")
    @needs("ideation.write")
    def unask(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            asking.take_back(inner, idea, one, me)
            return redirect(writing.below(board, idea, "experts"))

    @pages.get(f"{IDEA}/card")
    @needs("ideation.write")
    def card(slug: str, number: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            return _card(inner, board, idea, asking.mine(inner, viewer(), idea.id) or gate.absent(), {})

    @pages.post(f"{IDEA}/card")
    @needs("ideation.write")
    def judge(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            asked = asking.mine(inner, viewer(), idea.id, held=True) or gate.absent()
            if request.form.get("answer") == "decline" and asked.state == "asked":
                asking.decline(inner, asked)
                return common.done(board, idea, "Declined. It costs you nothing.")
            try:
                cards.judge(inner, board, idea, asked, request.form)
            except Refused as error:
                return _card(inner, board, idea, asked, error.errors), 422
            return common.done(board, idea, "Thank you. You can change it until it is decided.", "experts")


def _experts(ctx: PluginContext, board: Board, idea: Idea, errors: Errors) -> str:
    asked = asking.of(ctx, idea.id)
    return render_template(
        "ideation/experts.html",
        board=board,
        idea=idea,
        path=writing.path(board, idea),
        base=writing.below(board, idea, "")[:-1],
        open=asking.open_to_judge(idea) and idea.standing == "shown",
        suggested=suggesting.suggest(ctx, viewer(), board, idea),
        asked=asked,
        names=Names(ctx, viewer(), [person for one in asked for person in (one.person_id, one.by_id)]),
        errors=errors,
        given=request.form,
    )


def _card(ctx: PluginContext, board: Board, idea: Idea, asked: Asked, errors: Errors) -> str:
    mine = next((one for one in cards.of(ctx, idea.id) if one.person == asked.person_id), None)
    values = {name: mine.values.get(name, "") if mine else "" for name in cards.criteria(board)}
    return render_template(
        "ideation/card.html",
        board=board,
        idea=idea,
        path=writing.path(board, idea),
        base=writing.below(board, idea, "")[:-1],
        asked=asked,
        by=Names(ctx, viewer(), [asked.by_id])[asked.by_id],
        body=rendered.text(idea.body),
        open=asking.open_to_judge(idea),
        criteria=[
            (f"c{number}", name, cards.CRITERIA.get(name, ""), request.form.get(f"c{number}", value))
            for number, (name, value) in enumerate(values.items(), 1)
        ],
        scale=range(cards.LOWEST, cards.HIGHEST + 1),
        note=request.form.get("note", mine.note if mine else ""),
        errors=errors,
    )
