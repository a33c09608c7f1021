"""Helping a plugin on where it stopped: have it try again, set an event aside, catch up here and now."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from renown import audit
from renown.context import store, switching, uses
from renown.context.uses import Reader
from renown.db.engine import Database
from renown.events import consume, log
from renown.hooks.manager import Plugins
from renown.jobs import Drain, schedule
from renown.ledger import adjustments

#: Seconds for which a reader that others have in hand may stand still before nobody waits for it any more.
STILL = 60.0
_LOOK = 0.2

#: Told how far each reader is.
Progress = Callable[[Sequence[Reader]], None]


class NotHelped(Exception):
    """It stays as it is. The text says why."""


def try_again(db: Database, plugins: Plugins, name: str, *, actor_id: int | None, via: str) -> None:
    """Close the breakers, and have readers and jobs that failed try once more."""

    def write(conn: Connection) -> None:
        store.try_again(conn, name)
        for reader in uses.readers(conn, name):
            consume.retry(conn, reader.name)
        schedule.retry(conn, name)
        audit.record(conn, "plugin.again", actor_id=actor_id, via=via, target=f"plugin:{name}")

    db.retrying(write)
    plugins.refresh(now=True)


def set_aside(db: Database, name: str, reader: str, reason: str, *, actor_id: int | None, via: str) -> int:
    """Take the event at which a reader stopped out of the plugin's reckoning; the log says so. Gives the event.

    Raises NotHelped.
    """
    if not reason.strip():
        raise NotHelped("reason: say why the event is set aside")

    def write(conn: Connection) -> int:
        found = next((one for one in uses.readers(conn, name) if one.name == reader), None)
        if found is None:
            raise NotHelped(f"reader: {name} has none called {reader!r}")
        if found.failed_event is None:
            raise NotHelped(f"reader: {reader} has not stopped at an event")
        if found.kind == consume.PEOPLE:
            raise NotHelped("a merge or an erasure is not done before every plugin has done it")
        if found.kind == consume.SCORE:
            adjustments.set_aside(conn, name, found.failed_event, reason.strip(), by=actor_id, via=via)
            return found.failed_event
        consume.pass_over(conn, reader)
        audit.record(
            conn, "event.passed-over", actor_id=actor_id, via=via, target=f"event:{found.failed_event}",
            details={"reader": reader, "reason": reason.strip()},
        )  # fmt: skip
        return found.failed_event

    return db.retrying(write)


def catch_up(
    db: Database,
    plugins: Plugins,
    drains: Sequence[Drain],
    name: str,
    tell: Progress,
    *,
    actor_id: int | None,
    via: str,
) -> Sequence[Reader]:
    """Return when the plugin has read what is in the log now, doing here what no worker does meanwhile.

    `drains` are the installation's. Raises NotHelped where a reader stopped, or stands still for too long.
    """
    mine = [one.work for one in drains if one.topic == "log" and one.plugin == name]
    after = [one.work for one in drains if one.topic == "entries"]

    def begin(conn: Connection) -> None:
        switching.follow(conn, plugins)
        audit.record(conn, "plugin.catch-up", actor_id=actor_id, via=via, target=f"plugin:{name}")

    db.retrying(begin)
    with db.read() as conn:
        end = log.head(conn)
    before: tuple[int, ...] = ()
    moved = time.monotonic()
    while True:
        more = any([work(db) for work in mine])  # noqa: C419 - each has its turn
        with db.read() as conn:
            now = uses.readers(conn, name)
        tell(now)
        if stopped := next((one for one in now if one.state == consume.STOPPED), None):
            raise NotHelped(f"{stopped.name} stopped at event {stopped.failed_event}: {stopped.error}")
        if not any(one.catching_up and one.position < end for one in now):
            break
        at = tuple(one.position for one in now)
        if more or at != before:
            before, moved = at, time.monotonic()
        elif time.monotonic() > moved + STILL:
            raise NotHelped("another process has it in hand and does not go on; see `renown doctor`")
        else:
            time.sleep(_LOOK)
    while any([work(db) for work in after]):  # noqa: C419
        pass
    return now
