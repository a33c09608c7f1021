"""Who relies on whom: teams for everybody, people for oneself alone."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from renown.api import PluginContext, as_csv, as_json, needs, viewer
from renown_influence import circle, gate, picture, ties
from renown_influence.pages.tabs import tabs
from renown_influence.ties import Ties


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/network")
    @needs("influence.read")
    def network() -> str:
        with ctx.reading() as inner:
            found = _asked(inner)
            return render_template(
                "influence/network.html" if found.chosen is None else "influence/team.html",
                found=found,
                listed=ties.LISTED,
                picture=picture.of(found) if found.lines else None,
                asked="picture" in request.args,
                tabs=tabs(inner, viewer(), "network"),
            )

    @pages.get("/network.json")
    @needs("influence.read")
    def network_data() -> Response:
        with ctx.reading() as inner:
            return as_json(ties.data(_asked(inner)))

    @pages.get("/network.csv")
    @needs("influence.read")
    def network_table() -> Response:
        with ctx.reading() as inner:
            found = ties.data(_asked(inner))
        columns = ("team", "relies_on", "people", "on_people", "share")
        return as_csv("network", columns, (tuple(row[one] for one in columns) for row in found["lines"]))

    @pages.get("/network/me")
    @needs("influence.read")
    def own_circle() -> str:
        with ctx.reading() as inner:
            gate.myself(inner, viewer())
            return render_template(
                "influence/circle.html",
                circle=circle.of(inner, viewer()),
                teams=inner.standings.shows(viewer(), "teams"),
                tabs=tabs(inner, viewer(), "network"),
            )


def _asked(ctx: PluginContext) -> Ties:
    """What the address asks for. 404 where teams are not shown, or there is no such team."""
    if not ctx.standings.shows(viewer(), "teams"):
        gate.absent()
    found = ties.of(ctx, request.args.get("team", ""))
    return found if found is not None else gate.absent()
