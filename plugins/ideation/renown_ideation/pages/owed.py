"""The desk's first page: what is due next, acknowledged and handed over several at once; and campaigns to decide."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.answers import owing
from renown_ideation.campaigns import view
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.moderation import votes
from renown_ideation.naming import Names
from renown_ideation.pages import common, desk
from renown_ideation.pages.common import Errors
from renown_ideation.states import STATES


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(desk.HOME)
    @needs("ideation.desk")
    def due_next() -> str:
        with ctx.reading() as inner:
            return _due(inner, {})

    @pages.post(desk.HOME)
    @needs("ideation.desk")
    def do_next() -> Answer | tuple[str, int]:
        """A button beside one idea is for that one; those below the list are for all that are ticked."""
        with ctx.writing() as inner:
            try:
                flash(_done(inner, viewer().person_id or gate.absent()), "good")
            except Refused as error:
                return _due(inner, error.errors), 422
            return redirect(desk.HOME, 303)

    @pages.get("/desk/campaigns")
    @needs("ideation.desk")
    def campaigns_to_decide() -> str:
        with ctx.reading() as inner:
            return desk.page(
                inner,
                "campaigns",
                decide=[view.summary(inner, one, board) for one, board in votes.to_decide(inner)],
                open=[view.summary(inner, one, board) for one, board in votes.open_now(inner)],
            )


def _done(ctx: PluginContext, me: int) -> str:
    """What was done, in a sentence. Raises Refused."""
    alone = common.whole(request.form.get("one"))
    ideas = {common.whole(one) or 0 for one in request.form.getlist("idea")} if alone is None else {alone}
    if not ideas or len(ideas) > 2 * owing.PAGE:
        raise Refused({"idea": ["Tick what it is for first."]})
    if alone is None and request.form.get("do") == "own":
        number = owing.hand_over(ctx, ideas, request.form.get("owner", ""), me)
        return f"Handed over: {number}. The answers are owed by them now."
    number = owing.acknowledge(ctx, ideas, me)
    return f"Acknowledged: {number}. Whoever follows them is told." if number else "They were acknowledged already."


def _due(ctx: PluginContext, errors: Errors) -> str:
    found = owing.next_for(ctx, viewer().person_id)
    lists = [
        ("acknowledge", "To acknowledge", found.acknowledge),
        ("answer", "Answers due within a week, and overdue", found.answer),
    ]
    return desk.page(
        ctx,
        "due",
        lists=[one for one in lists if one[2]],
        names=Names(ctx, viewer(), [one.by for _, _, owed in lists for one in owed]),
        path_of=writing.path,
        states=STATES,
        now=ctx.clock.now(),
        most=owing.PAGE,
        errors=errors,
        given=request.form if errors else {},
        ticked=set(request.form.getlist("idea")),
    )
