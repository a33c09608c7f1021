"""Boxes on the core's pages: on a person's, what they are relied on for; at home, one's own score."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from renown.api import Panel, PluginContext, Viewer
from renown_influence import drawing, quality, run, timeline, topics


def boxes(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> list[Panel]:
    """None where the viewer may not see the number, or where there is none."""
    person = subject if place == "person" else viewer.person_id if place == "home" else None
    if person is None or not viewer.employee:
        return []
    shown, line = run.newest(ctx), ctx.standings.of(viewer, person, run.MEASURE)
    if shown is None or line is None:
        return []
    found = timeline.of(ctx, person, shown.day, explained=0)
    html = (
        _templates()
        .get_template("influence/panel.html")
        .render(
            score=f"{line.amount / 1000:.1f}",
            home=place == "home",
            quality=_percent(ctx, viewer, person),
            line=drawing.line(found, width=320, height=110),
            topics=topics.known_for(ctx, viewer, person),
            url=_address(viewer, person, line.key),
        )
    )
    return [Panel("Influence", Markup(html), url=_address(viewer, person, line.key))]  # noqa: S704 - the template escapes


def _percent(ctx: PluginContext, viewer: Viewer, person: int) -> str:
    line = ctx.standings.of(viewer, person, quality.MEASURE)
    return "" if line is None else f"{line.amount / 1000:.0f}"


def _address(viewer: Viewer, person: int, handle: str) -> str:
    return "/influence" if viewer.person_id == person else f"/influence/people/{quote(handle)}"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_influence"), autoescape=True)
