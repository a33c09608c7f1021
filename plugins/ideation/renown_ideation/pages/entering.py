"""Where staff choose which ideas of the board take part in a campaign, several at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, numbers
from renown_ideation.campaigns import candidates, entering, held
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.view import Summary
from renown_ideation.models import Idea
from renown_ideation.pages import common
from renown_ideation.pages.campaigns import CAMPAIGN, summary


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{CAMPAIGN}/ideas")
    @needs("ideation.desk")
    def candidates_page(slug: str) -> str:
        with ctx.reading() as inner:
            return _page(inner, summary(inner, slug))

    @pages.post(f"{CAMPAIGN}/ideas")
    @needs("ideation.desk")
    def enter_several(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            one, me = summary(inner, slug), viewer().person_id or gate.absent()
            try:
                count = _enter(inner, one, me)
            except (NotNow, LookupError) as error:
                said = str(error) if isinstance(error, NotNow) else "No idea of this board has this number or address."
                where = "idea" if request.form.get("act") == "one" else "all"
                return _page(inner, one, {where: [said]}), 422
            flash("It takes part." if count == 1 else f"{count} ideas take part now.", "good")
            return redirect(f"{one.path}#ideas")


def _enter(ctx: PluginContext, one: Summary, me: int) -> int:
    """How many came in. Raises NotNow, LookupError."""
    act = request.form.get("act", "")
    if act == "one":
        number = numbers.of_idea(request.form.get("idea", ""))
        found = select(Idea.id).where(Idea.id == number, Idea.board_id == one.board.id, gate.shown(viewer()))
        idea = ctx.session.scalar(found)
        if idea is None:
            raise LookupError(number)
        entering.enter(ctx, one.campaign.id, idea, me)
        return 1
    ticked = [numbers.whole(value) for value in request.form.getlist("ticked")]
    chosen = None if act == "all" else [number for number in ticked if number is not None]
    if chosen == []:
        raise NotNow("Tick at least one.")
    return candidates.enter(ctx, one.campaign, chosen, me)


def _page(ctx: PluginContext, one: Summary, errors: dict[str, list[str]] | None = None) -> str:
    if one.campaign.state not in held.BEFORE_VOTE:
        gate.absent()
    asked = request.args.get("q", "")
    found = candidates.listed(ctx, one.campaign, asked, common.whole(request.args.get("before")))
    shown = found[: candidates.PAGE]
    further: Any = None
    if len(found) > len(shown):
        further = f"{one.path}/ideas?{urlencode({'q': asked, 'before': shown[-1].id})}"
    return render_template(
        "ideation/candidates.html",
        one=one,
        ideas=shown,
        ticked=frozenset(request.form.getlist("ticked")),
        typed=request.form.get("idea", ""),
        asked=asked,
        further=further,
        number=candidates.number(ctx, one.campaign),
        room=entering.room(ctx, one.campaign),
        errors=errors or {},
    )
