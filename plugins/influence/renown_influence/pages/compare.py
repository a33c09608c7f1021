"""Activity beside influence."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from renown.api import PluginContext, as_csv, as_json, needs, viewer
from renown_influence import comparing, drawing, gate
from renown_influence.comparing import Both, Comparison
from renown_influence.pages.tabs import tabs

PERIOD = "last-quarter"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/compare")
    @needs("influence.read")
    def compare() -> str:
        with ctx.reading() as inner:
            found = _found(inner)
            return render_template(
                "influence/compare.html",
                found=found,
                scatter=drawing.scatter(found, viewer().person_id) if found and len(found.people) else None,
                tabs=tabs(inner, viewer(), "compare"),
            )

    @pages.get("/compare.json")
    @needs("influence.read")
    def compare_data() -> Response:
        with ctx.reading() as inner:
            found = _found(inner)
        heard, busy = (found.heard, found.busy) if found is not None else ((), ())
        return as_json({"period": PERIOD, "heard": [_data(one) for one in heard], "busy": [_data(one) for one in busy]})

    @pages.get("/compare.csv")
    @needs("influence.read")
    def compare_table() -> Response:
        with ctx.reading() as inner:
            found = _found(inner)
        sides = (("heard", found.heard), ("busy", found.busy)) if found is not None else ()
        columns = ("list", "person", "name", "activity", "influence")
        rows = ((side, *_data(one).values()) for side, people in sides for one in people)
        return as_csv("activity-and-influence", columns, rows)


def _found(ctx: PluginContext) -> Comparison | None:
    """404 where the viewer may see no boards of people."""
    try:
        return comparing.of(ctx, viewer(), PERIOD)
    except LookupError:
        gate.absent()


def _data(one: Both) -> dict[str, object]:
    return {
        "person": one.line.key,
        "name": one.line.name,
        "activity": one.activity / 1000,
        "influence": one.influence / 1000,
    }
