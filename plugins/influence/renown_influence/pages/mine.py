"""A score and why it is what it is: one's own, and those that the viewer may see."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_csv, as_json, needs, to_date, viewer
from renown_influence import absence, change, drawing, gate, pair, profile, run
from renown_influence.pages.tabs import tabs
from renown_influence.profile import Profile


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("")
    @needs("influence.read")
    def mine() -> str:
        with ctx.reading() as inner:
            return _page(inner, profile.of(inner, viewer(), gate.myself(inner, viewer())))

    @pages.get("/people/<handle>")
    @needs("influence.read")
    def person(handle: str) -> str | Answer:
        with ctx.reading() as inner:
            found = profile.of(inner, viewer(), gate.person(inner, viewer(), handle))
            if found.person.handle != handle.lower():
                return redirect(f"/influence/people/{found.person.handle}")
            return _page(inner, found)

    @pages.get("/people/<handle>.json")
    @needs("influence.read")
    def person_data(handle: str) -> Response:
        with ctx.reading() as inner:
            return as_json(profile.data(profile.of(inner, viewer(), gate.person(inner, viewer(), handle))))

    @pages.get("/people/<handle>.csv")
    @needs("influence.read")
    def person_table(handle: str) -> Response:
        columns = ("person", "name", "brought", "part", "weight", "share", "voice", "acts", "last")
        with ctx.reading() as inner:
            found = profile.of(inner, viewer(), gate.person(inner, viewer(), handle))
        lines = found.told.lines if found.told is not None else ()
        rows = (
            (
                one.person.handle, one.person.name, one.brought / 1000, round(one.part, 4), round(one.weight, 4),
                round(one.share, 4), round(one.voice, 4), one.acts, to_date(one.last),
            )
            for one in lines
        )  # fmt: skip
        return as_csv(f"influence-{found.person.handle}", columns, rows)

    @pages.get("/people/<handle>/from/<rater>")
    @needs("influence.read")
    def relied_on(handle: str, rater: str) -> str:
        with ctx.reading() as inner:
            found = profile.of(inner, viewer(), gate.person(inner, viewer(), handle))
            told = found.told or gate.absent()
            shown = pair.of(inner, viewer(), told, rater) or gate.absent()
            return render_template("influence/pair.html", found=found, pair=shown)

    @pages.get("/_changes")
    @needs("influence.read")
    def changes() -> str:
        """What would change the viewer's own score: reckoned apart, since it takes longer than the page."""
        with ctx.reading() as inner:
            me, shown = gate.myself(inner, viewer()), run.newest(inner)
            return render_template(
                "influence/_changes.html",
                changes=change.of(inner, me.id),
                absence=absence.of(inner, me.id, shown) if shown is not None else None,
            )


def _page(ctx: PluginContext, found: Profile) -> str:
    return render_template(
        "influence/mine.html",
        found=found,
        told=found.told,
        own=found.own,
        line=drawing.line(found.timeline),
        tabs=tabs(ctx, viewer(), "mine" if found.own else ""),
    )
