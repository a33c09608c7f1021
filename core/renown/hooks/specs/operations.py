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
    :called: with the other hooks of load, once in each process, before the command runs.
    :not called: for commands that need no plugins loaded, such as `renown plugins list`.
    :when it raises: the plugin is *failed*; the core's commands work on.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def jobs(ctx: PluginContext) -> Iterable[Job]:
    """Work to be done again and again by whichever worker is free.

    :param ctx: without a session; a job's `work` gets one whose transaction begins when it first uses the database.
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: when a job is due: `Job.work` is called then, by a worker, while the plugin is on.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it. Where a
        job's `work` raises, it is tried again, later each time, and shown.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def demo(day: DemoDay, ctx: PluginContext) -> None:
    """A working day at noon in the organisation that `renown demo` makes up: do what its people would with this plugin.

    Go the way of people's acts, through what pages and the API call: a demo shows nothing but what is real.

    :param day: which day it is, and who is there. The same days of the same demo must give the same.
    :param ctx: with a session, and a clock that says that day.
    :called: on each working day of `renown demo`, after what networks tell of it.
    :not called: outside of `renown demo`.
    :when it raises: the demo stops, and says why.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def health(ctx: PluginContext) -> Iterable[Health]:
    """Checks of what this plugin depends on.

    :param ctx: with a session that keeps nothing that is written.
    :called: by a job, each minute; pages show what it said last.
    :not called: on `/healthz` or `/readyz`.
    :when it raises: the plugin is reported unhealthy. Three faults in a row open the breaker.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    """Figures for `/metrics`.

    :param ctx: with a session that keeps nothing that is written.
    :called: by a job, each minute; `/metrics` has what it said last.
    :not called: when `/metrics` is read.
    :when it raises: its figures are missing, and the fault is counted in `renown_plugin_faults_total`. Three faults
        in a row open the breaker.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
