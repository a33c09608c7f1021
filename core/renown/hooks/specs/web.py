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

    Routes are under default deny: a view says who may use it, `@public` opens it to all.

    :param ctx: without a session; views use `ctx.reading()` and `ctx.writing()`.
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: when a plugin is switched on or off: routes of one that is off answer 404.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    """Links for the viewer, who may be a customer, or nobody. It is asked on each page, so: no queries.

    Where customers may join, `/` leads those who do not work here to the first link at the top.

    :param viewer: who looks; ask for their role: whatever is not for everybody is not for customers and strangers.
    :param place: "top", "admin" or "me".
    :called: at most once for each page and place, while the page is made.
    :not called: on fragments, on the API, or for plugins that are off.
    :when it raises: its links are left out of this page. Three faults in a row open the breaker.
    :time: 50 ms. Later links are left out; after three in a row it is left alone for a minute.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    """Boxes on a page of the core's.

    :param place: "home", "person", "team", "board", "admin" or "source".
    :param subject: the person's, team's or source's id; None where the page has no subject.
    :param viewer: who looks: show them nothing that a page would not.
    :param ctx: with a session that keeps nothing that is written.
    :called: in a request of its own, after the page that has the place.
    :not called: for crawlers, on exports, or where the page itself is not shown to the viewer.
    :when it raises: a small notice stands in its place. Three faults in a row open the breaker.
    :time: 150 ms. Later boxes are left out; after three in a row it is left alone for a minute.

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
    :called: when a view marked `@needs(action)`, a template or `ctx.permissions` asks for an action that this plugin
        declares.
    :not called: for the core's or other plugins' actions, or for a token that does not hold the action as a scope.
    :when it raises: the action is denied. Three faults in a row open the breaker, and it stays denied.
    :time: 500 ms. A later answer still counts; after three in a row all is denied for a minute.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
