"""Where staff say what becomes of each option, and why where it is not what the vote said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.campaigns import deciding, judged, plain, results, shown, unfilled, view
from renown_ideation.campaigns.deciding import Seat, Verdict
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.results import Standing
from renown_ideation.campaigns.view import Summary
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Decision, Voter
from renown_ideation.naming import Names
from renown_ideation.numbers import whole
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
        """What was typed is kept first, and published afterwards, so that a refusal loses nothing; and neither where
        others decided since the page was drawn.
        """
        me = viewer().person_id or gate.absent()
        with ctx.writing() as inner:
            one, act = summary(inner, slug), request.form.get("act")
            if act == "show":
                return _page(inner, one), 200
            try:
                refused = _attempt(lambda: _keep(inner, one, me))
            except deciding.Moved:
                return _page(inner, one, moved=True), 409
            if refused is not None:
                return _page(inner, one, refused), 422
            if act == "publish":
                return _publish(inner, one, me)
        flash("Kept. Nobody but staff sees it until it is published.", "good")
        return redirect(f"/desk/campaigns/{slug}")


def _publish(ctx: PluginContext, one: Summary, me: int) -> Answer | tuple[str, int]:
    """For good, by a second click on what the first one said."""
    found: list[int] = []
    refused = _attempt(lambda: found.append(deciding.ready(ctx, one.campaign.id)[1]))
    if refused is not None:
        return _page(ctx, one, refused), 422
    made = deciding.newest(ctx, one.campaign.id).values()
    sure = max(decision.id for decision in made)
    if request.form.get("sure") != str(sure):
        return _sure(ctx, one, made, found[0], sure), 200
    empty = request.form.get(unfilled.NOTE, "")
    refused = _attempt(lambda: deciding.publish(ctx, one.campaign.id, me, empty))
    if refused is not None:
        return _sure(ctx, one, made, found[0], sure, refused), 422
    flash("The decisions are public. Each idea gets its answer now.", "good")
    return redirect(f"{one.path}/report")


def _sure(
    ctx: PluginContext, one: Summary, made: Collection[Decision], seats: int, sure: int, errors: Errors | None = None
) -> str:
    """`seats`: that nobody got."""
    voters = select(func.count()).select_from(Voter).where(Voter.campaign_id == one.campaign.id)
    chosen = sum(decision.selected for decision in made)
    return render_template(
        "ideation/deciding_sure.html",
        one=one,
        chosen=chosen,
        others=len(made) - chosen,
        seats=seats,
        of=one.charter.seats.by_vote + one.charter.seats.by_board,
        told=ctx.session.scalar(voters.where(Voter.person_id.is_not(None))) or 0,
        sure=sure,
        why=request.form.get(unfilled.NOTE, ""),
        errors=errors or {},
    )


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
    deciding.decide(ctx, one.campaign.id, typed, me, _drawn())


def _drawn() -> int:
    """The newest decision that was on the page that was filled in."""
    return whole(request.form.get("drawn", "")) or 0


def _typed(one: Summary) -> dict[int, Verdict]:
    found = {}
    for standing in results.standings(one.campaign):
        seat = request.form.get(f"seat{standing.option}")
        if seat is not None and seat != "open":
            found[standing.option] = _verdict(seat, request.form.get(f"reason{standing.option}", ""))
    return found


def _verdict(seat: str, reason: str) -> Verdict:
    return Verdict(cast(Seat, "" if seat == "none" else seat), reason.strip())


def _same(made: Decision | None, verdict: Verdict) -> bool:
    return made is not None and made.seat == verdict.seat and _plain(made.reason) == _plain(verdict.reason)


def _plain(reason: str) -> str:
    """Browsers end lines otherwise than programs do."""
    return reason.replace("\r\n", "\n").strip()


def _page(ctx: PluginContext, one: Summary, errors: Errors | None = None, *, moved: bool = False) -> str:
    if not deciding.open_to_staff(one.campaign):
        gate.absent()
    options = {option.number: option for option in view.options(ctx, one.campaign)}
    standings = results.standings(one.campaign)
    made = deciding.newest(ctx, one.campaign.id)
    drawn = deciding.newest(ctx, one.campaign.id, _drawn()) if request.method == "POST" else made
    given = _given(one, drawn, made)
    since = _since(one, drawn, made, given)
    only = request.values.get("only") == "1"
    lines = [(standing, options[standing.option], *given[standing.option]) for standing in standings]
    differs = [
        line
        for line in lines
        if deciding.differs(line[0], "" if line[2] == "none" else line[2]) or str(line[0].option) in (errors or {})
    ]
    sought = [line for line in lines if line in differs or line[0].option in since]
    return render_template(
        "ideation/deciding.html",
        one=one,
        lines=sought if only else lines,
        others=[line for line in lines if line not in sought] if only else [],
        differing=len(differs),
        only=only,
        kept=len(made),
        drawn=deciding.last(ctx, one.campaign.id),
        why=request.form.get(unfilled.NOTE, ""),
        since=since,
        moved=moved or since,
        names=Names(ctx, viewer(), [decision.by_id for decision in since.values()]),
        seat_of=partial(shown.seat, one),
        judged=judged.medians(ctx, one.board, {option.idea_id for option in options.values()}),
        errors=errors or {},
        who=plain.within(one.charter.decision.who),
        open=one.campaign.state == "counted",
        path_of={
            option.number: writing.numbered(one.board.slug, option.idea_id, option.title) for option in options.values()
        },
        chosen={seat: sum(found == seat for found, _ in given.values()) for seat in ("vote", "board")},
    )


def _given(one: Summary, drawn: Mapping[int, Decision], made: Mapping[int, Decision]) -> Mapping[int, tuple[str, str]]:
    """By option: whose seat it has, or "none", or "open"; and the reason.

    What was typed goes before what is kept, and that before what the vote said, so that only differences are typed.
    What was left as it was drawn was not typed.
    """
    found = {}
    for standing in results.standings(one.campaign):
        number = standing.option
        was = _said(standing, drawn.get(number))
        typed = request.form.get(f"seat{number}", was[0]), request.form.get(f"reason{number}", was[1])
        same = (typed[0], _plain(typed[1])) == (was[0], _plain(was[1]))
        found[number] = _said(standing, made.get(number)) if same else typed
    return found


def _since(
    one: Summary,
    drawn: Mapping[int, Decision],
    made: Mapping[int, Decision],
    given: Mapping[int, tuple[str, str]],
) -> Mapping[int, Decision]:
    """By option, what was decided otherwise since the page was drawn that was filled in, but for what was typed now."""
    me, found = viewer().person_id, {}
    for standing in results.standings(one.campaign):
        number, now = standing.option, made.get(standing.option)
        if now is None or _said(standing, now) == _said(standing, drawn.get(number)):
            continue
        if now.by_id != me or not _same(now, _verdict(*given[number])):
            found[number] = now
    return found


def _said(standing: Standing, decision: Decision | None) -> tuple[str, str]:
    if decision is None:
        return "vote" if standing.selected else "none", ""
    return decision.seat or "none", decision.reason
