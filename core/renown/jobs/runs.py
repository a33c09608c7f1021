"""Long pieces of work that somebody started (an import, a recount): rows with progress, to be stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection, or_, select, update

from renown import clock
from renown.db.engine import Database, ring
from renown.db.texts import of_error, storable
from renown.db.trouble import is_trouble
from renown.jobs.models import Run, left
from renown.jobs.schedule import DIED

log = structlog.get_logger("renown.jobs")

#: Said of a run that was given up, since it may be what ends them.
DEADLY = "two workers that ran it, one after the other, went away: it may need more memory than they have"


class Failed(Exception):
    """A run cannot be done, and the text says why to whoever started it."""


class Stopped(Exception):
    """Somebody asked this run to stop. What it did so far is kept."""


class Lost(Exception):
    """This worker stood still for so long that another has taken the run over."""


class Progress:
    """Told by the work how far it is; writes that down about once a second.

    Raises Stopped when the run is asked to stop, Lost where it is another's by now.
    """

    def __init__(self, db: Database, run_id: int, *, done: int = 0, total: int | None = None) -> None:
        self._db = db
        self._id = run_id
        self._written = -1.0
        self._begun = done
        self.done = done
        self.total = total

    def advance(self, by: int = 1, total: int | None = None) -> None:
        self.done += by
        self.total = self.total if total is None else total
        now = monotonic()
        if self._written < 0 or now - self._written >= 1:
            self._written = now
            self._db.retrying(self._write)

    def _write(self, conn: Connection) -> None:
        written = update(Run).where(Run.id == self._id, Run.holder == self._db.process)
        values: dict[str, Any] = {"done": self.done, "total": self.total}
        if self.done > self._begun:
            # Past where a worker died, it was not this that it died of.
            values["error"] = None
        state = conn.scalar(written.values(values).returning(Run.state))
        if state is None:
            raise Lost
        if state == "stopping":
            raise Stopped


Work = Callable[[Database, Progress, Mapping[str, Any]], Mapping[str, Any] | None]


def start(
    conn: Connection, kind: str, title: str, parameters: Mapping[str, Any], *, person_id: int | None = None
) -> int:
    """Write the run down; a worker takes it within a tick."""
    row = conn.execute(
        Run.__table__.insert()  # type: ignore[attr-defined]
        .values(
            kind=kind,
            title=title,
            state="waiting",
            parameters=dict(parameters),
            person_id=person_id,
            created_at=clock.now(),
        )
        .returning(Run.id)
    ).one()
    ring(conn, "runs")
    return int(row[0])


def stop(conn: Connection, run_id: int) -> None:
    conn.execute(update(Run).where(Run.id == run_id, Run.state == "waiting").values(state="stopped"))
    conn.execute(update(Run).where(Run.id == run_id, Run.state == "running").values(state="stopping"))


def resume(conn: Connection, run_id: int) -> None:
    conn.execute(
        update(Run).where(Run.id == run_id, Run.state.in_(("stopped", "failed"))).values(state="waiting", error=None)
    )
    ring(conn, "runs")


def drain(db: Database, works: Mapping[str, Work]) -> bool:
    """Take the oldest waiting run, or one whose worker died, and do it. False where there is none."""
    taken = db.retrying(lambda conn: _take(conn, works, db.process))
    if taken is None:
        return False
    run_id, kind, parameters, done, total = taken
    progress = Progress(db, run_id, done=done, total=total)
    state, error, result = "done", None, None
    try:
        result = works[kind](db, progress, parameters)
    except Stopped:
        state = "stopped"
    except Lost:
        return True
    except (Exception, SystemExit) as caught:
        if is_trouble(caught):
            # Left as one whose worker died: it is taken up again, and goes on where it was.
            raise
        log.exception("run failed", run=run_id, kind=kind)
        state, error = "failed", storable(str(caught)) if isinstance(caught, Failed) else of_error(caught)
    ended: dict[str, Any] = {"state": state, "error": error, "done": progress.done, "total": progress.total}
    ended["holder"] = None
    ended["ended_at"] = clock.now()
    if result is not None:
        ended["result"] = dict(result)
    mine = update(Run).where(Run.id == run_id, Run.holder == db.process)
    db.retrying(lambda conn: conn.execute(mine.values(**ended)))
    return True


def _take(
    conn: Connection, works: Mapping[str, Work], me: str
) -> tuple[int, str, Mapping[str, Any], int, int | None] | None:
    abandoned = left(Run.holder, me)
    conn.execute(
        update(Run).where(Run.state == "stopping", abandoned).values(state="stopped", holder=None, ended_at=clock.now())
    )
    # What a process finds that it had itself, did not end it.
    died = (Run.state == "running") & abandoned & (Run.holder != me)
    conn.execute(
        update(Run)
        .where(died, Run.error == DIED)
        .values(state="failed", error=DEADLY, holder=None, ended_at=clock.now())
    )
    row = conn.execute(
        select(Run.id, Run.kind, Run.parameters, Run.done, Run.total, Run.error, died.label("died"))
        .where(or_(Run.state == "waiting", (Run.state == "running") & abandoned), Run.kind.in_(list(works)))
        .order_by(Run.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    values = {"state": "running", "holder": me, "error": DIED if row.died else row.error}
    conn.execute(update(Run).where(Run.id == row.id).values(values))
    return row.id, row.kind, row.parameters, row.done, row.total
