"""A campaign's charter: drafted, sealed, amended, ended by staff; read by everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.campaigns import drafting, held, plain, sealing
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.view import Summary
from renown_ideation.counting.charter import Charter
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board
from renown_ideation.pages.campaigns import CAMPAIGN, attempt, summary
from renown_ideation.pages.common import Errors

#: For a summary of errors that calls fields as the form does.
_NAMED = [("", [{"name": name, "label": label} for name, label in drafting.LABELS.items()])]
KINDS = {
    "approve": "Tick what one is for",
    "score": "Give points",
    "budget": "Share out points",
    "quadratic": "Buy votes with points, where more votes for one cost more (quadratic)",
    "rank": "Put in order",
}
METHODS = {
    "plain": "Add up (all but an order)",
    "equal-shares": "By equal shares, so that groups are represented (ticks, points)",
    "instant-runoff": "Instant run-off (an order)",
    "schulze": "By pairs, Schulze (an order)",
}
WHO = {
    "everyone": "Everybody who can sign in",
    "employees": "Who works here",
    "customers": "Customers",
    "teams": "Teams",
    "invited": "Who is invited to the board",
}
WEIGHTS = {"none": "The same for everybody", "measure": "By a measure", "segment": "By segments"}
HIDING = {
    "close": "Totals are hidden until the vote closes",
    "decision": "Totals are hidden until it is decided",
    "": "Totals of the board are not hidden",
}
TIES = {"lot": "A lot that everybody can check", "earlier": "The idea that was brought earlier"}
MERGING = {"links": "They may be merged before the vote opens", "none": "They are not merged"}


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{CAMPAIGN}/charter")
    @needs("ideation.read")
    def charter(slug: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            if one.campaign.state == "draft":
                return _draft(inner, one, drafting.typed(held.sealed(one.campaign)))
            return render_template(
                "ideation/charter.html",
                one=one,
                answers=plain.answers(held.sealed(one.campaign)),
                spans=plain.spans(one.charter),
                due=plain.day(one.charter.decision.due),
                amendments=_amendments(inner, one),
                opening=json.loads(one.campaign.opening) if one.campaign.opening else None,
            )

    @pages.get(f"{CAMPAIGN}/charter.json")
    @needs("ideation.read")
    def charter_data(slug: str) -> Response:
        """The very bytes that were sealed: their SHA-256 is the charter's."""
        with ctx.reading() as inner:
            one = summary(inner, slug)
            return Response(one.campaign.charter, mimetype="application/json")

    _add_drafting(pages, ctx)
    _add_moving(pages, ctx)
    _add_discarding(pages, ctx)


def _add_drafting(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/campaigns/new")
    @needs("ideation.desk")
    def new_campaign() -> str:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), request.args.get("board", ""))
            return _form(inner, board, drafting.beginning(inner, board), {})

    @pages.post("/campaigns/new")
    @needs("ideation.desk")
    def draft_campaign() -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            board, given = gate.board(inner, viewer(), request.form.get("board", "")), request.form
            try:
                if given.get("act") == "preview":
                    return _preview(inner, board, given), 200
                made = sealing.draft(inner, board, drafting.charter(given), viewer().person_id)
            except Refused as error:
                return _form(inner, board, given, _errors(error)), 422
            flash("The draft is kept. Only staff see it.", "good")
            return redirect(f"/campaigns/{made.slug}/charter")

    @pages.post(f"{CAMPAIGN}/charter")
    @needs("ideation.desk")
    def redraft_campaign(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            one = summary(inner, slug)
            if one.campaign.state != "draft":
                abort(409, "The charter is sealed: it cannot be changed, only its dates can be moved.")
            given = {**request.form.to_dict(), "campaign.slug": one.campaign.slug}
            try:
                if given.get("act") == "preview":
                    return _preview(inner, one.board, given, one), 200
                sealing.redraft(inner, one.campaign.id, drafting.charter(given))
            except Refused as error:
                return _form(inner, one.board, given, _errors(error), one), 422
            flash("The draft is kept. Only staff see it.", "good")
            return redirect(f"{one.path}/charter")

    @pages.post(f"{CAMPAIGN}/seal")
    @needs("ideation.desk")
    def seal_charter(slug: str) -> Answer:
        with ctx.writing() as inner:
            one, me = summary(inner, slug), viewer().person_id or gate.absent()
            if request.form.get("phrase") != one.campaign.slug:
                abort(422, "phrase: is not the campaign's address")

            def work() -> str:
                sealing.seal(inner, one.campaign.id, me, request.form.get("seen", ""))
                return "The charter is sealed: it is public now, and never changes."

            return attempt(one, work)


def _add_moving(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{CAMPAIGN}/amend")
    @needs("ideation.desk")
    def begin_amendment(slug: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            return _amend(one, {**drafting.dates(one.charter), "decision.due": one.charter.decision.due}, {})

    @pages.post(f"{CAMPAIGN}/amend")
    @needs("ideation.desk")
    def amend_charter(slug: str) -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            one, me = summary(inner, slug), viewer().person_id or gate.absent()
            try:
                what = drafting.moved(one.charter, request.form)
                at = _effective(inner, one)
                sealing.amend(inner, one.campaign.id, what, request.form.get("why", ""), at, me)
            except Refused as error:
                return _amend(one, request.form, _moved_errors(error)), 422
            except NotNow as error:
                abort(409, str(error))
            flash("The amendment is announced: everybody reads it in the charter.", "good")
            return redirect(f"{one.path}/charter#amendments")

    @pages.post(f"{CAMPAIGN}/void")
    @needs("ideation.desk")
    def void_campaign(slug: str) -> Answer:
        with ctx.writing() as inner:
            one, me = summary(inner, slug), viewer().person_id or gate.absent()

            def work() -> str:
                sealing.void(inner, one.campaign.id, request.form.get("reason", ""), me)
                return "The campaign is ended. The reason is public."

            return attempt(one, work)


def _add_discarding(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{CAMPAIGN}/discard")
    @needs("ideation.desk")
    def discard_draft(slug: str) -> Answer:
        with ctx.writing() as inner:
            one = summary(inner, slug)
            try:
                sealing.throw_away(inner, one.campaign.id, viewer().person_id)
            except NotNow as error:
                abort(409, str(error))
            flash("The draft is gone.", "good")
            return redirect("/campaigns")


def _form(
    ctx: PluginContext, board: Board, given: Mapping[str, str], errors: Errors, one: Summary | None = None,
    preview: Any = None, *, sealable: bool = False,
) -> str:  # fmt: skip
    return render_template(
        "ideation/charter_form.html",
        board=board,
        one=one,
        given=given,
        errors=errors,
        named=_NAMED,
        labels=drafting.LABELS,
        kinds=KINDS,
        methods=METHODS,
        who=WHO,
        weights=WEIGHTS,
        hiding=HIDING,
        ties=TIES,
        merging=MERGING,
        measures=[(name, spec.title) for name, spec in ctx.standings.measures().items()],
        zones=sorted(available_timezones()),
        preview=preview,
        sealable=sealable,
    )


def _preview(ctx: PluginContext, board: Board, given: Mapping[str, str], one: Summary | None = None) -> str:
    """What was typed, as everybody would read it; nothing is kept. Raises Refused."""
    found = sealing.read(ctx, board, drafting.charter(given))
    return _form(ctx, board, given, {}, one, (found, plain.answers(found)))


def _draft(ctx: PluginContext, one: Summary, given: Mapping[str, str]) -> str:
    found = held.sealed(one.campaign)
    return _form(ctx, one.board, given, {}, one, (found, plain.answers(found)), sealable=True)


def _amend(one: Summary, given: Mapping[str, str], errors: Errors) -> str:
    there = {name: value for name, value in drafting.dates(one.charter).items() if value}
    return render_template(
        "ideation/amend.html",
        one=one,
        given=given,
        errors=errors,
        named=_NAMED,
        labels=drafting.LABELS,
        fields=list(there),
        during=one.campaign.state == "voting",
    )


def _amendments(ctx: PluginContext, one: Summary) -> list[dict[str, Any]]:
    """In words, with dates as the charter tells them."""
    charter = one.charter
    return [
        {
            "announced": plain.when(charter, found.announced_at),
            "effective": plain.when(charter, found.effective_at),
            "why": found.why,
            "moves": [(drafting.LABELS[path], _date(charter, path, to)) for path, to in found.what.items()],
        }
        for found in held.amendments(ctx, one.campaign.id)
    ]


def _date(charter: Charter, path: str, to: str) -> str:
    return plain.day(to) if path == "decision.due" else plain.when(charter, to)


def _effective(ctx: PluginContext, one: Summary) -> int:
    """From when on it holds: an instant in the charter's zone, or now. Raises Refused."""
    typed = request.form.get("effective", "").strip()
    if not typed:
        return ctx.clock.now()
    try:
        return held.moment(drafting.instant(typed, one.charter.phases.time_zone))
    except (ValueError, OverflowError):
        raise Refused({"effective": ["A day and a time, or nothing."]}) from None


def _errors(error: Refused) -> Errors:
    """By fields of the form: what is said of a part stands at its first one."""
    return {_field(name): said for name, said in error.errors.items()}


def _moved_errors(error: Refused) -> Errors:
    """An amendment's, which come as texts with the path of the date in them."""
    found: dict[str, Sequence[str]] = {}
    for name, said in error.errors.items():
        text = " ".join(said)
        path = next((one for one in (*drafting.DATES, "decision.due") if one in text), None)
        if name == "what" and path is not None:
            why = text.partition(path)[2].lstrip(": ")
            found[path] = [f"{why[:1].upper()}{why[1:]}"]
        elif name == "what":
            found["phases.vote.to"] = [f"{text.rpartition(': ')[2].capitalize()}"]
        else:
            found[name] = said
    return found


def _field(name: str) -> str:
    if name in drafting.LABELS:
        return name
    parts = {"slug": "campaign.slug", "title": "campaign.title", "phases": "phases.vote.from", "seats": "seats.by_vote"}
    return parts.get(name) or next((one for one in drafting.LABELS if one.startswith(f"{name}.")), name)
