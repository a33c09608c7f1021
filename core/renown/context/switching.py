"""Switching plugins on and off, and what follows: measures, rules and generations are made, readers start and stop."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from renown import audit
from renown.context import store
from renown.db.engine import Database
from renown.events import consume
from renown.hooks.manager import Plugins
from renown.hooks.manifest import is_name
from renown.ledger import generations, needed
from renown_migrations import MigrationError, status, upgrade


class NotSwitched(Exception):
    """The plugin cannot be switched on. The text says why."""


def set_enabled(
    db: Database, plugins: Plugins, name: str, on: bool, *, actor_id: int | None, via: str, agree: bool = True
) -> None:
    """Seen here at once and by other processes within a second. Switching on closes the plugin's breakers.

    It agrees to what the plugin asks for here and now, be it on already; without `agree`, to nothing that was not
    agreed to. One whose code is gone can be switched off. Raises NotSwitched where the plugin is not there or cannot
    run.
    """
    if not is_name(name):
        raise NotSwitched(f"{name!r} is no plugin's name")
    if name not in plugins:
        plugins.refresh(now=True)
        if on or not plugins.is_wanted(name):
            raise NotSwitched(f"no plugin {name!r} is installed")
    elif on and (fault := plugins[name].fault) is not None:
        raise NotSwitched(f"{name} is {fault.state}: {fault.reason}")
    bundled = [one.name for one in plugins.installed if one.bundled]

    def write(conn: Connection) -> None:
        store.switch(conn, name, on, bundled)
        agreed: dict[str, str] = {}
        if on:
            store.try_again(conn, name)
            if agree:
                agreed = store.agree(conn, name, plugins.manifests[name].permissions)
        audit.record(
            conn, "plugin.enabled" if on else "plugin.disabled", actor_id=actor_id, via=via, target=f"plugin:{name}",
            details={"permissions": agreed} if agreed else None,
        )  # fmt: skip

    db.retrying(write)
    plugins.refresh(now=True)
    db.retrying(lambda conn: follow(conn, plugins))


def make_tables(db: Database, plugins: Plugins, name: str, *, actor_id: int | None, via: str) -> None:
    """Make the plugin's tables, or bring them up to date. Raises NotSwitched."""
    if name not in plugins.migrations:
        return
    mine = {name: plugins.migrations[name]}
    try:
        with db.read() as conn:
            [before] = status(conn, mine)
        [after] = upgrade(db, mine)
    except MigrationError as error:
        raise NotSwitched(str(error)) from error

    def write(conn: Connection) -> None:
        store.changed(conn)
        if before.current != after.current:
            details = {"from": before.current, "to": after.current}
            audit.record(conn, "plugin.upgraded", actor_id=actor_id, via=via, target=f"plugin:{name}", details=details)

    db.retrying(write)
    plugins.refresh(now=True)


def follow(conn: Connection, plugins: Plugins) -> bool:
    """Make what plugins need that are on, and stop the readers of those that are off. Twice does nothing more.

    One that is switched on and cannot run here is left as it is: another process may have it, and nobody waits for a
    reader that none moves. False where one does not stop yet, since a hook of its plugin has not come back.
    """
    done = True
    for name in plugins.enabled:
        manifest, hooks = plugins.manifests[name], plugins.hooks_of(name)
        defaults = [(rule.name, dict(rule.default_body)) for rule in manifest.rules]
        generations.ensure(conn, name, manifest.measures, defaults)
        for kind in (consume.RECORDED, consume.PEOPLE):
            if needed.hears(kind, hooks):
                consume.ensure(conn, f"{kind}:{name}", kind, name)
            else:
                done = consume.switch_off(conn, f"{kind}:{name}") and done
    for row in consume.listed(conn):
        if row.state != consume.OFF and not plugins.is_due(row.plugin):
            # Of one that is not installed here, too: it may have been switched off by a process that lacks it.
            done = _stop(conn, row) and done
    return done


def _stop(conn: Connection, row: Row[Any]) -> bool:
    return generations.pause(conn, row.plugin) if row.kind == consume.SCORE else consume.switch_off(conn, row.name)
