"""The moderators' desk: what waits to be looked at, answers that are overdue, likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, promises, showing
from renown_ideation.answers import owing
from renown_ideation.ideas import amending, rendered, texts
from renown_ideation.ideas.texts import Refused
from renown_ideation.moderation import deciding, duplicates, overdue, queue, votes
from renown_ideation.naming import Names
from renown_ideation.pages import common

#: What is due next: see `owed`.
HOME = "/desk/ideas"
QUEUE = f"{HOME}/waiting"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(QUEUE)
    @needs("ideation.desk")
    def desk() -> str:
        with ctx.reading() as inner:
            return _queue(inner)

    @pages.post(QUEUE)
    @needs("ideation.desk")
    def moderate() -> Answer | str | tuple[str, int]:
        with ctx.writing() as inner:
            chosen, shown = _chosen(), request.form.get("decide") == "shown"
            word, me = request.form.get("word", ""), viewer().person_id or gate.absent()
            try:
                if not chosen:
                    raise Refused({"key": ["Tick what you decide first."]})
                if not shown and len(chosen) > 1 and request.form.get("sure") != str(len(chosen)):
                    return _sure(inner, chosen, texts.reason(request.form, "word"))
                failed = deciding.several(inner, me, chosen, shown=shown, word=word)
            except Refused as error:
                return _queue(inner, error.errors), 422
            number = len(chosen) - len(failed)
            if number:
                flash(_said(number, shown=shown), "good")
            for said in failed.values():
                flash(" ".join(said), "warn")
            return redirect(QUEUE, 303)

    @pages.get(f"{HOME}/overdue")
    @needs("ideation.desk")
    def overdue_answers() -> str:
        with ctx.reading() as inner:
            found = overdue.by_board(inner)
            owners = Names(inner, viewer(), [of.board.steward_id for of in found])
            return page(
                inner,
                "overdue",
                boards=[(one, showing.lines(inner, viewer(), [one.board], one.ideas)) for one in found],
                names=owners,
                now=inner.clock.now(),
                most=overdue.PAGE,
            )

    @pages.get(f"{HOME}/decided")
    @needs("ideation.desk")
    def decided() -> str:
        with ctx.reading() as inner:
            found = queue.decided(inner)
            names = Names(inner, viewer(), [act.decided_by_id for act, _, _ in found])
            kinds = {act.id: queue.KINDS[queue.key(act).partition(":")[0]] for act, _, _ in found}
            return page(inner, "decided", found=found, names=names, kinds=kinds)

    @pages.post(f"{HOME}/decided")
    @needs("ideation.desk")
    def look_again() -> Answer:
        with ctx.writing() as inner:
            number = common.whole(request.form.get("act")) or gate.absent()
            try:
                deciding.again(inner, viewer().person_id or gate.absent(), number)
            except LookupError:
                flash("It is not taken down any more, or waits already.", "warn")
            return redirect(QUEUE, 303)

    _add_duplicates(pages, ctx)


def _add_duplicates(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{HOME}/duplicates")
    @needs("ideation.desk")
    def likely_duplicates() -> str:
        with ctx.reading() as inner:
            found = duplicates.likely(inner, viewer(), common.whole(request.args.get("before")))
            ideas = {one.id: one for pair in found.pairs for one in (pair.idea, pair.into)}
            boards = {pair.board.id: pair.board for pair in found.pairs}
            lines = showing.lines(inner, viewer(), list(boards.values()), list(ideas.values()))
            return page(inner, "duplicates", found=found, lines={one.id: one for one in lines})

    @pages.post(f"{HOME}/duplicates")
    @needs("ideation.desk")
    def not_the_same() -> Answer:
        with ctx.writing() as inner:
            numbers = [common.whole(request.form.get(name)) or gate.absent() for name in ("one", "other")]
            try:
                duplicates.not_same(inner, viewer().person_id or gate.absent(), *numbers)
            except LookupError:
                gate.absent()
            flash("They are not proposed again.", "good")
            return redirect(f"{HOME}/duplicates", 303)


def _said(number: int, *, shown: bool) -> str:
    if shown:
        return "It is shown." if number == 1 else f"{number} are shown."
    return "Taken down. Its author is told why." if number == 1 else f"{number} taken down. Their authors are told why."


def _sure(ctx: PluginContext, chosen: Mapping[str, str], word: str) -> str:
    """Before several are taken down at once: which they are, and how many."""
    things = [one for one in queue.waiting(ctx) if one.key in chosen]
    values = [f"{key}@{seen}" for key, seen in chosen.items()]
    return page(ctx, "sure", things=things, chosen=values, word=word, queue=QUEUE)


def _chosen() -> Mapping[str, str]:
    """By key, what was seen of each: a box holds both."""
    found = (one.rpartition("@") for one in request.form.getlist("chosen"))
    return {key: seen for key, _, seen in found}


def _queue(ctx: PluginContext, errors: Mapping[str, Sequence[str]] | None = None) -> str:
    items = queue.waiting(ctx)
    people = [person for one in items for person in (one.by_id, *(act.by_id for act in one.acts))]
    return page(
        ctx,
        "queue",
        items=items,
        names=Names(ctx, viewer(), people),
        difference=amending.difference,
        rendered=rendered.text,
        now=ctx.clock.now(),
        errors=errors or {},
        given=request.form if errors else {},
        ticked=set(request.form.getlist("chosen")),
    )


def page(ctx: PluginContext, shown: str, **values: Any) -> str:
    """One of the desk's pages, with the tabs that lead to the others."""
    waiting, late = queue.number(ctx), overdue.number(ctx)
    tabs = [
        (f"Due next ({owing.number(ctx)})", HOME, shown == "due"),
        (f"To be looked at ({waiting})", QUEUE, shown in ("queue", "sure")),
        (f"Answers overdue ({late})", f"{HOME}/overdue", shown == "overdue"),
        (f"Campaigns ({votes.number(ctx)})", "/desk/campaigns", shown == "campaigns"),
        ("Likely duplicates", f"{HOME}/duplicates", shown == "duplicates"),
        ("Decided", f"{HOME}/decided", shown == "decided"),
    ]
    day = partial(promises.day, ctx)
    return render_template(f"ideation/desk_{shown}.html", tabs=tabs, waiting=waiting, day=day, **values)
