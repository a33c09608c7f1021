"""Where staff say what becomes of each option, and why where it is not what the vote said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.campaigns import deciding, judged, plain, results, view
from renown_ideation.campaigns.deciding import Seat, Verdict
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.view import Summary
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Decision
from renown_ideation.pages.campaigns import summary
from renown_ideation.pages.common import Errors

_DESK = "/desk/campaigns/<slug>"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_DESK)
    @needs("ideation.desk")
    def decisions(slug: str) -> str:
        with ctx.reading() as inner:
            return _page(inner, summary(inner, slug))

    @pages.post(_DESK)
    @needs("ideation.desk")
    def decide(slug: str) -> Answer | tuple[str, int]:
        """What was typed is kept first, and published afterwards, so that a refusal loses nothing."""
        me = viewer().person_id or gate.absent()
        with ctx.writing() as inner:
            one = summary(inner, slug)
            number = one.campaign.id
            if request.form.get("act") == "show":
                return _page(inner, one), 200
            refused = _attempt(lambda: _keep(inner, one, me))
        if refused is None and request.form.get("act") == "publish":
            with ctx.writing() as inner:
                refused = _attempt(lambda: deciding.publish(inner, number, me))
                if refused is not None:
                    return _page(inner, summary(inner, slug), refused), 422
            flash("The decisions are public. Each idea gets its answer now.", "good")
            return redirect(f"/campaigns/{slug}/report")
        if refused is not None:
            with ctx.reading() as inner:
                return _page(inner, summary(inner, slug), refused), 422
        flash("Kept. Nobody but staff sees it until it is published.", "good")
        return redirect(f"/desk/campaigns/{slug}")


def _attempt(work: Any) -> Errors | None:
    """Errors by option. 409 where it is not the time."""
    try:
        work()
    except Refused as error:
        return error.errors
    except NotNow as error:
        abort(409, str(error))
    return None


def _keep(ctx: PluginContext, one: Summary, me: int) -> None:
    """Only what is another than before is written down."""
    before = deciding.newest(ctx, one.campaign.id)
    typed = {number: verdict for number, verdict in _typed(one).items() if not _same(before.get(number), verdict)}
    deciding.decide(ctx, one.campaign.id, typed, me)


def _typed(one: Summary) -> dict[int, Verdict]:
    found = {}
    for standing in results.standings(one.campaign):
        seat = request.form.get(f"seat{standing.option}")
        if seat is not None and seat != "open":
            reason = request.form.get(f"reason{standing.option}", "").strip()
            found[standing.option] = Verdict(cast(Seat, "" if seat == "none" else seat), reason)
    return found


def _same(made: Decision | None, verdict: Verdict) -> bool:
    return made is not None and (made.seat, made.reason) == (verdict.seat, verdict.reason)


def _page(ctx: PluginContext, one: Summary, errors: Errors | None = None) -> str:
    if one.campaign.state not in ("counted", "decided", "reported"):
        gate.absent()
    options = {option.number: option for option in view.options(ctx, one.campaign)}
    standings = results.standings(one.campaign)
    given = _given(ctx, one)
    only = request.values.get("only") == "1"
    lines = [(standing, options[standing.option], *given[standing.option]) for standing in standings]
    differs = [
        line
        for line in lines
        if deciding.differs(line[0], "" if line[2] == "none" else line[2]) or str(line[0].option) in (errors or {})
    ]
    return render_template(
        "ideation/deciding.html",
        one=one,
        lines=differs if only else lines,
        others=[line for line in lines if line not in differs] if only else [],
        differing=len(differs),
        only=only,
        kept=len(deciding.newest(ctx, one.campaign.id)),
        judged=judged.medians(ctx, one.board, {option.idea_id for option in options.values()}),
        errors=errors or {},
        who=plain.within(one.charter.decision.who),
        open=one.campaign.state == "counted",
        path_of={
            option.number: writing.numbered(one.board.slug, option.idea_id, option.title) for option in options.values()
        },
        chosen={seat: sum(found == seat for found, _ in given.values()) for seat in ("vote", "board")},
    )


def _given(ctx: PluginContext, one: Summary) -> Mapping[int, tuple[str, str]]:
    """By option: whose seat it has, or "none", or "open"; and the reason.

    What was typed goes before what is kept, and that before what the vote said, so that only differences are typed.
    """
    made = deciding.newest(ctx, one.campaign.id)
    found = {}
    for standing in results.standings(one.campaign):
        number, kept = standing.option, made.get(standing.option)
        voted = "vote" if standing.selected else "none"
        seat = voted if kept is None else kept.seat or "none"
        reason = "" if kept is None else kept.reason
        found[number] = (request.form.get(f"seat{number}", seat), request.form.get(f"reason{number}", reason))
    return found
