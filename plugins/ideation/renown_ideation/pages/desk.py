"""The moderators' desk: what waits, answers that are overdue, likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, promises, showing
from renown_ideation.ideas import amending, rendered
from renown_ideation.ideas.texts import Refused
from renown_ideation.moderation import deciding, duplicates, overdue, queue
from renown_ideation.naming import Names
from renown_ideation.pages import common

_HOME = "/desk/ideas"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_HOME)
    @needs("ideation.desk")
    def desk() -> str:
        with ctx.reading() as inner:
            return _queue(inner)

    @pages.post(_HOME)
    @needs("ideation.desk")
    def moderate() -> Answer | tuple[str, int]:
        with ctx.writing() as inner:
            chosen, shown = _chosen(), request.form.get("decide") == "shown"
            word, me = request.form.get("word", ""), viewer().person_id or gate.absent()
            try:
                if not chosen:
                    raise Refused({"key": ["Tick what you decide first."]})
                failed = deciding.several(inner, me, chosen, shown=shown, word=word)
            except Refused as error:
                return _queue(inner, error.errors), 422
            number = len(chosen) - len(failed)
            if number:
                done = f"{number} let through." if shown else f"{number} taken down. Their authors are told why."
                flash(done, "good")
            for said in failed.values():
                flash(" ".join(said), "warn")
            return redirect(_HOME, 303)

    @pages.get(f"{_HOME}/overdue")
    @needs("ideation.desk")
    def overdue_answers() -> str:
        with ctx.reading() as inner:
            found = overdue.by_board(inner)
            owners = Names(inner, viewer(), [one.owner_id for of in found for one in of.ideas])
            return _page(
                inner,
                "overdue",
                boards=[(one, showing.lines(inner, viewer(), [one.board], one.ideas)) for one in found],
                names=owners,
                now=inner.clock.now(),
                most=overdue.PAGE,
            )

    @pages.get(f"{_HOME}/decided")
    @needs("ideation.desk")
    def decided() -> str:
        with ctx.reading() as inner:
            found = queue.decided(inner)
            names = Names(inner, viewer(), [act.decided_by_id for act, _, _ in found])
            kinds = {act.id: queue.KINDS[queue.key(act).partition(":")[0]] for act, _, _ in found}
            return _page(inner, "decided", found=found, names=names, kinds=kinds)

    @pages.post(f"{_HOME}/decided")
    @needs("ideation.desk")
    def look_again() -> Answer:
        with ctx.writing() as inner:
            number = common.whole(request.form.get("act")) or gate.absent()
            try:
                deciding.again(inner, viewer().person_id or gate.absent(), number)
            except LookupError:
                flash("It is not taken down any more, or waits already.", "warn")
            return redirect(_HOME, 303)

    _add_duplicates(pages, ctx)


def _add_duplicates(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{_HOME}/duplicates")
    @needs("ideation.desk")
    def likely_duplicates() -> str:
        with ctx.reading() as inner:
            found = duplicates.likely(inner, viewer(), common.whole(request.args.get("before")))
            ideas = {one.id: one for pair in found.pairs for one in (pair.idea, pair.into)}
            boards = {pair.board.id: pair.board for pair in found.pairs}
            lines = showing.lines(inner, viewer(), list(boards.values()), list(ideas.values()))
            return _page(inner, "duplicates", found=found, lines={one.id: one for one in lines})

    @pages.post(f"{_HOME}/duplicates")
    @needs("ideation.desk")
    def not_the_same() -> Answer:
        with ctx.writing() as inner:
            numbers = [common.whole(request.form.get(name)) or gate.absent() for name in ("one", "other")]
            try:
                duplicates.not_same(inner, viewer().person_id or gate.absent(), *numbers)
            except LookupError:
                gate.absent()
            flash("They are not proposed again.", "good")
            return redirect(f"{_HOME}/duplicates", 303)


def _chosen() -> Mapping[str, str]:
    """By key, what was seen of each: a box holds both."""
    found = (one.rpartition("@") for one in request.form.getlist("chosen"))
    return {key: seen for key, _, seen in found}


def _queue(ctx: PluginContext, errors: Mapping[str, Sequence[str]] | None = None) -> str:
    items = queue.waiting(ctx)
    people = [person for one in items for person in (one.by_id, *(act.by_id for act in one.acts))]
    return _page(
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


def _page(ctx: PluginContext, shown: str, **values: Any) -> str:
    waiting, late = queue.number(ctx), overdue.number(ctx)
    tabs = [
        (f"To be looked at ({waiting})", _HOME, shown == "queue"),
        (f"Answers overdue ({late})", f"{_HOME}/overdue", shown == "overdue"),
        ("Likely duplicates", f"{_HOME}/duplicates", shown == "duplicates"),
        ("Decided", f"{_HOME}/decided", shown == "decided"),
    ]
    day = partial(promises.day, ctx)
    return render_template(f"ideation/desk_{shown}.html", tabs=tabs, waiting=waiting, day=day, **values)
