"""Commands, jobs and the state of things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from renown.context import PluginContext
    from renown.hooks.types import DemoDay, Health, Job, Metric


@hookspec
def commands(ctx: PluginContext) -> Iterable[click.Command]:
    """Commands for `renown <plugin> ...`.

    :param ctx: without a session; a command uses `ctx.reading()` and `ctx.writing()`.

    When it raises, the plugin is *failed*; the core's commands work on.
    It does not fire for `renown plugins list`.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def jobs(ctx: PluginContext) -> Iterable[Job]:
    """Work to be done again and again by whichever worker is free.

    :param ctx: without a session; a job's `work` gets one with a session.

    When it raises, the plugin is *failed*. When a job itself raises, it is tried again, later each time, and shown.
    It does not fire when a job is due: `Job.work` is called then, while the plugin is on.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def demo(day: DemoDay, ctx: PluginContext) -> None:
    """A working day at noon in the organisation that `renown demo` makes up: do what its people would with this plugin.

    :param day: which day it is, and who is there. The same days of the same demo must give the same.
    :param ctx: with a session, and a clock that says that day.

    Go the way of people's acts, through what pages and the API call: a demo shows nothing but what is real.
    When it raises, the demo stops and says why.
    It does not fire outside of `renown demo`.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def health(ctx: PluginContext) -> Iterable[Health]:
    """Checks of what this plugin depends on.

    :param ctx: with a session that keeps nothing that is written.

    Called by a job and kept; pages show what was kept. When it raises, the plugin is reported unhealthy.
    It does not fire on `/healthz` or `/readyz`.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    """Figures for `/metrics`.

    :param ctx: with a session that keeps nothing that is written.

    Called by a job and kept. When it raises, the fault is counted in `renown_plugin_faults_total`.
    It does not fire when `/metrics` is read.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
