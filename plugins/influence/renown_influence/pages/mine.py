"""A score and why it is what it is: one's own, and those that the viewer may see."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_csv, as_json, needs, viewer
from renown_influence import absence, change, circle, drawing, gate, pair, profile, run
from renown_influence.pages.tabs import tabs
from renown_influence.profile import Profile

#: The line of a history on a small screen: drawn as wide as it is shown there, so that its text can be read.
_NARROW = 300


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
        with ctx.reading() as inner:
            found = profile.data(profile.of(inner, viewer(), gate.person(inner, viewer(), handle)))
        columns = ("person", "name", "percent", "brought", "strength", "share", "voice", "acts", "last")
        rows = found["from"]
        return as_csv(f"influence-{found['person']}", columns, ([row[one] for one in columns] for row in rows))

    @pages.get("/changes")
    @needs("influence.read")
    def all_changes() -> str:
        with ctx.reading() as inner:
            return render_template("influence/changes.html", tabs=tabs(inner, viewer(), "mine"), **_changes(inner))

    @pages.get("/_changes")
    @needs("influence.read")
    def changes() -> str:
        """What would change the viewer's own score: reckoned apart, since it takes longer than the page."""
        with ctx.reading() as inner:
            return render_template("influence/_changes.html", **_changes(inner))

    _acts(pages, ctx)
    _circle(pages, ctx)


def _acts(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/people/<handle>/from/<rater>")
    @needs("influence.read")
    def relied_on(handle: str, rater: str) -> str:
        with ctx.reading() as inner:
            found = profile.of(inner, viewer(), gate.person(inner, viewer(), handle))
            told = found.told or gate.absent()
            shown = pair.of(inner, viewer(), told, rater) or gate.absent()
            return render_template("influence/pair.html", found=found, pair=shown, listed=pair.LISTED)

    @pages.get("/people/<handle>/from/<rater>.json")
    @needs("influence.read")
    def acts_data(handle: str, rater: str) -> Response:
        with ctx.reading() as inner:
            return as_json(pair.data(_pair(inner, handle, rater)))

    @pages.get("/people/<handle>/from/<rater>.csv")
    @needs("influence.read")
    def acts_table(handle: str, rater: str) -> Response:
        with ctx.reading() as inner:
            rows = pair.data(_pair(inner, handle, rater))["acts"]
        columns = ("day", "rule", "source", "space", "title", "url", "weight", "counted", "leave", "idle", "left")
        return as_csv(f"acts-{handle}-{rater}", columns, ([row[one] for one in columns] for row in rows))


def _circle(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/network/me.json")
    @needs("influence.read")
    def circle_data() -> Response:
        with ctx.reading() as inner:
            gate.myself(inner, viewer())
            return as_json(circle.data(circle.of(inner, viewer())))

    @pages.get("/network/me.csv")
    @needs("influence.read")
    def circle_table() -> Response:
        with ctx.reading() as inner:
            gate.myself(inner, viewer())
            found = circle.data(circle.of(inner, viewer()))
        sides = ((side, (found[side] or {}).get("named", ())) for side in ("relying", "relied_on"))
        rows = ((side, one["person"], one["name"], one["strength"]) for side, named in sides for one in named)
        return as_csv("my-network", ("side", "person", "name", "strength"), rows)


def _pair(ctx: PluginContext, handle: str, rater: str) -> pair.Pair:
    """404 alike where there is no such person and where the viewer is not told of the two."""
    told = profile.of(ctx, viewer(), gate.person(ctx, viewer(), handle)).told or gate.absent()
    return pair.of(ctx, viewer(), told, rater) or gate.absent()


def _changes(ctx: PluginContext) -> dict[str, object]:
    me, shown = gate.myself(ctx, viewer()), run.newest(ctx)
    return {
        "changes": change.of(ctx, me.id),
        "absence": absence.of(ctx, me.id, shown) if shown is not None else None,
    }


def _page(ctx: PluginContext, found: Profile) -> str:
    return render_template(
        "influence/mine.html",
        found=found,
        told=found.told,
        own=found.own,
        lines=(drawing.line(found.timeline), drawing.line(found.timeline, _NARROW)),
        tabs=tabs(ctx, viewer(), "mine" if found.own else ""),
    )
