"""Votes that staff enter for customers, and the page where a customer takes one back."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import NotSigned, PluginContext, needs, opened, public
from renown_ideation import gate
from renown_ideation.ideas import voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea
from renown_ideation.moderation import proxy
from renown_ideation.pages import common
from renown_ideation.pages import idea as ideas
from renown_ideation.pages.common import IDEA


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/entered")
    @needs("ideation.write", tokens=False)
    def enter_vote(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            common.require_staff(idea)
            try:
                proxy.enter(inner, board, idea, me, request.form)
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "proxy")
            return common.done(board, idea, "The vote is entered. The customer is told by mail.", "entered")

    @pages.get("/ideas/entered/<token>")
    @public
    def ask_back(token: str) -> str:
        """Opened by whoever previews links too, so it takes a button."""
        with ctx.reading() as inner:
            idea, person = _read(inner, token)
            return _page(inner, idea, "ask" if proxy.stands(inner, idea, person) else "none")

    @pages.post("/ideas/entered/<token>")
    @opened(csrf=False)
    def take_vote_back(token: str) -> str | tuple[str, int]:
        """The signed link is the proof."""
        with ctx.writing() as inner:
            idea, person = _read(inner, token)
            try:
                proxy.withdraw(inner, idea, person)
            except voters.NotOpen as error:
                return _page(inner, idea, str(error)), 409
            return _page(inner, idea, "done")


def _read(ctx: PluginContext, token: str) -> tuple[int, int]:
    try:
        return proxy.read(ctx, token)
    except (NotSigned, TypeError, ValueError):
        gate.absent()


def _page(ctx: PluginContext, idea: int, state: str) -> str:
    """The link tells what was voted for: it was in the mail already."""
    found = ctx.session.get(Idea, idea) or gate.absent()
    return render_template("ideation/entered.html", idea=found, state=state, path=writing.address(ctx, found))
