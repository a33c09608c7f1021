"""`renown plugins`: what is installed, in which state and why; switching; beginning a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from renown.cli.common import (
    discovered,
    emit_json,
    emit_table,
    in_trouble,
    json_option,
    left_behind,
    named_errors,
    open_renown,
    settings,
)
from renown.cli.plugin_care import ALL as CARE
from renown.cli.plugin_care import reason
from renown.cli.plugin_sheet import ALL as SHEETS
from renown.cli.plugin_sheet import asked
from renown.cli.scaffold import write as write_scaffold
from renown.cli.taken import why_taken
from renown.context.switching import NotSwitched, make_tables, set_enabled
from renown.hooks.manager import Plugins
from renown.hooks.manifest import NAME, is_name
from renown.hooks.states import State


@click.group()
def plugins() -> None:
    """Plugins: what there is, switching, settings, helping on, removing; and beginning a new one."""


for command in (*SHEETS, *CARE):
    plugins.add_command(command)


@plugins.command("list")
@json_option
def show(as_json: bool) -> None:
    """List what is installed, each with its state and the reason for it. Works without a database."""
    made = settings()
    found = discovered(made)
    gone = left_behind(made, [one.name for one in found.installed])
    wrong = in_trouble(made, found)
    troubles = {name: [one.whole for one in those] for name, those in wrong.items()}
    rows: list[tuple[Any, ...]] = []
    keys = ("name", "version", "state", "reason", "distribution", "hooks", "outdated", "troubles")
    for one in sorted(found.installed, key=lambda one: one.name):
        status = found.status(one.name)
        hooks = found.hooks_of(one.name)
        rows.append(
            (
                one.name,
                one.version,
                str(status.state),
                "; ".join((reason(status), *troubles.get(one.name, ()))),
                one.distribution,
                hooks,
                list(one.outdated),
                troubles.get(one.name, []),
            )
        )
    rows += [(one.name, "", "gone", one.reason, "", [], [], []) for one in gone]
    if as_json:
        emit_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        emit_table(("plugin", "version", "state", "reason"), [row[:4] for row in rows])
        for one in found.installed:
            for text in one.outdated:
                click.echo(f"{one.name} uses what is leaving: {text}")
            for text in one.rivals:
                click.echo(f"{one.name}: {text}: uninstall it")
    if any(row[2] in (State.FAILED, State.INCOMPATIBLE, State.NEEDS_UPGRADE, State.SUSPENDED) for row in rows):
        raise SystemExit(1)
    if any(one.kind == "bad" for those in wrong.values() for one in those) or any(one.wanted for one in gone):
        raise SystemExit(1)


@plugins.command()
@click.argument("name")
@click.option("--upgrade", "with_tables", is_flag=True, help="Make or bring up to date its tables first.")
@click.option("--yes", "agreed", is_flag=True, help="Do not ask.")
@named_errors(NotSwitched)
def enable(name: str, with_tables: bool, agreed: bool) -> None:
    """Switch a plugin on, in every running process, and close its breakers.

    It says first what the plugin asks for and may do; on a terminal, it asks whether to go on. What it asks for besides
    since it was upgraded is allowed if you say so there; without a terminal, by --yes alone.
    """
    with open_renown() as renown:
        if name in renown.plugins:
            click.echo("\n".join(asked(renown.plugins, name)), err=True)
            agreed = agreed or _agrees(renown.plugins, name)
        if with_tables:
            make_tables(renown.db, renown.plugins, name, actor_id=None, via="cli")
        set_enabled(renown.db, renown.plugins, name, True, actor_id=None, via="cli", agree=agreed)
        status = renown.plugins.status(name)
    click.echo(f"{name} is {status.state}: {reason(status)}.")
    if not status.on:
        raise SystemExit(1)


def _agrees(known: Plugins, name: str) -> bool:
    """Whether to agree to all that a plugin asks for. A script that runs at each start agrees to nothing new."""
    wanting = known.wanting(name)
    if not sys.stdin.isatty():
        if wanting:
            click.echo("What was not agreed to waits: say --yes to allow it.", err=True)
        return not wanting
    if not known.is_wanted(name):
        click.confirm(f"Switch {name} on?", abort=True, err=True)
    return not wanting or click.confirm("Allow what was not agreed to?", err=True)


@plugins.command()
@click.argument("name")
@named_errors(NotSwitched)
def disable(name: str) -> None:
    """Switch a plugin off, in every running process. Its tables and its entries stay."""
    with open_renown() as renown:
        set_enabled(renown.db, renown.plugins, name, False, actor_id=None, via="cli")
    click.echo(f"{name} is disabled. Its tables stay; to drop them: renown plugins purge {name}.")


@plugins.command("new")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to.")
def new(name: str, into: Path) -> None:
    """Begin a plugin: a repository with a score, a table, a page, a panel, an API, settings and tests that pass."""
    if not is_name(name):
        raise click.BadParameter(f"{name!r} is not {NAME.pattern}, or reserved", param_hint="NAME")
    if why := why_taken(name, settings()):
        raise click.BadParameter(f"{name!r} is taken: {why}", param_hint="NAME")
    try:
        folder = write_scaffold(name, into)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"{folder} is written. Next: pip install -e '{folder}[test]' && pytest {folder}")
