"""Which worker takes a due job, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, or_, select, update

from renown import clock
from renown.clock import SECOND
from renown.db.engine import Database
from renown.db.models import PluginState
from renown.db.upsert import upsert
from renown.jobs import Drain
from renown.jobs.models import Schedule, left

#: A failing job is tried again after 10 s, then later and later, at most after this long.
SLOWEST_RETRY = 3600 * SECOND
#: By so much the clocks of two workers may differ.
SKEW = 60 * SECOND
#: Said of a job until it has ended after all.
DIED = "the worker that ran it went away"
#: Due at once. One that is told so while it runs, runs again.
NOW = 0


def ensure(conn: Connection, drains: Sequence[Drain]) -> None:
    """Rows for those that are on: of a plugin that is off, what was taken away does not come back."""
    upsert(
        conn,
        Schedule.__table__,
        [{"name": d.name, "plugin": d.plugin, "due_at": NOW, "failures": 0} for d in drains if d.schedule and d.on()],
    )


def take(conn: Connection, drain: Drain, me: str) -> bool:
    """Whether this worker may run the job now. It is its own until `ended`, or until the worker is gone."""
    now = clock.now()
    # What ran in the future is due by a clock that was wrong.
    due = Schedule.holder.is_(None) & or_(Schedule.due_at <= now, Schedule.last_at > now + SKEW)
    free = conn.execute(
        select(Schedule.holder, Schedule.failures, Schedule.error)
        .where(Schedule.name == drain.name, or_(due, left(Schedule.holder, me)))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if free is None:
        return False
    values: dict[str, object] = {"holder": me, "due_at": now + drain.every}
    if free.holder not in (None, me):
        values |= {"failures": free.failures + 1, "error": DIED}
        if free.error == DIED:
            # It may be what ends them, and would end one worker after the other.
            values |= {"holder": None, "due_at": now + _wait(free.failures + 1)}
    conn.execute(update(Schedule).where(Schedule.name == drain.name).values(values))
    return values["holder"] is not None


def held(db: Database, drain: Drain) -> bool:
    """Whether it is still this worker's: one that stood still for long may have been taken for dead."""
    with db.read() as conn:
        return conn.scalar(select(Schedule.holder).where(Schedule.name == drain.name)) == db.process


def ended(db: Database, drain: Drain, started: int, error: str | None, *, blameless: bool = False) -> None:
    """Give it back. Nothing happens where another worker took it over.

    A `blameless` job, whose database was in trouble, is not made to wait longer each time.
    """
    now = clock.now()
    mine = (Schedule.name == drain.name) & (Schedule.holder == db.process)

    def write(conn: Connection) -> None:
        failures = 0
        if error is not None:
            failures = 1 if blameless else 1 + (conn.scalar(select(Schedule.failures).where(mine)) or 0)
        wait = drain.every if error is None else _wait(failures)
        due = case((Schedule.due_at == NOW, NOW), else_=now + wait)
        values = {"last_at": now, "took_micros": now - started, "failures": failures, "error": error}
        conn.execute(update(Schedule).where(mine).values(holder=None, due_at=due, **values))

    db.retrying(write)


def _wait(failures: int) -> int:
    """Microseconds until a job that failed so many times in a row is tried again."""
    return min(10 * SECOND << min(failures - 1, 12), SLOWEST_RETRY)


def due_now(conn: Connection, name: str) -> None:
    """Run this job at the next opportunity; again, where it runs just now."""
    conn.execute(update(Schedule).where(Schedule.name == name).values(due_at=NOW))


def listed(conn: Connection) -> Sequence[Row[Any]]:
    """The core's jobs and those of plugins that are switched on, by name; of others, what a worker still has in hand.

    What is off is neither late nor failing.
    """
    on = select(PluginState.name).where(PluginState.enabled)
    which = or_(Schedule.plugin == "core", Schedule.plugin.in_(on), Schedule.holder.is_not(None))
    return conn.execute(select(Schedule.__table__).where(which).order_by(Schedule.name)).all()


def failing(conn: Connection, plugin: str) -> Sequence[Row[Any]]:
    """The jobs of a plugin that failed when they last ran, with `error`."""
    query = select(Schedule.__table__).where(Schedule.plugin == plugin, Schedule.error.is_not(None))
    return conn.execute(query.order_by(Schedule.name)).all()


def retry(conn: Connection, plugin: str) -> None:
    """Run those at the next opportunity."""
    failed = (Schedule.plugin == plugin) & Schedule.error.is_not(None)
    conn.execute(update(Schedule).where(failed).values(due_at=NOW))
