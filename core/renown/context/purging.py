"""Getting rid of what a plugin has here, also when its code is gone. What is on record stays: ledger, log, audit."""

from __future__ import annotations

import errno
from collections.abc import Collection
from dataclasses import replace
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
from renown.hooks.manifest import is_name
from renown.jobs.models import Schedule, Worker
from renown.jobs.presence import GONE, fresh
from renown.ledger import drafts, generations, tryout
from renown.ledger.models import Period, Standing, StandingBucket
from renown.notify.models import Due, Notification
from renown_migrations import MigrationError
from renown_migrations.dropping import purge as drop_tables
from renown_migrations.dropping import strangers

#: Seconds for which a purge waits for others.
WAIT = 3
#: So many files that could not be removed are named on record.
_TOLD = 20


class NotPurged(Exception):
    """Nothing was taken away. The text says why."""


def preview(conn: Connection, plugins: Plugins, name: str, data: Path, networks: Collection[str] = ()) -> Holdings:
    """What a purge would take away just now, counted to the last row, and what it would leave.

    `networks` are those that the plugin reads. Raises NotPurged for what is no plugin here.
    """
    if not is_name(name):
        raise NotPurged(f"{name!r} is no plugin's name")
    if name not in plugins and all(one.name != name for one in holdings.gone(conn, (), data)):
        others = strangers(conn, name)
        raise NotPurged(f"there is nothing of a plugin {name} here{_others(name, others)}")
    return holdings.count(conn, name, holdings.folder(data, name), networks, whole=True)


def purge(
    db: Database, plugins: Plugins, name: str, data: Path, networks: Collection[str] = (),
    *, actor_id: int | None, via: str,
) -> Holdings:  # fmt: skip
    """Take it all away for good, and say what it was. Raises NotPurged, also where the plugin is switched on."""
    try:
        found = db.retrying(lambda conn: _purge(conn, plugins, name, data, networks, actor_id, via), tries=1)
    except MigrationError as error:
        raise NotPurged(str(error)) from error
    except DBAPIError as error:
        if not trouble.is_busy(error):
            raise
        raise NotPurged("somebody reads for long just now, and tables go when nobody reads; try again") from error
    # Last: what the database takes back, as it may, would miss them.
    kept = _remove(holdings.folder(data, name))
    if kept:
        details = {"kept": kept[:_TOLD], "more": len(kept[_TOLD:])}
        db.retrying(
            lambda conn: audit.record(
                conn, "plugin.files-kept", actor_id=actor_id, via=via, target=f"plugin:{name}", details=details
            )
        )
    plugins.refresh(now=True)
    return replace(found, kept=tuple(kept))


def _purge(
    conn: Connection, plugins: Plugins, name: str, data: Path, networks: Collection[str],
    actor_id: int | None, via: str,
) -> Holdings:  # fmt: skip
    if conn.dialect.name == "postgresql":
        # Dropping what refers to people waits for all who read, and meanwhile everybody else would wait for it.
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}s'")
    # Not whether it runs here: elsewhere it may.
    if store.is_wanted(conn, name, bundled=name in plugins and plugins[name].bundled):
        raise NotPurged(f"{name} is switched on: switch it off first")
    found = preview(conn, plugins, name, data, networks)
    if found.strangers and not found.anything:
        raise NotPurged(f"{name} has nothing here{_others(name, found.strangers)}")
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


def _others(name: str, tables: Collection[str]) -> str:
    if not tables:
        return ""
    return f"; {', '.join(tables)} may be another program's, for no migration of {name}'s is on record"


def _stand_still(conn: Connection, name: str) -> None:
    """Let no reader go on and no job begin, here or elsewhere; wait for none."""
    still = generations.pause(conn, name)
    for kind in (consume.RECORDED, consume.PEOPLE):
        still = consume.switch_off(conn, f"{kind}:{name}") and still
    again = "when it has come back, or its worker is ended, try again"
    if not still:
        raise NotPurged(f"a hook of {name} is still at work; {again}")
    living = set(conn.scalars(select(Worker.name).where(fresh(GONE))))
    jobs = select(Schedule.name, Schedule.holder).where(Schedule.plugin == name).order_by(Schedule.name)
    for job, holder in conn.execute(jobs.with_for_update()):
        if holder in living:
            raise NotPurged(f"the job {job} is still at work; {again}")


def _remove(folder: Path) -> list[str]:
    """Gives what could not be removed, and why. A link goes, and what it leads to is let be."""
    kept: list[str] = []
    within = [] if folder.is_symlink() else sorted(folder.rglob("*"), reverse=True)
    for one in (*within, folder):
        try:
            if one.is_dir() and not one.is_symlink():
                one.rmdir()
            else:
                one.unlink(missing_ok=True)
        except OSError as error:
            # A folder that is kept for what is in it says nothing new.
            if error.errno != errno.ENOTEMPTY or not any(path.startswith(f"{one}/") for path in kept):
                kept.append(f"{one}: {error.strerror}")
    return kept


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
