"""Where events, people and sign-ins come from. Called once per process, at load, for plugins that are off as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renown.context import PluginContext
    from renown.hooks.types import Directory, IdentityProvider
    from renown.sources.connector import Connector


@hookspec
def connectors(ctx: PluginContext) -> Iterable[Connector]:
    """The networks this plugin reads.

    :param ctx: without a session: none is open at load. Use `ctx.reading()` where one is needed.
    :returns: connectors, each with a `network` that no other plugin has.
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: when a plugin is switched on: what it returned at load is used from then on. Not at a delivery: the
        connector's own methods are called then.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def identity_providers(ctx: PluginContext) -> Iterable[IdentityProvider]:
    """Ways to sign in beside local ones.

    :param ctx: without a session.
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: at a sign-in: `IdentityProvider.start` and `finish` are called then.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it. Local
        sign-in never depends on it.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def directories(ctx: PluginContext) -> Iterable[Directory]:
    """Lists of people and teams that the organisation keeps elsewhere.

    :param ctx: without a session.
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: when a directory is read: `Directory.rows` is called then, once a day, and tried again where it
        raises.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
