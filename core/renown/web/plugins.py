"""What plugins add to the pages: routes that are 404 while their plugin is off, links, and boxes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, g, request

from renown.hooks.types import NavItem, Place
from renown.web.house import house, viewer


def init(app: Flask) -> None:
    """Register every installed plugin's routes: switching one off or on needs no restart."""
    for _, blueprint in app.extensions["renown"].loaded.blueprints():
        app.register_blueprint(blueprint)

    @app.before_request
    def refresh() -> None:
        house().plugins.refresh()


def owner() -> str | None:
    """The plugin whose route this request takes. Blueprints are named after their plugin, or `<plugin>_<word>`."""
    name = (request.blueprint or "").partition(".")[0].partition("_")[0]
    return name if name in house().plugins else None


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
