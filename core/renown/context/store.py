"""Which plugins are on, and which breakers are open: rows that all processes read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, select

from renown import clock
from renown.db.engine import PLUGINS_LOCK, Database, lock
from renown.db.models import ALL, PluginState
from renown.db.upsert import upsert
from renown.hooks.manifest import Permission
from renown.hooks.states import Snapshot, State, Status
from renown_migrations import MigrationError, status

#: What to do where tables are from a version that is not installed any more.
NEWER = "install that version again, or restore the back-up of before"


class PluginStore:
    """The `hooks.states.Store` on our tables. Before they exist, bundled plugins count as on."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def version(self) -> int:
        with self._db.read() as conn:
            return _version(conn)

    def read(self, migrations: Mapping[str, Path]) -> Snapshot:
        with self._db.read() as conn:
            if not inspect(conn).has_table(PluginState.__tablename__):
                return Snapshot()
            rows = conn.execute(
                select(PluginState.name, PluginState.enabled, PluginState.suspended, PluginState.agreed)
            ).all()
            on = frozenset(row.name for row in rows if row.enabled)
            behind, unfit = _fit(conn, migrations)
            return Snapshot(
                version=_version(conn),
                enabled=on - {ALL} if ALL in on else None,
                suspended={row.name: _reasons(row.suspended) for row in rows if row.suspended},
                agreed={row.name: row.agreed for row in rows if row.agreed is not None},
                behind=behind,
                unfit=unfit,
            )

    def suspend(self, plugin: str, hook: str, reason: str) -> None:
        self._db.retrying(lambda conn: _suspend(conn, plugin, hook, reason))


def seed(conn: Connection, bundled: Iterable[str]) -> None:
    """Switch the bundled plugins on, in a database that was never asked."""
    if not conn.scalar(select(PluginState.enabled).where(PluginState.name == ALL)):
        _write(conn, [{"name": name, "enabled": True, "reason": "bundled"} for name in (*bundled, ALL)])


def switch(conn: Connection, plugin: str, on: bool, bundled: Iterable[str]) -> None:
    """Every process sees it at its next look, without a restart."""
    lock(conn, PLUGINS_LOCK)
    seed(conn, bundled)
    _write(conn, [{"name": plugin, "enabled": on, "reason": None}])


def agree(conn: Connection, plugin: str, permissions: Iterable[Permission]) -> dict[str, str]:
    """To these, and to nothing else that it may ask for later. Gives their roles by action."""
    roles = {one.name: str(one.role) for one in permissions}
    _write(conn, [{"name": plugin, "agreed": roles}])
    return roles


def is_wanted(conn: Connection, plugin: str, *, bundled: bool) -> bool:
    """Whether it is switched on, be it that no process has it. Nobody switches it until this transaction ends."""
    lock(conn, PLUGINS_LOCK)
    rows = conn.execute(select(PluginState.name, PluginState.enabled).where(PluginState.name.in_((plugin, ALL))))
    on = {row.name for row in rows if row.enabled}
    return plugin in on or (bundled and ALL not in on)


def try_again(conn: Connection, plugin: str, hook: str | None = None) -> None:
    """Close the breaker of one hook, or of all."""
    held = conn.scalar(select(PluginState.suspended).where(PluginState.name == plugin)) or {}
    kept = {name: why for name, why in held.items() if hook is not None and name != hook}
    _write(conn, [{"name": plugin, "suspended": kept}])


def changed(conn: Connection) -> None:
    """Let every process look again: after migrations, say."""
    _write(conn, [])


def _fit(conn: Connection, migrations: Mapping[str, Path]) -> tuple[frozenset[str], dict[str, Status]]:
    """Whose tables are behind, and whose fit no script there is. One whose scripts cannot be read fails alone."""
    behind, unfit = set(), {}
    for name, folder in migrations.items():
        try:
            (one,) = status(conn, {name: folder})
        except MigrationError as error:
            unfit[name] = Status(State.FAILED, str(error).removeprefix(f"{name}: "))
            continue
        if one.newer:
            unfit[name] = Status(
                State.NEEDS_UPGRADE, f"a newer version made its tables (revision {one.current})", NEWER
            )
        elif one.behind:
            behind.add(name)
    return frozenset(behind), unfit


def _suspend(conn: Connection, plugin: str, hook: str, reason: str) -> None:
    held = conn.scalar(select(PluginState.suspended).where(PluginState.name == plugin)) or {}
    _write(conn, [{"name": plugin, "suspended": {**held, hook: {"reason": reason, "at": clock.now()}}}])


def _reasons(suspended: Mapping[str, Any]) -> dict[str, str]:
    return {hook: str(why["reason"]) for hook, why in suspended.items()}


def _version(conn: Connection) -> int:
    return conn.scalar(select(PluginState.version).where(PluginState.name == ALL)) or 0


def _write(conn: Connection, rows: list[dict[str, Any]]) -> None:
    now = clock.now()
    for row in rows:
        columns = tuple(column for column in row if column != "name")
        upsert(
            conn,
            PluginState.__table__,
            [{"enabled": False, "version": 0, "suspended": {}, **row, "changed_at": now}],
            update=(*columns, "changed_at"),
        )
    every = {"name": ALL, "enabled": False, "suspended": {}, "version": _version(conn) + 1, "changed_at": now}
    upsert(conn, PluginState.__table__, [every], update=("version", "changed_at"))
