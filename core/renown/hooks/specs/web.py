"""Pages, and what a plugin adds to those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint

    from renown.access.viewer import Viewer
    from renown.context import PluginContext
    from renown.hooks.types import NavItem, Panel, Place


@hookspec
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    """The plugin's pages and API operations. Blueprints are named after the plugin, or `<plugin>_<word>`.

    :param ctx: without a session; views use `ctx.reading()` and `ctx.writing()`.

    Routes are under default deny: a view says who may use it, `@public` opens it to all.
    When it raises, the plugin is *failed*.
    It does not fire when a plugin is switched on or off: routes of one that is off answer 404.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    """Links for the viewer, who may be a customer, or nobody. Within 50 ms, so: no queries.

    :param viewer: who looks; ask for their role: whatever is not for everybody is not for customers and strangers.
    :param place: "top", "admin" or "me".

    Where customers may join, `/` leads those who do not work here to the first link at the top.
    When it raises or is slow, its links are left out of this page.
    It does not fire on fragments, on the API, or for plugins that are off.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    """Boxes on a page of the core's. Within 150 ms.

    :param place: "home", "person", "team", "board", "admin" or "source".
    :param subject: the person's, team's or source's id; None where the page has no subject.
    :param viewer: who looks: show them nothing that a page would not.
    :param ctx: with a session that keeps nothing that is written.

    Panels load in their own request, after the page. When it raises or is slow, a small notice stands in its place.
    It does not fire for crawlers, on exports, or where the page itself is not shown to the viewer.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def permit(actor: Viewer, action: str, target: object) -> bool | None:
    """Whether somebody may do something that this plugin declared among its permissions.

    :param actor: who wants to.
    :param action: one of this plugin's permissions.
    :param target: what it would be done to, as the caller passed it; None for the action in general.
    :returns: None leaves it to the role that the permission declares.

    When it raises, the action is denied.
    It does not fire for the core's or other plugins' actions.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
