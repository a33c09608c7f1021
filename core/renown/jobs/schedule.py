"""Which worker takes a due job, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from renown import clock
from renown.clock import SECOND
from renown.db.engine import Database
from renown.db.upsert import upsert
from renown.jobs import Drain
from renown.jobs.models import Schedule

#: A worker that died while it held a job is given up after this long.
LEASE = 15 * 60 * SECOND
#: A failing job is tried again after 10 s, then later and later, at most after this long.
SLOWEST_RETRY = 3600 * SECOND


def ensure(conn: Connection, drains: list[Drain]) -> None:
    upsert(
        conn,
        Schedule.__table__,
        [{"name": d.name, "plugin": d.plugin, "due_at": 0, "failures": 0} for d in drains if d.schedule],
    )


def take(conn: Connection, drain: Drain) -> bool:
    """Whether this worker may run the job now; it is then due again only after the lease, or when `ended` says so."""
    now = clock.now()
    due = conn.execute(
        select(Schedule.name)
        .where(Schedule.name == drain.name, Schedule.due_at <= now)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if due is None:
        return False
    conn.execute(update(Schedule).where(Schedule.name == drain.name).values(due_at=now + LEASE))
    return True


def ended(db: Database, drain: Drain, started: int, error: str | None) -> None:
    now = clock.now()

    def write(conn: Connection) -> None:
        failures = 0
        if error is not None:
            failures = 1 + (conn.scalar(select(Schedule.failures).where(Schedule.name == drain.name)) or 0)
        wait = drain.every if error is None else min(10 * SECOND << min(failures - 1, 12), SLOWEST_RETRY)
        conn.execute(
            update(Schedule)
            .where(Schedule.name == drain.name)
            .values(due_at=now + wait, last_at=now, took_micros=now - started, failures=failures, error=error)
        )

    db.retrying(write)


def due_now(conn: Connection, name: str) -> None:
    """Run this job at the next opportunity."""
    conn.execute(update(Schedule).where(Schedule.name == name).values(due_at=0))


def failing(conn: Connection, plugin: str) -> Sequence[Row[Any]]:
    """The jobs of a plugin that failed when they last ran, with `error`."""
    query = select(Schedule.__table__).where(Schedule.plugin == plugin, Schedule.error.is_not(None))
    return conn.execute(query.order_by(Schedule.name)).all()


def retry(conn: Connection, plugin: str) -> None:
    """Run those at the next opportunity."""
    failed = (Schedule.plugin == plugin) & Schedule.error.is_not(None)
    conn.execute(update(Schedule).where(failed).values(due_at=0))
