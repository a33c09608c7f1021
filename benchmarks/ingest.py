"""Ingest, the whole job: from bytes to the boards, appended by one process and counted by another at the same time.

    python -m benchmarks.ingest [--events N] [--batch N ...] [--only DATABASE] [--json] [DATABASE_URL]

The reference writes the same events' columns into a bare table without keys, in batches of the same size, formatting
included: COPY on PostgreSQL, executemany on both. Rates are by the clock, and both processes share the machine with the
database's server; the CPU beside them is microseconds an event: of the appending process, of the counting one (entries
and standings apart), and of the server's backends for each. An address is that of a PostgreSQL server on which
databases may be made; without one it is the embedded one.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any

import msgspec
from benchmarks import kit
from benchmarks.append import bodies
from benchmarks.kit import cursor, founded, head, opened, server_cpu, take
from sqlalchemy import func, select

from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.events import log
from renown.events.drafts import COLUMNS
from renown.events.models import Event
from renown.ledger import boards, standings
from renown.ledger.models import DayTotal

TICK = 0.2


@dataclass
class Outcome:
    """Rates in events a second; `*_us` are microseconds of CPU an event."""

    database: str
    batch: int
    whole: float
    duplicates: float
    copy: float | None
    executemany: float
    append_us: float
    score_us: float
    standings_us: float
    append_server_us: float
    count_server_us: float
    duplicates_us: float
    copy_us: float | None
    executemany_us: float

    def say(self) -> str:
        over = [f"{self.whole / self.executemany:.3f} of executemany's {self.executemany:,.0f}"]
        if self.copy is not None:
            over.insert(0, f"{self.whole / self.copy:.3f} of COPY's {self.copy:,.0f}")
        parts = [f"append {self.append_us:.0f}", f"score {self.score_us:.0f}", f"standings {self.standings_us:.0f}"]
        if self.database != "sqlite":
            parts.append(f"server {self.append_server_us:.0f} appending, {self.count_server_us:.0f} counting")
        return (
            f"{self.database}, batches of {self.batch:,}: {self.whole:,.0f} events/s; {', '.join(over)}; "
            f"all duplicates {self.duplicates:,.0f}/s\n  CPU us an event: {', '.join(parts)}; "
            f"a duplicate {self.duplicates_us:.0f}; the reference {self.copy_us or self.executemany_us:.1f}"
        )


def run(url: str, count: int, batch: int) -> Outcome:
    renown = opened(url, "append")
    source = founded(renown)
    given = list(bodies(count, batch, source.name))
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_follow, args=(url, there))
    process.start()
    assert here.recv() == "ready"
    wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu(renown.db, "append")
    for body in given:
        take(renown, source, body)
    append, served = time.process_time() - cpu, server_cpu(renown.db, "append") - server
    here.send(head(renown.db))
    score, stood, counted = here.recv()
    wall = time.perf_counter() - wall
    process.join()
    _check(renown.db, count)
    again, cpu = time.perf_counter(), time.process_time()
    for body in given:
        take(renown, source, body)
    again, cpu = time.perf_counter() - again, time.process_time() - cpu
    with renown.db.read() as conn:
        rows = [tuple(row) for row in conn.execute(select(Event.__table__.c[*COLUMNS]).order_by(Event.id).limit(count))]
    rows = [(*row[:-1], None if row[-1] is None else msgspec.json.encode(row[-1]).decode()) for row in rows]
    many, many_cpu = _bare(renown.db, rows, batch, copy=False)
    copied, copied_cpu = (None, None) if renown.db.is_sqlite else _bare(renown.db, rows, batch, copy=True)
    renown.close()

    def each(seconds: float) -> float:
        return round(seconds / count * 1e6, 1)

    return Outcome(
        renown.db.dialect, batch, whole=count / wall, duplicates=count / again, executemany=count / many,
        copy=copied and count / copied, append_us=each(append), score_us=each(score), standings_us=each(stood),
        append_server_us=each(served), count_server_us=each(counted), duplicates_us=each(cpu),
        copy_us=copied_cpu and each(copied_cpu), executemany_us=each(many_cpu),
    )  # fmt: skip


def _follow(url: str, pipe: Pipe) -> None:
    """The counting process: entries as the log grows, standings every 200 ms, until told where the log ends."""
    renown = opened(url, "count")
    renown.follower.work(renown.db)
    gc.freeze()  # as the worker does
    pipe.send("ready")
    spent = {"score": 0.0, "standings": 0.0}
    begun = server_cpu(renown.db, "count")
    end, ticked = None, 0.0
    while True:
        if end is None and pipe.poll():
            end = pipe.recv()
        with _timed(spent, "score"):
            more = renown.follower.work(renown.db)
        done = not more and end is not None and cursor(renown.db) >= end
        if done or time.perf_counter() - ticked > TICK:
            ticked = time.perf_counter()
            with _timed(spent, "standings"):
                standings.catch_up(renown.db)
        if done:
            break
        if not more:
            pipe.poll(0.02)
    pipe.send((spent["score"], spent["standings"], server_cpu(renown.db, "count") - begun))
    renown.close()


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    spent[name] += time.process_time() - begun


def _check(db: Database, count: int) -> None:
    """All was taken, and all that was given stands."""
    with db.read() as conn:
        waiting = conn.scalar(select(func.count()).select_from(DayTotal).where(DayTotal.amount != DayTotal.stood))
        given = conn.scalar(select(func.sum(DayTotal.amount)))
        assert log.head(conn) >= count
        assert waiting == 0
        assert given
        board = boards.board(conn, Viewer(None, "administrator"), "activity.points", "all", 0)
        assert board.lines, "nobody who was given anything is to be seen"


def _bare(db: Database, rows: Sequence[tuple[Any, ...]], batch: int, *, copy: bool) -> tuple[float, float]:
    """Seconds and own CPU seconds that a table without keys takes for the same rows."""
    with db.write() as conn:
        conn.exec_driver_sql("DROP TABLE IF EXISTS bare")
        conn.exec_driver_sql("CREATE TABLE bare AS SELECT * FROM core_event WHERE 1 = 0")
    names, mark = ", ".join(COLUMNS), "?" if db.is_sqlite else "%s"
    insert = f"INSERT INTO bare ({names}) VALUES ({', '.join([mark] * len(COLUMNS))})"
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(rows), batch):
        part = list(rows[start : start + batch])
        with db.write() as conn:
            if not copy:
                conn.exec_driver_sql(insert, part)
                continue
            driver: Any = conn.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY bare ({names}) FROM STDIN") as into:
                for row in part:
                    into.write_row(row)
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, nargs="+", default=[5_000, 500])
    given = parser.parse_args()
    for url, number in kit.databases(given, len(given.batch)):
        outcome = run(url, given.events, given.batch[number])
        print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
