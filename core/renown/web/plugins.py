"""What plugins add to the pages: routes that are 404 while their plugin is off, links, and boxes."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from renown.db.trouble import is_trouble
from renown.hooks.types import NavItem, Place
from renown.web.house import house, viewer
from renown.web.parts import Renown

log = structlog.get_logger("renown.web")

_OWNERS = "renown_plugin_of_blueprint"


def init(app: Flask) -> None:
    @app.before_request
    def refresh() -> None:
        # Without a database what was known last holds: static files and the sign of life need none.
        try:
            house().plugins.refresh()
        except SQLAlchemyError as error:
            if not is_trouble(error):
                log.error("plugins could not be read", exc_info=error)


def register(app: Flask, renown: Renown) -> None:
    """Every installed plugin's routes, after the core's own: switching one off or on needs no restart.

    One whose routes cannot be registered fails alone.
    """
    owners: dict[str, str] = {}
    for plugin, blueprint in renown.loaded.blueprints():
        try:
            app.register_blueprint(blueprint)
        except (ValueError, AssertionError) as error:
            renown.plugins.fail(plugin, f"blueprints: {error}")
        else:
            owners[blueprint.name] = plugin
    app.extensions[_OWNERS] = owners


def owner() -> str | None:
    """The plugin whose route this request takes."""
    owners: dict[str, str] = current_app.extensions[_OWNERS]
    return owners.get((request.blueprint or "").partition(".")[0])


def switched_off() -> bool:
    name = owner()
    return name is not None and not house().plugins.is_on(name)


def permits(action: str) -> bool:
    """Whether the viewer may do what a plugin declared. Unknown actions are denied."""
    return house().dispatcher.allows(viewer(), action)


def links(place: Place) -> Sequence[NavItem]:
    """What the plugins that are on add to the navigation at `place`, asked once a request."""
    known: dict[str, Sequence[NavItem]] = g.setdefault("plugin_links", {})
    if place not in known:
        known[place] = house().dispatcher.navigation(viewer(), place)
    return known[place]
