"""Which workers are there, and so whose jobs are free to be taken over.

A worker that dies says nothing. Each worker counts, at its own beats, how often another's beat has stayed the same, and
takes a silent one off the list. No clocks are compared: one that jumps, or a database that was away, buries nobody.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import ColumnElement, Connection, delete, select, update

from renown import clock
from renown.clock import SECOND
from renown.db.engine import Database
from renown.db.upsert import upsert
from renown.jobs import Drain, schedule
from renown.jobs.models import Run, Worker

BEAT = 5 * SECOND
#: Without a beat for this long a worker counts as gone.
GONE = 30 * SECOND
#: Beats of one's own through which another must have been silent.
LOOKS = GONE // BEAT


class Presence:
    """This process on the list of workers."""

    def __init__(
        self,
        db: Database,
        drains: Sequence[Drain],
        *,
        serving: bool = False,
        on: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self._db = db
        self._drains = list(drains)
        self._serving = serving
        self._on = on
        self._seen: dict[str, tuple[int, int]] = {}

    def beat(self) -> None:
        """Say that this worker is there, and take off the list who has been silent for too long."""
        self._seen = self._db.retrying(self._write)

    def hand_back(self) -> None:
        """Another worker may go on with the run that this one has."""
        mine = (Run.state == "running") & (Run.holder == self._db.process)
        back = update(Run).where(mine).values(state="waiting", holder=None, error=None)
        self._db.retrying(lambda conn: conn.execute(back))

    def leave(self) -> None:
        """What this worker still has is free from now on."""
        self._db.retrying(lambda conn: conn.execute(delete(Worker).where(Worker.name == self._db.process)))

    def _write(self, conn: Connection) -> dict[str, tuple[int, int]]:
        now, me = clock.now(), self._db.process
        row = {"name": me, "started_at": now, "beat_at": now, "host": platform.node(), "serving": self._serving}
        upsert(conn, Worker.__table__, [{**row, "plugins": self._plugins()}], update=("beat_at", "plugins"))
        schedule.ensure(conn, self._drains)
        seen: dict[str, tuple[int, int]] = {}
        for name, beat in conn.execute(select(Worker.name, Worker.beat_at).where(Worker.name != me)):
            former, silent = self._seen.get(name, (beat, -1))
            silent = silent + 1 if former == beat else 0
            if silent >= LOOKS:
                conn.execute(delete(Worker).where(Worker.name == name, Worker.beat_at == beat))
            else:
                seen[name] = (beat, silent)
        return seen

    def _plugins(self) -> list[str]:
        mine = {drain.plugin for drain in self._drains}
        return sorted(mine if self._on is None else mine.intersection(self._on()))


def alive(conn: Connection) -> int:
    """How many workers beat lately."""
    return len(conn.execute(select(Worker.name).where(fresh(GONE))).all())


def serving(conn: Connection) -> int:
    """How many of them also serve the pages."""
    return len(conn.execute(select(Worker.name).where(fresh(GONE), Worker.serving)).all())


def able(conn: Connection, here: Collection[str]) -> Collection[str]:
    """The plugins whose readers somebody moves: workers that live, or else who asks, who has those `here`."""
    rows = conn.scalars(select(Worker.plugins).where(fresh(GONE))).all()
    return {name for plugins in rows for name in plugins} if rows else here


def fresh(micros: int) -> ColumnElement[bool]:
    """Whether a worker's last beat is no older. One far in the future was made before the clock was set back."""
    now = clock.now()
    return Worker.beat_at.between(now - micros, now + micros)
