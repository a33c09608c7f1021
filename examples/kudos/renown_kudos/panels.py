"""Boxes on the core's pages: at home, what one may still give and was thanked for; on a person's page, their thanks."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from renown.api import Panel, PluginContext, Viewer, to_date

from renown_kudos import allowance, reading


def boxes(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> list[Panel]:
    """None for who does not work here."""
    if not viewer.employee or viewer.person_id is None:
        return []
    if place == "home":
        return [_home(ctx, viewer, viewer.person_id)]
    if place == "person" and subject is not None:
        return _person(ctx, viewer, subject)
    return []


def _home(ctx: PluginContext, viewer: Viewer, me: int) -> Panel:
    left = allowance.of(ctx, me) if ctx.standings.shows(viewer) else None
    lines = reading.to_person(ctx, viewer, me, 3)
    html = (
        _templates()
        .get_template("kudos/panel.html")
        .render(lines=lines, left=left, renews=day(left.renews) if left else "", home=True, url="/kudos")
    )
    return Panel("Kudos", Markup(html), order=70, url="/kudos")  # noqa: S704 - the template escapes


def _person(ctx: PluginContext, viewer: Viewer, subject: int) -> list[Panel]:
    person = ctx.people.shown(viewer, [subject]).get(subject)
    if person is None:
        return []
    lines = reading.to_person(ctx, viewer, subject)
    own = subject == viewer.person_id
    if own and not lines:
        return []
    url = "/kudos?show=to-you" if own else f"/kudos?to={quote(person.handle)}"
    html = (
        _templates()
        .get_template("kudos/panel.html")
        .render(lines=lines, left=None, home=False, url="" if own else url, name=person.name)
    )
    return [Panel("Kudos", Markup(html), order=70, url=url)]  # noqa: S704 - the template escapes


def day(value: int) -> str:
    """As "1 December"."""
    found = to_date(value)
    return f"{found.day} {found:%B}"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_kudos"), autoescape=True)
