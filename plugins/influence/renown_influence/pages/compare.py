"""Activity beside influence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, render_template

from renown.api import PluginContext, Viewer, as_csv, as_json, needs, viewer
from renown_influence import compared, comparing, gate, run, scatter
from renown_influence.comparing import Comparison
from renown_influence.pages.tabs import tabs
from renown_influence.scatter import Scatter

Found = TypeVar("Found")


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/compare")
    @needs("influence.read")
    def compare() -> str:
        with ctx.reading() as inner:
            found = _gated(comparing.of, inner)
            told, shown = (found if found is not None and not found.empty else None), run.newest(inner)
            return render_template(
                "influence/compare.html",
                found=found,
                scatters=_drawn(told) if told is not None else (),
                teams=compared.by_team(inner, told) if told is not None else (),
                quarter=compared.quarter(inner, found.period) if found is not None else "",
                counted=shown.day if shown is not None else None,
                named=told is not None and compared.named(told, viewer().person_id),
                tabs=tabs(inner, viewer(), "compare"),
            )

    @pages.get("/compare.json")
    @needs("influence.read")
    def compare_data() -> Response:
        with ctx.reading() as inner:
            return as_json(_gated(compared.told, inner))

    @pages.get("/compare.csv")
    @needs("influence.read")
    def compare_table() -> Response:
        with ctx.reading() as inner:
            found = _gated(compared.of, inner)
        sides = (("heard", found.heard), ("busy", found.busy)) if found is not None else ()
        columns = ("list", "person", "name", "activity", "influence")
        rows = ((name, *compared.row(one).values()) for name, side in sides for one in side.named)
        return as_csv("activity-and-influence", columns, rows)


def _drawn(found: Comparison) -> list[Scatter]:
    return [scatter.of(found, viewer().person_id, frame) for frame in (scatter.WIDE, scatter.NARROW)]


def _gated(ask: Callable[[PluginContext, Viewer], Found], ctx: PluginContext) -> Found:
    """404 where the viewer may see no boards of people."""
    try:
        return ask(ctx, viewer())
    except LookupError:
        gate.absent()
