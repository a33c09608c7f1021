"""What commands share: figures as JSON or for people, and errors that say what to do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from renown.app import Renown, build
from renown.context.holdings import Gone, gone
from renown.context.store import PluginStore
from renown.context.troubles import Trouble, troubles
from renown.db.engine import Database
from renown.db.trouble import in_words, is_trouble
from renown.hooks.manager import Plugins
from renown.settings import Settings
from renown_migrations import CORE, MigrationError, is_empty, status, upgrade

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")


def emit_json(data: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2))


def emit_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, err: bool = False) -> None:
    """Columns as wide as their widest value; numbers to the right."""
    texts = [[("" if value is None else str(value)) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in texts)]) for i, name in enumerate(columns)]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(columns))]
    for line in [list(columns), *texts]:
        cells = [t.rjust(w) if r else t.ljust(w) for t, w, r in zip(line, widths, right, strict=True)]
        click.echo("  ".join(cells).rstrip(), err=err)


def discovered(made: Settings) -> Plugins:
    """What is installed, with what the database says of it where there is one."""
    database = Database(made.database_url) if _may_be_there(made) else None
    try:
        store = PluginStore(database) if database else None
        return Plugins.discover(made.blocked_plugins, store, safe=made.safe, data=made.data)
    except SQLAlchemyError as error:
        click.echo(f"{not_answering(error).message}; these are the states at first start", err=True)
        return Plugins.discover(made.blocked_plugins, safe=made.safe, data=made.data)
    finally:
        if database:
            database.close()


def left_behind(made: Settings, installed: Collection[str]) -> list[Gone]:
    """Plugins that are not installed and have left something, as far as the database can be asked."""
    if not _may_be_there(made):
        return []
    database = Database(made.database_url)
    try:
        with database.read() as conn:
            return [] if is_empty(conn) else gone(conn, installed, made.data)
    except SQLAlchemyError:
        return []
    finally:
        database.close()


def in_trouble(made: Settings, plugins: Plugins) -> Mapping[str, Sequence[Trouble]]:
    """What goes wrong with plugins that are on, as far as the database can be asked."""
    if not _may_be_there(made):
        return {}
    database = Database(made.database_url)
    try:
        with database.read() as conn:
            return {} if is_empty(conn) else troubles(conn, plugins)
    except SQLAlchemyError:
        return {}
    finally:
        database.close()


_EMBEDDED = "sqlite:///"


def _may_be_there(made: Settings) -> bool:
    # Opening an SQLite database that is not there would make it.
    return not made.database_url.startswith(_EMBEDDED) or Path(made.database_url.removeprefix(_EMBEDDED)).is_file()


def where(made: Settings) -> str:
    """Which database it is, as people name it: the file, or the address without its password."""
    if made.database_url.startswith(_EMBEDDED):
        return made.database_url.removeprefix(_EMBEDDED)
    return make_url(made.database_url).set(drivername="postgresql").render_as_string()


def say_where() -> None:
    """Print on standard error which database is read: another folder has another one."""
    click.echo(f"Database: {where(settings())}", err=True)


def not_answering(error: SQLAlchemyError) -> click.ClickException:
    """What the driver says of it, in one line."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return click.ClickException(f"{in_words(error)}: {said}")


def settings() -> Settings:
    try:
        found = Settings.from_environment()
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    current = click.get_current_context(silent=True)
    return replace(found, safe=True) if current is not None and current.meta.get(_SAFE) else found


_SAFE = "renown.safe"


def _be_safe(ctx: click.Context, _: click.Parameter, given: bool) -> None:
    if given:
        ctx.meta[_SAFE] = True


safe_option = click.option(
    "--safe", is_flag=True, expose_value=False, is_eager=True, callback=_be_safe, help="Without any plugin."
)


@contextmanager
def open_database(*, create: bool = False, migrated: bool = True) -> Iterator[Database]:
    """The database of the environment. One that does not exist yet is made if `create`; an old one is left as it is."""
    made = settings()
    if migrated and not create and not _may_be_there(made):
        raise _none_yet(made)
    database = Database(made.database_url)
    try:
        if migrated:
            require_current(database, create=create)
        yield database
    except SQLAlchemyError as error:
        if not (isinstance(error, OperationalError) or is_trouble(error)):
            raise
        raise not_answering(error) from error
    except MigrationError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.close()


def require_current(database: Database, *, create: bool) -> None:
    with database.read() as conn:
        empty = is_empty(conn)
        behind = [] if empty else [one.owner for one in status(conn) if one.behind]
    if empty and create:
        refuse_in_safe_mode(settings())
        upgrade(database, {**CORE, **discovered(settings()).migrations})
    elif empty:
        raise _none_yet(settings())
    elif behind:
        raise click.ClickException(f"the tables of {', '.join(behind)} are not up to date: run `renown db upgrade`")


def refuse_in_safe_mode(made: Settings) -> None:
    """Of a database that is still to be made."""
    if made.safe:
        raise click.ClickException(
            f"there is nothing yet in {where(made)}, and safe mode would make the core's tables alone: start once "
            "without it; RENOWN_BLOCKED_PLUGINS leaves a plugin out that does harm"
        )


def _none_yet(made: Settings) -> click.ClickException:
    return click.ClickException(
        f"there is nothing yet in {where(made)}: make it by `renown serve` or `renown db upgrade`, or name another "
        "database (RENOWN_DATA, RENOWN_DATABASE_URL)"
    )


def named_errors(*kinds: type[Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Turn these exceptions, whose texts are for people, into one line on standard error and exit status 1."""

    def wrap(command: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return command(*args, **kwargs)
            except kinds as error:
                raise click.ClickException(str(error)) from error

        return run

    return wrap


@contextmanager
def open_renown(*, create: bool = False) -> Iterator[Renown]:
    """The wired application on an up-to-date database."""
    with open_database(create=create):
        pass
    renown = build(settings())
    try:
        yield renown
    except SQLAlchemyError as error:
        if not (isinstance(error, OperationalError) or is_trouble(error)):
            raise
        raise not_answering(error) from error
    finally:
        renown.close()
