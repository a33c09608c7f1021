"""Boxes on the core's pages: on a person's, what they are relied on for; at home, one's own score."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from renown.api import Panel, PluginContext, Viewer, to_date
from renown_influence import drawing, quality, rings_told, run, timeline, topics
from renown_influence.timeline import Timeline


def boxes(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> list[Panel]:
    """The score, none where the viewer may not see it or there is none; for moderators, groups to be looked into."""
    score = _score(ctx, viewer, place, subject)
    rings = _rings(ctx, viewer) if place == "home" and viewer.at_least("moderator") else None
    return [one for one in (score, rings) if one is not None]


def _score(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> Panel | None:
    person = subject if place == "person" else viewer.person_id if place == "home" else None
    if person is None or not viewer.employee:
        return None
    shown, line = run.newest(ctx), ctx.standings.of(viewer, person, run.MEASURE)
    if shown is None or line is None:
        return None
    found = timeline.of(ctx, person, shown.day, explained=0)
    html = (
        _templates()
        .get_template("influence/panel.html")
        .render(
            score=f"{line.amount / 1000:.1f}",
            place=line.rank,
            dates=_dates(found),
            quality=_percent(ctx, viewer, person),
            line=drawing.line(found, width=320, height=110),
            topics=topics.known_for(ctx, viewer, person),
            url=_address(viewer, person, line.key),
        )
    )
    return Panel("Influence", Markup(html), url=_address(viewer, person, line.key))  # noqa: S704 - the template escapes


def _rings(ctx: PluginContext, viewer: Viewer) -> Panel | None:
    """How many groups nobody has looked into, of those that the viewer may be told of."""
    waiting = sum(one.done is None for one in rings_told.all_of(ctx, viewer).found)
    if not waiting:
        return None
    said = "1 group" if waiting == 1 else f"{waiting} groups"
    text = Markup('<p class="mb-0"><a href="/desk/rings">{}</a> not looked into.</p>').format(said)
    return Panel("Rings", text, order=60, url="/desk/rings")


def _dates(found: Timeline) -> tuple[str, str]:
    """The first day of the line and the last: "4 June", with the year where they are of two."""
    first, last = (to_date(day) for day in (found.steps[0].day if found.steps else found.until, found.until))
    years = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{years}", f"{last.day} {last:%B}"


def _percent(ctx: PluginContext, viewer: Viewer, person: int) -> str:
    line = ctx.standings.of(viewer, person, quality.MEASURE)
    return "" if line is None else f"{line.amount / 1000:.0f}"


def _address(viewer: Viewer, person: int, handle: str) -> str:
    return "/influence" if viewer.person_id == person else f"/influence/people/{quote(handle)}"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_influence"), autoescape=True)
