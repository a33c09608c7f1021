"""Switching plugins on and off, and what follows: measures, rules and generations are made, readers start and stop."""

from __future__ import annotations

from sqlalchemy import Connection

from renown import audit
from renown.context import store
from renown.db.engine import Database
from renown.events import consume
from renown.hooks.manager import Plugins
from renown.hooks.manifest import is_name
from renown.ledger import generations
from renown_migrations import MigrationError, status, upgrade

#: Kind of the readers that tell plugins of merges, splits and erasures; they never pass one over.
PEOPLE = "people"


class NotSwitched(Exception):
    """The plugin cannot be switched on. The text says why."""


def set_enabled(db: Database, plugins: Plugins, name: str, on: bool, *, actor_id: int | None, via: str) -> None:
    """Seen here at once and by other processes within a second. Switching on closes the plugin's breakers.

    One whose code is gone can be switched off. Raises NotSwitched where the plugin is not there or cannot run.
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
        if on:
            store.try_again(conn, name)
        audit.record(
            conn, "plugin.enabled" if on else "plugin.disabled", actor_id=actor_id, via=via, target=f"plugin:{name}"
        )

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

    False where one does not stop yet, since a hook of its plugin has not come back.
    """
    done = True
    for name, manifest in plugins.manifests.items():
        on, hooks = plugins.is_on(name), plugins.hooks_of(name)
        if on:
            defaults = [(rule.name, dict(rule.default_body)) for rule in manifest.rules]
            generations.ensure(conn, name, manifest.measures, defaults)
        else:
            done = generations.pause(conn, name) and done
        done = _reader(conn, f"recorded:{name}", consume.RECORDED, name, on and "events_recorded" in hooks) and done
        hears = any(hook.startswith("person_") for hook in hooks)
        done = _reader(conn, f"people:{name}", PEOPLE, name, on and hears) and done
    return done


def leave(conn: Connection, plugins: Plugins) -> bool:
    """Stop the readers of plugins that this process does not have: nothing waits for what nobody reads.

    They go on from there where a process has the plugin again. False where one does not stop yet.
    """
    done = True
    for name in {row.plugin for row in consume.listed(conn) if row.state != consume.OFF} - plugins.manifests.keys():
        done = generations.pause(conn, name) and done
        for row in consume.listed(conn):
            if row.plugin == name and row.kind != consume.SCORE:
                done = consume.switch_off(conn, row.name) and done
    return done


def _reader(conn: Connection, reader: str, kind: str, plugin: str, on: bool) -> bool:
    if not on:
        return consume.switch_off(conn, reader)
    consume.ensure(conn, reader, kind, plugin)
    return True
