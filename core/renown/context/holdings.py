"""What a plugin has here, found without its code: its tables, rows of the core's that are its own, files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, table

from renown.access.models import VouchedAccount
from renown.db.models import Base, PluginState, Setting
from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.manifest import is_name
from renown.jobs.models import Schedule
from renown.ledger.models import Entry, Generation, Measure, Period, Rule, RuleDraft, Standing, StandingClose
from renown.notify.models import Notification, NotifyChoice
from renown.sources.models import Source
from renown_migrations import owners
from renown_migrations.dropping import strangers, tables, views

#: Where counting ends on a page that is only to tell how large something is.
ENOUGH = 100_000


@dataclass(frozen=True)
class Pieces:
    """How many there are of something; at least so many, where there are `more`."""

    name: str
    count: int
    more: bool = False


@dataclass(frozen=True)
class Holdings:
    """`tables` and `rows` go with a purge, `files` too; `stays` is on record, and what the plugin goes on with.

    `rows` and `stays` leave out what there is none of. `size` is in bytes. `sources` are connected still, with their
    secrets. `strangers` are tables that are called as its own would be, and were not made by its migrations.
    """

    tables: tuple[Pieces, ...] = ()
    rows: tuple[Pieces, ...] = ()
    files: int = 0
    size: int = 0
    stays: tuple[Pieces, ...] = ()
    sources: int = 0
    strangers: tuple[str, ...] = ()
    #: After a purge: what could not be removed of its files, and why.
    kept: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether a purge has anything to do."""
        return bool(self.tables or self.rows or self.files)


@dataclass(frozen=True)
class Gone:
    """A plugin that is not installed and has left something. `wanted`: it is switched on all the same."""

    name: str
    wanted: bool
    tables: int
    #: What else there is of it, in words.
    also: tuple[str, ...] = field(default=())

    @property
    def reason(self) -> str:
        tables = {0: "no tables", 1: "one table"}.get(self.tables, f"{self.tables} tables")
        left = ", ".join((tables, *self.also))
        return f"its code is gone, {left} left{'; it is switched on all the same' if self.wanted else ''}"


def count(
    conn: Connection, plugin: str, files: Path, networks: Collection[str] = (), *, whole: bool = False
) -> Holdings:
    """What there is of a plugin. `files` is its folder, and `networks` are those that it reads.

    What cannot be a plugin's name has nothing. No count goes beyond `ENOUGH`, unless what would go is to be counted to
    the last row (`whole`).
    """
    if not is_name(plugin):
        return Holdings()
    most = None if whole else ENOUGH
    here = tuple(_pieces(conn, name, table(name), most=most) for name in tables(conn, plugin))
    rows = [Pieces("views of its tables", len(views(conn, plugin)))]
    rows += [_pieces(conn, name, of.__table__, which, most) for name, of, which in own_rows(plugin)]
    stays = [_pieces(conn, name, of.__table__, which, ENOUGH) for name, of, which in _kept_rows(plugin)]
    found = list(_within(files))
    return Holdings(
        here,
        tuple(one for one in rows if one.count),
        len(found),
        sum(file.lstat().st_size for file in found),
        tuple(one for one in stays if one.count),
        _connected(conn, networks),
        tuple(strangers(conn, plugin)),
    )


def folder(data: Path, plugin: str) -> Path:
    """Where the plugin's `ctx.files` are, under the data folder."""
    return data / "files" / plugin


def own_rows(plugin: str) -> Sequence[tuple[str, type[Base], ColumnElement[bool]]]:
    """Rows in the core's tables that are the plugin's own, in words, in an order in which they can be deleted."""
    told = (consume.RECORDED, consume.PEOPLE)
    return (
        ("numbers it published", Standing, Standing.period_id.in_(level_boards(plugin))),
        ("notices to people", Notification, Notification.plugin == plugin),
        ("choices how to hear of them", NotifyChoice, NotifyChoice.kind.startswith(f"{plugin}.", autoescape=True)),
        ("sign-ins it vouched for", VouchedAccount, VouchedAccount.plugin == plugin),
        ("drafts of its rules", RuleDraft, RuleDraft.plugin == plugin),
        ("readers of the log", Consumer, (Consumer.plugin == plugin) & Consumer.kind.in_(told)),
        ("jobs", Schedule, Schedule.plugin == plugin),
        ("settings", Setting, Setting.owner == plugin),
        ("word on whether it is on", PluginState, PluginState.name == plugin),
    )


def level_boards(plugin: str) -> Any:
    """The boards of its levels, which are of no generation, are never closed and can be published again."""
    measures = select(Measure.id).where(Measure.plugin == plugin, Measure.generation.is_(None))
    return select(Period.id).where(Period.generation == 0, Period.measure.in_(measures))


def _kept_rows(plugin: str) -> Sequence[tuple[str, type[Base], ColumnElement[bool]]]:
    mine = select(Generation.id).where(Generation.plugin == plugin)
    closed = select(Period.id).where(Period.generation.in_(mine), Period.closed.is_not(None))
    return (
        ("entries in the ledger", Entry, Entry.generation.in_(mine)),
        ("lines of closed boards", StandingClose, StandingClose.period_id.in_(closed)),
        ("versions of its rules", Rule, Rule.plugin == plugin),
    )


def gone(conn: Connection, installed: Collection[str], data: Path) -> list[Gone]:
    """Plugins that are not installed and have left something that a purge takes away."""
    on: Mapping[str, bool] = {
        row.name: row.enabled for row in conn.execute(select(PluginState.name, PluginState.enabled))
    }
    kept = (
        ("settings", set(conn.scalars(select(Setting.owner).distinct()))),
        ("readers", set(conn.scalars(select(Consumer.plugin).where(Consumer.kind != consume.SCORE).distinct()))),
        ("jobs", set(conn.scalars(select(Schedule.plugin).distinct()))),
        ("files", {one.name for one in _folders(data / "files")}),
    )
    names = set(owners(conn)).union(on, *(having for _, having in kept))
    return [
        Gone(
            name,
            on.get(name, False),
            len(tables(conn, name)),
            tuple(what for what, having in kept if name in having),
        )
        for name in sorted(names.difference(installed))
        if is_name(name)
    ]


def _pieces(
    conn: Connection, name: str, of: Any, which: ColumnElement[bool] | None = None, most: int | None = None
) -> Pieces:
    rows: Select[Any] = select(literal_column("1")).select_from(of)
    if which is not None:
        rows = rows.where(which)
    if most is not None:
        rows = rows.limit(most + 1)
    found = conn.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return Pieces(name, found if most is None else min(found, most), most is not None and found > most)


def _connected(conn: Connection, networks: Collection[str]) -> int:
    which = (Source.network.in_(networks), Source.state != "removed")
    return conn.scalar(select(func.count()).select_from(Source).where(*which)) or 0


def _within(folder: Path) -> Iterator[Path]:
    """Links are files here: what they lead to is not the plugin's."""
    if folder.is_symlink() or folder.is_file():
        return iter((folder,))
    return (one for one in folder.rglob("*") if one.is_symlink() or one.is_file())


def _folders(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
