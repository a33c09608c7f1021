"""`renown db`: the state of the tables, bringing them up to date, a back-up, writing migrations."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import make_url

from renown.cli.common import (
    discovered,
    emit_json,
    emit_table,
    json_option,
    named_errors,
    open_database,
    refuse_in_safe_mode,
    settings,
)
from renown.context.store import changed
from renown.db.copy import Unsound, copy
from renown.db.engine import Database
from renown_migrations import CORE, differences, is_empty, revision, status, upgrade
from renown_migrations.fit import REMEDY, misfits


@click.group()
def db() -> None:
    """The database: its tables and their migrations."""


def owners(plugin: str | None = None) -> dict[str, Path]:
    """The core and, in the order they require each other, the installed plugins that have tables."""
    found = {**CORE, **discovered(settings()).migrations}
    if plugin is not None and plugin not in found:
        raise click.BadParameter(f"no installed plugin {plugin!r} has migrations", param_hint="--plugin")
    return {plugin: found[plugin]} if plugin else found


@contextmanager
def answering() -> Iterator[Database]:
    """The database, in whatever state its tables are, once it answered: one cause is told once."""
    with open_database(migrated=False) as database:
        with database.read() as conn:
            conn.exec_driver_sql("SELECT 1")
        yield database


plugin_option = click.option("--plugin", help="Only this owner of tables.")


@db.command("status")
@plugin_option
@json_option
def show_status(plugin: str | None, as_json: bool) -> None:
    """Show whether the tables fit the installed version. Exits with 1 where some do not."""
    with answering() as database, database.read() as conn:
        known = owners(plugin)
        found, wrong = status(conn, known), misfits(conn, known)
    if as_json:
        emit_json([
            {"owner": s.owner, "current": s.current, "head": s.head, "behind": s.behind,
             "misfits": wrong.get(s.owner, [])}
            for s in found
        ])  # fmt: skip
    else:
        states = {owner: "other than this version's" if texts else "up to date" for owner, texts in wrong.items()}
        emit_table(("owner", "current", "newest", "state"), [
            (s.owner, s.current or "none", s.head, states.get(s.owner, "behind: renown db upgrade")) for s in found
        ])  # fmt: skip
        for owner, texts in wrong.items():
            for text in texts:
                click.echo(f"{owner}: {text}")
        if any(wrong.values()):
            click.echo(f"To do: {REMEDY}.")
    if any(one.behind for one in found) or any(wrong.values()):
        raise SystemExit(1)


@db.command("upgrade")
@plugin_option
@json_option
def run_upgrade(plugin: str | None, as_json: bool) -> None:
    """Bring the tables up to date. Take a back-up first."""
    with answering() as database:
        with database.read() as conn:
            empty = is_empty(conn)
        if empty:
            refuse_in_safe_mode(settings())
        found = upgrade(database, owners(plugin))
        with database.write() as conn:
            changed(conn)
    if as_json:
        emit_json([{"owner": s.owner, "current": s.current, "head": s.head, "behind": s.behind} for s in found])
    else:
        click.echo(f"Up to date: {', '.join(f'{one.owner} {one.current}' for one in found)}.")


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@named_errors(OSError, Unsound)
def backup(file: Path) -> None:
    """Write the embedded database, as it is now, into the new FILE; the site may go on meanwhile.

    For PostgreSQL it says what to run instead.
    """
    made = settings()
    with answering() as database:
        if not database.is_sqlite:
            url = make_url(database.url).set(drivername="postgresql")._replace(password=None)
            command = ["pg_dump", "--format", "custom", "--file", str(file), url.render_as_string()]
            raise click.ClickException(f"this is PostgreSQL: run {shlex.join(command)}")
        size = copy(database, file)
    click.echo(f"{file}: {size:,} bytes. Keep with it, but apart from it, of {made.data}: secret.key and files.")


def _versions(owner: str) -> Path:
    """Where the migrations of an owner are, or will be."""
    found = {one.name: one.folder / "migrations" for one in discovered(settings()).installed if one.folder}
    if owner in CORE:
        return CORE[owner]
    if owner not in found:
        known = ", ".join([*CORE, *sorted(found)])
        raise click.BadParameter(f"no plugin {owner!r} is installed; there are {known}", param_hint="--plugin")
    return found[owner]


@db.command("revision")
@click.option("--plugin", default="core", show_default=True, help="The owner of the tables.")
@click.option("-m", "--message", required=True)
def write_revision(plugin: str, message: str) -> None:
    """Write the next migration by comparing the models with the database, in the folder of the owner's source."""
    with answering() as database:
        click.echo(revision(database, plugin, _versions(plugin), message))


@db.command("check")
@plugin_option
def check(plugin: str | None) -> None:
    """Exit with 1 where the models have what the migrations have not."""
    with answering() as database:
        found = {owner: differences(database, owner, path) for owner, path in owners(plugin).items()}
    for owner, text in found.items():
        click.echo(f"{owner}: {text or 'models and migrations agree'}")
    if any(found.values()):
        raise SystemExit(1)
