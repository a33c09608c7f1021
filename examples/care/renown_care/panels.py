"""Boxes on the core's pages: at home, who waits; on a team's page, how it does."""

from __future__ import annotations

from functools import cache
from itertools import islice

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from renown.api import Panel, PluginContext, Viewer
from renown_care import figures, hours, waiting

#: Days that the box of a team looks back over.
_DAYS = 90
_SHOWN = 3
#: More are not counted on a page.
_MANY = 20


def boxes(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> list[Panel]:
    """Nothing for those who may not read the pages behind them, and nothing where there is nothing to tell."""
    if not ctx.permissions.allows(viewer, "care.read"):
        return []
    if place == "home":
        return _home(ctx)
    if place == "team" and subject is not None and ctx.standings.shows(viewer, "teams"):
        return _team(ctx, subject)
    return []


def _home(ctx: PluginContext) -> list[Panel]:
    found = list(islice(waiting.public(ctx), _MANY + 1))
    if not found:
        return []
    pages, working, now = ctx.sources.pages([case.object for case, _ in found]), hours.of(ctx), ctx.clock.now()
    lines = [
        (
            place.name if place else "A question",
            pages.get(case.object) or (place.url if place else None),
            working.minutes(case.asked_at, now) // 60,
        )
        for case, place in found[:_SHOWN]
    ]
    many = f"More than {_MANY}" if len(found) > _MANY else str(len(found))
    return [_panel("Customers who wait", "home.html", 30, "/care", lines=lines, many=many, one=len(found) == 1)]


def _team(ctx: PluginContext, team: int) -> list[Panel]:
    line = figures.of_team(ctx, team, _DAYS)
    return [] if line is None else [_panel("Customer care", "team.html", 60, "/care/teams", line=line, days=_DAYS)]


def _panel(title: str, template: str, order: int, url: str, **said: object) -> Panel:
    html = _templates().get_template(f"care/{template}").render(**said)
    return Panel(title, Markup(html), order, url)  # the template escapes


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_care"), autoescape=True)
