"""Campaigns: all of them, and one with what is promised, what takes part, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from renown.api import FeedItem, PluginContext, as_json, needs, viewer
from renown_ideation import boards, feeds, gate, numbers, totals
from renown_ideation.campaigns import casting, entering, finding, frozen, held, plain, shown, taking_part, view
from renown_ideation.campaigns.view import Summary
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea, Participant

CAMPAIGN = "/campaigns/<slug>"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/campaigns")
    @needs("ideation.read")
    def campaigns() -> str:
        with ctx.reading() as inner:
            found = finding.listed(inner, viewer(), finding.number(inner, viewer(), request.args.get("before", "")))
            may = finding.staff(inner, viewer())
            readable = [one for one in boards.listed(inner, viewer()) if one.closed_at is None] if may else []
            return render_template(
                "ideation/campaigns.html",
                found=view.summaries(inner, found),
                older=finding.older(inner, viewer(), found),
                boards=readable,
            )

    @pages.get("/campaigns.json")
    @needs("ideation.read")
    def campaigns_data() -> Response:
        with ctx.reading() as inner:
            found = finding.listed(inner, viewer(), finding.number(inner, viewer(), request.args.get("before", "")))
            return as_json([view.data(inner, one) for one in view.summaries(inner, found)])

    @pages.get(CAMPAIGN)
    @needs("ideation.read")
    def campaign(slug: str) -> str:
        with ctx.reading() as inner:
            return _page(inner, summary(inner, slug))

    @pages.get(f"{CAMPAIGN}.json")
    @needs("ideation.read")
    def campaign_data(slug: str) -> Response:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            return as_json({**view.data(inner, one), "log": view.log(inner, one.campaign)})

    @pages.get(f"{CAMPAIGN}.atom")
    @needs("ideation.read")
    def campaign_feed(slug: str) -> Response:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            items = [
                FeedItem(f"note-{note.id}", _headline(note.what, idea), one.path, note.at, note.text)
                for note, idea in view.logged(inner, viewer(), one.campaign)
            ]
            return feeds.answer(inner, one.campaign.title, items)

    _add_entering(pages, ctx)


def _add_entering(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{CAMPAIGN}/enter")
    @needs("ideation.write")
    def enter_idea(slug: str) -> Answer:
        with ctx.writing() as inner:
            one, number = summary(inner, slug), _number(request.form.get("idea", ""))

            def work() -> str:
                taking_part.enter(inner, viewer(), one, number)
                return "It takes part."

            return attempt(one, work, "#ideas")

    @pages.post(f"{CAMPAIGN}/leave")
    @needs("ideation.write")
    def leave_out(slug: str) -> Answer:
        with ctx.writing() as inner:
            one, number = summary(inner, slug), _number(request.form.get("idea", ""))
            return attempt(one, lambda: taking_part.out(inner, viewer(), one, number, request.form), "#ideas")


def summary(ctx: PluginContext, slug: str) -> Summary:
    """404 for what the viewer may not read."""
    return view.found(ctx, viewer(), slug)


def attempt(one: Summary, work: Callable[[], str], anchor: str = "") -> Answer:
    """For small forms: what was done, or why it could not be, on the campaign's page."""
    try:
        flash(work(), "good")
    except Refused as error:
        flash(" ".join(said for texts in error.errors.values() for said in texts), "bad")
    except held.NotNow as error:
        flash(str(error), "bad")
    return redirect(one.path + anchor)


def _page(ctx: PluginContext, one: Summary) -> str:
    campaign, me = one.campaign, viewer().person_id
    staff = finding.staff(ctx, viewer())
    options = shown.ordered(ctx, viewer(), one)
    ideas = view.entered(ctx, viewer(), campaign) if not options else ()
    mine = casting.mine(ctx, campaign.id, me) if me is not None and options else None
    return render_template(
        "ideation/campaign.html",
        one=one,
        notes=view.logged(ctx, viewer(), campaign),
        said=view.NOTES,
        options=options,
        texts=frozen.readable(ctx, campaign) if options else (),
        ideas=ideas,
        path_of=partial(writing.path, one.board),
        base=f"/ideas/{one.board.slug}",
        mine=mine[0] if mine else None,
        hidden=totals.of_campaign(campaign),
        spans=plain.spans(one.charter),
        due=plain.day(one.charter.decision.due),
        staff=staff,
        collecting=entering.open_now(ctx, campaign),
        running=campaign.state in held.RUNNING,
        before_vote=campaign.state in held.BEFORE_VOTE,
        written=_written(ctx, [idea.id for idea in ideas]),
        own=_own(ctx, one, [idea.id for idea in ideas]),
        reader=me is not None,
    )


def _headline(what: str, idea: Idea | None) -> str:
    said = view.NOTES.get(what, what)
    return said if idea is None else f"{said}: {idea.title}"


def _written(ctx: PluginContext, ideas: Sequence[int]) -> frozenset[int]:
    """Of these, those that the viewer wrote."""
    mine = select(Participant.idea_id).where(
        Participant.person_id == viewer().person_id,
        Participant.role.in_(gate.WRITERS),
        Participant.idea_id.in_(ideas),
    )
    return frozenset(ctx.session.scalars(mine))


def _own(ctx: PluginContext, one: Summary, entered: Sequence[int]) -> Sequence[Idea]:
    """Ideas of the viewer that they may enter, and that do not take part yet."""
    me = viewer().person_id
    if me is None or not entering.open_now(ctx, one.campaign):
        return ()
    written = select(Participant.idea_id).where(
        Participant.person_id == me, Participant.role.in_(gate.WRITERS), Participant.idea_id.not_in(entered)
    )
    found = select(Idea).where(
        Idea.id.in_(written),
        Idea.board_id == one.board.id,
        Idea.state.not_in(entering.OUT),
    )
    return ctx.session.scalars(found.order_by(Idea.id.desc()).limit(50)).all()


def _number(typed: str) -> int:
    """Of an idea, by number or address. 422 for what is none."""
    found = numbers.of_idea(typed)
    return abort(422, "idea: the number or the address of an idea") if found is None else found
