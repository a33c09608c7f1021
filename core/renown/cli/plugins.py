"""`renown plugins`: what is installed, in which state and why; switching; dropping the tables of one that is gone."""

from __future__ import annotations

from pathlib import Path

import click

from renown import audit
from renown.cli.common import discovered, emit_json, emit_table, json_option, named_errors, open_renown, settings
from renown.cli.scaffold import write as write_scaffold
from renown.context.store import changed
from renown.context.switching import NotSwitched, set_enabled
from renown.hooks.manifest import NAME, RESERVED
from renown.hooks.states import State, Status
from renown_migrations import MigrationError, purge, upgrade


@click.group()
def plugins() -> None:
    """Plugins: list, enable, disable, begin a new one."""


@plugins.command("list")
@json_option
def show(as_json: bool) -> None:
    """List what is installed, each with its state and the reason for it. Works without a database."""
    found = discovered(settings())
    rows = []
    for one in sorted(found.installed, key=lambda one: one.name):
        status = found.status(one.name)
        hooks = found.hooks_of(one.name)
        rows.append(
            (
                one.name,
                one.version,
                str(status.state),
                _reason(status),
                one.distribution,
                hooks,
            )
        )
    if as_json:
        keys = ("name", "version", "state", "reason", "distribution", "hooks")
        emit_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        emit_table(("plugin", "version", "state", "reason"), [row[:4] for row in rows])
    if any(row[2] in (State.FAILED, State.INCOMPATIBLE, State.NEEDS_UPGRADE, State.SUSPENDED) for row in rows):
        raise SystemExit(1)


@plugins.command()
@click.argument("name")
@named_errors(NotSwitched, MigrationError)
@click.option("--upgrade", "with_tables", is_flag=True, help="Make or bring up to date its tables first.")
def enable(name: str, with_tables: bool) -> None:
    """Switch a plugin on, in every running process, and close its breakers."""
    with open_renown() as renown:
        if with_tables and name in renown.plugins.migrations:
            upgrade(renown.db, {name: renown.plugins.migrations[name]})
        set_enabled(renown.db, renown.plugins, name, True, actor_id=None, via="cli")
        status = renown.plugins.status(name)
    click.echo(f"{name} is {status.state}: {_reason(status)}.")
    if not status.on:
        raise SystemExit(1)


@plugins.command()
@click.argument("name")
@named_errors(NotSwitched)
def disable(name: str) -> None:
    """Switch a plugin off, in every running process. Its tables and its entries stay."""
    with open_renown() as renown:
        set_enabled(renown.db, renown.plugins, name, False, actor_id=None, via="cli")
    click.echo(f"{name} is disabled. Its tables stay; to drop them: renown plugins purge {name}.")


@plugins.command("purge")
@click.argument("name")
@click.option("--yes", "confirmed", is_flag=True, help="Do not ask.")
def run_purge(name: str, confirmed: bool) -> None:
    """Drop all tables of a plugin that is off, also when its code is gone. Ledger and log stay."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise click.BadParameter(f"{name!r} is no plugin's name", param_hint="NAME")
    with open_renown() as renown:
        if name in renown.plugins.enabled:
            raise click.ClickException(f"{name} is on: renown plugins disable {name}")
        if not confirmed:
            click.confirm(f"Drop all tables named {name}_*? This cannot be undone.", abort=True)
        with renown.db.write() as conn:
            dropped = purge(conn, name)
            changed(conn)
            audit.record(
                conn,
                "plugin.purged",
                actor_id=None,
                via="cli",
                target=f"plugin:{name}",
                details={"tables": list(dropped)},
            )
    click.echo(f"Dropped: {', '.join(dropped)}." if dropped else f"There are no tables of {name}.")


@plugins.command("new")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to.")
def new(name: str, into: Path) -> None:
    """Begin a plugin: a folder that can be installed, with a score, a page's panel and tests that pass."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise click.BadParameter(f"{name!r} is not {NAME.pattern}, or reserved", param_hint="NAME")
    try:
        folder = write_scaffold(name, into)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already") from error
    click.echo(f"{folder} is written. Next: pip install -e '{folder}[test]' && pytest {folder}")


def _reason(status: Status) -> str:
    return "; ".join(filter(None, (status.reason, status.remedy)))
