"""Voting in a campaign: choose, look once more, cast; and find one's ballot again by its receipt."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.campaigns import casting, choosing, frozen, held, plain
from renown_ideation.campaigns.casting import NotAVoter
from renown_ideation.campaigns.choosing import Given
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.shown import ordered
from renown_ideation.campaigns.view import Summary
from renown_ideation.counting import choices as allowed
from renown_ideation.counting.charter import KINDS
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Option
from renown_ideation.pages.campaigns import CAMPAIGN, summary

#: Of more options than these some can be shown alone.
_LONG = 8


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{CAMPAIGN}/ballot")
    @needs("ideation.read")
    def ballot(slug: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            why, cast = _why_not(inner, one), _mine(inner, one)
            if why is not None:
                return render_template(
                    "ideation/no_ballot.html",
                    one=one,
                    why=why,
                    cast=cast,
                    reader=viewer().person_id,
                    electorate=f"Who may vote: {plain.electorate(one.charter)}",
                )
            given = choosing.of(cast[1]) if cast else Given()
            return _ballot(inner, one, given)

    @pages.post(f"{CAMPAIGN}/ballot")
    @needs("ideation.write")
    def vote_in(slug: str) -> Answer | str | tuple[str, int]:
        """Each button says what it does: look once more, cast, go back, show some, or a step of an option.

        The key Enter looks for what was typed to be found, else it is as the button to look once more.
        """
        act = request.form.get("act", "")
        with ctx.writing() if act == "cast" else ctx.reading() as inner:
            one = summary(inner, slug)
            if _why_not(inner, one) is not None:
                return redirect(f"{one.path}/ballot")
            rule, options = one.charter.ballot, ordered(inner, viewer(), one)
            given = choosing.read(request.form, rule, options)
            if act == "enter" and request.form.get("find", "") == request.form.get("found", ""):
                act = "review"
            if act in ("change", "find", "enter") or choosing.is_step(act):
                return _ballot(inner, one, choosing.stepped(given, rule, act))
            wrong = choosing.wrong(given, rule, options)
            if wrong is not None:
                return _ballot(inner, one, given, wrong), 422
            if act != "cast":
                return _review(one, given, options)
            return _cast(inner, one, given, options)

    @pages.post(f"{CAMPAIGN}/_ballot")
    @needs("ideation.write")
    def count_ballot(slug: str) -> str:
        """The form as it is filled in now, with what is left; nothing is cast."""
        with ctx.reading() as inner:
            one, act = summary(inner, slug), request.form.get("act", "")
            options = ordered(inner, viewer(), one)
            given = choosing.stepped(choosing.read(request.form, one.charter.ballot, options), one.charter.ballot, act)
            return render_template("ideation/_ballot.html", **_drawn(inner, one, given, options))

    @pages.post(f"{CAMPAIGN}/_left")
    @needs("ideation.write")
    def count_left(slug: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            options = ordered(inner, viewer(), one)
            given = choosing.read(request.form, one.charter.ballot, options)
            return render_template("ideation/_left.html", **_left(one, given, options))

    @pages.get(f"{CAMPAIGN}/receipt")
    @needs("ideation.read")
    def receipt(slug: str) -> str:
        with ctx.reading() as inner:
            return _receipt(inner, summary(inner, slug))

    @pages.post(f"{CAMPAIGN}/receipt")
    @needs("ideation.read")
    def find_ballot(slug: str) -> tuple[str, int]:
        """By the code, which is in no address: addresses are kept in logs."""
        with ctx.reading() as inner:
            one, code = summary(inner, slug), request.form.get("code", "")[:80]
            found = casting.by_receipt(inner, one.campaign.id, code)
            return _receipt(inner, one, code, found), 200 if found is not None else 422


def _why_not(ctx: PluginContext, one: Summary) -> str | None:
    """In a sentence, why the viewer cannot vote here now."""
    if one.campaign.state == "draft":
        return "The charter is not sealed."
    try:
        casting.open_now(one.campaign, ctx.clock.now())
        if viewer().person_id is not None:
            casting.voter(ctx, one.campaign.id, viewer().person_id or 0)
    except NotAVoter as error:
        return str(error)
    except NotNow:
        now = ctx.clock.now()
        over = held.instant(now) >= one.charter.phases.vote.end and not held.missed(one.campaign, now)
        over = over and one.campaign.state != "void"
        return f"The vote closed on {plain.when(one.charter, one.charter.phases.vote.end)}." if over else one.now
    return "Whoever may vote here signs in first." if viewer().person_id is None else None


def _mine(ctx: PluginContext, one: Summary) -> Any:
    me = viewer().person_id
    return casting.mine(ctx, one.campaign.id, me) if me is not None else None


def _ballot(ctx: PluginContext, one: Summary, given: Given, wrong: str = "") -> str:
    drawn = _drawn(ctx, one, given, ordered(ctx, viewer(), one), wrong)
    return render_template("ideation/ballot.html", cast=_mine(ctx, one), **drawn)


def _drawn(ctx: PluginContext, one: Summary, given: Given, options: list[Option], wrong: str = "") -> dict[str, Any]:
    """Options that are in sight; what was typed for the others travels along."""
    rule = one.charter.ballot
    kind, (lowest, highest) = KINDS[type(rule)], allowed.limits(rule)
    find, only = request.form.get("find", "").strip()[:80], request.form.get("only") == "1"
    act = request.form.get("act", "")
    texts = frozen.texts(ctx, one.campaign) if find else {}
    shown = choosing.narrowed(options, given, texts, find, only=only, touched=act)
    seen = {option.number for option in shown}
    return {
        "one": one,
        "kind": kind,
        "options": choosing.in_order(shown, given) if kind == "rank" else shown,
        "carried": {number: text for number, text in given.typed.items() if text and number not in seen},
        "all": len(options),
        "long": len(options) > _LONG or find or only,
        "find": find,
        "only": only,
        "texts": frozen.readable(ctx, one.campaign),
        "given": given,
        # What was tapped keeps the focus; what was removed can be added there.
        "focus": act.replace("x", "+") if choosing.is_step(act) else None,
        "wrong": wrong,
        "how": plain.how(one.charter),
        "lowest": min(0, lowest),
        "highest": min(highest, len(options)) if kind == "rank" else highest,
        "path_of": {
            option.number: writing.numbered(one.board.slug, option.idea_id, option.title) for option in options
        },
        **_left(one, given, options),
    }


def _left(one: Summary, given: Given, options: list[Option]) -> dict[str, Any]:
    rule = one.charter.ballot
    return {"left": choosing.left(rule, given.choices), "over": choosing.wrong(given, rule, options) or ""}


def _review(one: Summary, given: Given, options: list[Option]) -> str:
    told = choosing.told(one.charter.ballot, given.choices, options)
    return render_template(
        "ideation/review.html", one=one, given=given, told=told, left=choosing.left(one.charter.ballot, given.choices)
    )


def _cast(ctx: PluginContext, one: Summary, given: Given, options: list[Option]) -> Answer | tuple[str, int]:
    try:
        casting.cast(ctx, one.campaign.id, viewer().person_id or gate.absent(), given.choices)
    except Refused as error:
        said = choosing.sentence(" ".join(error.errors["ballot"]), options)
        return _ballot(ctx, one, given, said), 422
    except (NotNow, NotAVoter):
        return redirect(f"{one.path}/ballot")
    return redirect(f"{one.path}/receipt")


def _receipt(ctx: PluginContext, one: Summary, code: str = "", found: Any = None) -> str:
    """`code`: one that was typed, and the ballot that was found by it, or None."""
    mine = _mine(ctx, one)
    rule, options = one.charter.ballot, ordered(ctx, viewer(), one)
    return render_template(
        "ideation/receipt.html",
        one=one,
        mine=mine[0] if mine else None,
        told=choosing.told(rule, mine[1], options) if mine else (),
        code=code,
        found=choosing.told(rule, found, options) if found is not None else None,
        open_now=one.campaign.state == "voting" and held.instant(ctx.clock.now()) < one.charter.phases.vote.end,
        closes=plain.when(one.charter, one.charter.phases.vote.end),
        counted=one.campaign.result is not None,
    )
