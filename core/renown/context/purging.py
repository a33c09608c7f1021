"""Getting rid of what a plugin has here, also when its code is gone. What is on record stays: ledger, log, audit."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import DBAPIError

from renown import audit
from renown.context import holdings, store, timing
from renown.context.holdings import Holdings
from renown.db import trouble
from renown.db.engine import STANDINGS_LOCK, Database, lock
from renown.events import consume
from renown.hooks.manager import Plugins
from renown.hooks.manifest import NAME, RESERVED
from renown.hooks.states import State
from renown.ledger import drafts, generations, tryout
from renown.ledger.models import Period, Standing, StandingBucket
from renown.notify.models import Due, Notification
from renown_migrations import purge as drop_tables

#: Seconds for which a purge waits for others.
WAIT = 3


class NotPurged(Exception):
    """Nothing was taken away. The text says why."""


def preview(conn: Connection, plugins: Plugins, name: str, data: Path) -> Holdings:
    """What a purge would take away just now, counted to the last row, and what it would leave.

    Raises NotPurged for what is no plugin here.
    """
    if not NAME.fullmatch(name) or name in RESERVED:
        raise NotPurged(f"{name!r} is no plugin's name")
    if name not in plugins and all(one.name != name for one in holdings.gone(conn, (), data)):
        raise NotPurged(f"there is nothing of a plugin {name} here")
    return holdings.count(conn, name, holdings.folder(data, name), whole=True)


def purge(db: Database, plugins: Plugins, name: str, data: Path, *, actor_id: int | None, via: str) -> Holdings:
    """Take it all away for good, and say what it was. Raises NotPurged, also where the plugin is on."""
    plugins.refresh(now=True)
    if is_on(plugins, name):
        raise NotPurged(f"{name} is on: switch it off first")
    try:
        found = db.retrying(lambda conn: _purge(conn, plugins, name, data, actor_id, via), tries=1)
    except DBAPIError as error:
        if not trouble.is_busy(error):
            raise
        raise NotPurged("somebody reads for long just now, and tables go when nobody reads; try again") from error
    # Last: what the database takes back, as it may, would miss them.
    shutil.rmtree(holdings.folder(data, name), ignore_errors=True)
    plugins.refresh(now=True)
    return found


def is_on(plugins: Plugins, name: str) -> bool:
    """Whether it runs here, or is blocked here and may run elsewhere."""
    blocked = name in plugins and plugins.status(name).state is State.BLOCKED
    return plugins.is_on(name) or (blocked and plugins.is_wanted(name))


def _purge(conn: Connection, plugins: Plugins, name: str, data: Path, actor_id: int | None, via: str) -> Holdings:
    if conn.dialect.name == "postgresql":
        # Dropping what refers to people waits for all who read, and meanwhile everybody else would wait for it.
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}s'")
    found = preview(conn, plugins, name, data)
    _stand_still(conn, name)
    _drafts(conn, name)
    _levels(conn, name)
    notices = select(Notification.id).where(Notification.plugin == name)
    conn.execute(delete(Due).where(Due.notice_id.in_(notices)))
    for _, of, which in holdings.own_rows(name):
        conn.execute(delete(of).where(which))
    timing.forget(conn, name)
    drop_tables(conn, name)
    # Those that run see it, and what is kept of the switches does not name it any more.
    store.changed(conn)
    details = {one.name: one.count for one in (*found.tables, *found.rows)} | {"files": found.files}
    audit.record(conn, "plugin.purged", actor_id=actor_id, via=via, target=f"plugin:{name}", details=details)
    return found


def _stand_still(conn: Connection, name: str) -> None:
    """Let no reader go on, here or elsewhere; wait for none."""
    still = generations.pause(conn, name)
    for kind in (consume.RECORDED, consume.PEOPLE):
        still = consume.switch_off(conn, f"{kind}:{name}") and still
    if not still:
        raise NotPurged(f"a hook of {name} is still at work; when it has come back, or its worker is ended, try again")


def _drafts(conn: Connection, name: str) -> None:
    """Their dry runs are cleared away with them."""
    for (plugin, _), draft in drafts.waiting(conn).items():
        if plugin == name:
            tryout.forget(conn, draft)


def _levels(conn: Connection, name: str) -> None:
    lock(conn, STANDINGS_LOCK)
    boards = holdings.level_boards(name)
    for of in (Standing, StandingBucket):
        conn.execute(delete(of).where(of.period_id.in_(boards)))
    conn.execute(delete(Period).where(Period.id.in_(boards)))
