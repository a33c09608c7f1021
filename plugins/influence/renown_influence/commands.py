"""`renown influence run`, `runs` and `redo`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from renown.api import PluginContext
from renown_influence import redo, ring_search, run, runs
from renown_influence.models import Run

#: Seconds between two looks at a run that a worker does.
_LOOK = 0.5


def commands(ctx: PluginContext) -> Iterator[click.Command]:
    as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")

    @click.command("run")
    @as_json
    def run_now(as_json: bool) -> None:
        """Count all scores now. Where a worker runs it does it; else it is done here."""
        with ctx.writing() as inner:
            run.ask(inner, "asked")
            worker = inner.jobs.alive()
        with _bar() as tell:
            if worker:
                _follow(ctx, tell)
            else:
                run.work(ctx, tell)
                ring_search.work(ctx)
        with ctx.reading() as inner:
            done = runs.listed(inner, 1)[0]
            click.echo(json.dumps(runs.data(done), indent=2) if as_json else _said(done))

    @click.command("runs")
    @as_json
    def list_runs(as_json: bool) -> None:
        """List the runs, the newest first."""
        with ctx.reading() as inner:
            found = runs.listed(inner)
            data, lines = [runs.data(one) for one in found], [_said(one) for one in found]
        click.echo(json.dumps(data, indent=2) if as_json else "\n".join(lines))

    @click.command("redo")
    @click.argument("number", type=int)
    def redo_one(number: int) -> None:
        """Do run NUMBER again and say whether it gives the same. Exits with 1 where it does not."""
        try:
            found = redo.again(ctx, number)
        except redo.NotKept as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Run {number}: {found.said}")
        if not found.same:
            sys.exit(1)

    yield from (run_now, list_runs, redo_one)


def _follow(ctx: PluginContext, tell: run.Tell) -> None:
    """Until the worker is done with what was asked for."""
    while True:
        with ctx.reading() as inner:
            newest = runs.listed(inner, 1)[0].run
            state, stage, progress = newest.state, newest.stage, newest.progress
        tell(stage, progress)
        if state not in ("asked", "running"):
            return
        time.sleep(_LOOK)


def _said(one: runs.Told) -> str:
    row: Run = one.run
    took = "" if one.took is None else f", {one.took / 1e6:.1f} s"
    if row.state != "published":
        return f"run {row.id}: {row.state}{took}{': ' + row.error if row.error else ''}"
    return (
        f"run {row.id}: {row.people:,} people, {row.pairs:,} pairs, {row.rounds} rounds, residual {row.residual:.1e}"
        f"{took}; {row.moved:,} scores moved, graph {row.graph_hash or '':.12}, result {row.result_hash or '':.12}"
    )


@contextmanager
def _bar() -> Iterator[Callable[[str, int], None]]:
    with click.progressbar(length=1000, label="Counting", file=sys.stderr) as bar:

        def tell(stage: str, thousandths: int) -> None:
            bar.label = stage or "Counting"
            bar.update(max(thousandths - bar.pos, 0))

        yield tell
        bar.update(1000 - bar.pos)
