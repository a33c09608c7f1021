"""A box on a person's page: what their last 30 days are made of."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from renown.api import Panel, PluginContext, Viewer
from renown_activity.defaults import DAILY_LIMIT_TITLE, DEFAULTS
from renown_activity.score import DAILY_LIMIT, MEASURE, UNIT

TITLES = {one.name: one.title for one in DEFAULTS} | {DAILY_LIMIT: DAILY_LIMIT_TITLE}


def made_of(ctx: PluginContext, viewer: Viewer, person: int) -> list[Panel]:
    """Nothing where the viewer may not see the number, or where there is none."""
    try:
        why = ctx.ledger.why(viewer, person, MEASURE, "rolling", limit=1)
    except LookupError:
        return []
    parts = sorted((part for part in why.parts if part.amount > 0), key=lambda part: -part.amount)
    if not parts:
        return []
    most = parts[0].amount
    rows = [
        (
            part.title or _title(part.rule),
            f"/rules/activity/{part.rule}" if part.title or part.rule in TITLES else "",
            _points(part.amount),
            part.amount / most,
        )
        for part in parts
    ]
    taken = sum(part.raw - part.amount for part in why.parts)
    html = _templates().get_template("activity/panel.html").render(rows=rows, taken=_points(taken) if taken > 0 else "")
    return [Panel("Last 30 days", Markup(html), url="/rules")]  # noqa: S704 - the template escapes


def _title(rule: str | None) -> str:
    if rule is None:
        return "In private places"
    return TITLES.get(rule, "Adjusted by hand" if rule == "adjustment" else rule)


def _points(thousandths: int) -> str:
    return f"{thousandths / UNIT:,g}"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_activity"), autoescape=True)
