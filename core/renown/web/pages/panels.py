"""Boxes of plugins, each in a request of its own, so that a slow or broken one holds up no page."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from sqlalchemy import select

from renown.access.routes import needs
from renown.hooks.guard import Fault
from renown.ledger import directory
from renown.people.models import Team
from renown.sources.models import Source
from renown.web import spans
from renown.web.guard import permitted
from renown.web.house import house, reading, viewer

pages = Blueprint("panels", __name__)

#: What the page that a box stands on asks of its viewer.
_PLACES = {
    "home": "boards:read",
    "board": "boards:read",
    "person": "people:read",
    "team": "boards:read",
    "admin": "admin:read",
    "source": "sources:read",
}


@pages.get("/panels/<plugin>/<place>", defaults={"subject": None})
@pages.get("/panels/<plugin>/<place>/<int:subject>")
@needs("me:read")
def show(plugin: str, place: str, subject: int | None) -> str:
    if plugin not in house().dispatcher.with_panels() or not _may_see(place, subject):
        abort(404)
    found = house().dispatcher.panels(plugin, place, subject, viewer(), reading())
    title = house().plugins.manifests[plugin].title
    if isinstance(found, Fault):
        return render_template("frame/panel_failed.html", title=title)
    return render_template("frame/panels.html", panels=found)


@pages.app_template_global()
def panel_plugins() -> tuple[str, ...]:
    return house().dispatcher.with_panels()


def _may_see(place: str, subject: int | None) -> bool:
    """Whether the page with this box exists for the viewer."""
    if place not in _PLACES or not permitted(_PLACES[place]):
        return False
    conn = reading()
    if place == "person":
        return subject is not None and directory.may_see(conn, viewer(), subject, spans.today())
    if place in ("team", "source"):
        column = Team.id if place == "team" else Source.id
        return conn.scalar(select(column).where(column == subject)) is not None
    return subject is None
