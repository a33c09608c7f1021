"""Ingest, the whole job: from bytes to the boards, appended by one process and counted by another at the same time.

    python -m benchmarks.ingest [--events N] [--batch N ...] [--rounds N] [--only DATABASE] [--json] [DATABASE_URL]

The reference writes the same events' columns into a bare table without keys, in batches of the same size and as many
commits, by the driver with its own defaults: COPY on PostgreSQL, executemany on both. Rates are by the clock, and both
processes share the machine with the database's server; the CPU beside them is microseconds an event: of the appending
process, of the counting one (entries and standings apart), and of the server's backends for each. Duplicates are
compared with as many new events, both appended with nothing beside them. All is done `--rounds` times, each in an empty
database, the reference three times in each: the median counts. An address is that of a PostgreSQL server on which
databases may be made; without one it is the embedded one.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection as Pipe
from statistics import median
from typing import Any

import msgspec
from benchmarks import kit
from benchmarks.chat import bodies
from benchmarks.kit import SOURCE, cursor, founded, head, opened, server_cpu, take
from sqlalchemy import select

from renown.app import Renown
from renown.events.drafts import COLUMNS
from renown.events.models import Event
from renown.ledger import standings
from renown.sources.connector import SourceInfo

TICK = 0.2
#: Of COPY, of executemany; duplicates of new ones.
AIMS = {"postgresql": (0.12, 0.25), "sqlite": (None, 0.11)}
DUPLICATES = 2.0
#: Of all events at least so many must lead to something: a rate over events that nobody counts proves nothing.
SCORED = 0.5


@dataclass
class Outcome:
    """Rates in events a second; `*_us` are microseconds of CPU an event."""

    database: str
    batch: int
    whole: float
    new: float
    duplicates: float
    executemany: float
    copy: float | None
    append_us: float
    score_us: float
    standings_us: float
    append_server_us: float
    count_server_us: float
    reference_us: float
    moved: str = ""
    rounds: int = 1
    slowest: float = 0.0
    fastest: float = 0.0

    def say(self) -> str:
        of_copy, of_many = AIMS[self.database]
        over = [_over("executemany", self.whole, self.executemany, of_many)]
        if self.copy is not None:
            over.insert(0, _over("COPY", self.whole, self.copy, of_copy))
        parts = [f"append {self.append_us:.0f}", f"score {self.score_us:.0f}", f"standings {self.standings_us:.0f}"]
        if self.database != "sqlite":
            parts.append(f"server {self.append_server_us:.0f} appending, {self.count_server_us:.0f} counting")
        return (
            f"{self.database}, batches of {self.batch:,}: {self.whole:,.0f} events/s ({self.slowest:,.0f} to "
            f"{self.fastest:,.0f} in {self.rounds} rounds); {'; '.join(over)}\n"
            f"  {_over('new ones alone', self.duplicates, self.new, DUPLICATES)} for duplicates\n"
            f"  CPU us an event: {', '.join(parts)}; the reference {self.reference_us:.1f}\n  {self.moved}"
        )


def _over(name: str, rate: float, of: float, aim: float | None) -> str:
    under = "" if aim is None or rate >= aim * of else f"  UNDER THE AIM OF {aim}"
    return f"{rate / of:.3f} of {name}'s {of:,.0f}{under}"


def run(url: str, count: int, batch: int) -> Outcome:
    renown = opened(url, "append")
    source = founded(renown)
    whole, spent = _whole(url, renown, source, list(bodies(count, batch, SOURCE)))
    kit.exactly(renown.db, SOURCE, count)
    assert kit.settled(renown.db)
    kit.sound(renown.db)
    moved = kit.moved(renown.db)
    assert moved.amounts >= SCORED * count, moved.say()
    others = [body.replace(b"C1:", b"C2:") for body in bodies(count, batch, SOURCE, seed=2)]
    new, again = (_appended(renown, source, others) for _ in range(2))
    kit.exactly(renown.db, SOURCE, 2 * count)
    with renown.db.read() as conn:
        rows = [tuple(row) for row in conn.execute(select(Event.__table__.c[*COLUMNS]).order_by(Event.id).limit(count))]
    renown.close()
    sqlite = renown.db.is_sqlite
    many, many_cpu = _reference(url, rows, batch, _executemany)
    copied, copied_cpu = (None, many_cpu) if sqlite else _reference(url, rows, batch, _copy)
    us = {name: round(seconds / count * 1e6, 1) for name, seconds in {**spent, "reference": copied_cpu}.items()}
    return Outcome(
        renown.db.dialect, batch, whole=count / whole, new=count / new, duplicates=count / again,
        executemany=count / many, copy=copied and count / copied, append_us=us["append"], score_us=us["score"],
        standings_us=us["standings"], append_server_us=us["append_server"], count_server_us=us["count_server"],
        reference_us=us["reference"], moved=moved.say(),
    )  # fmt: skip


def _whole(url: str, renown: Renown, source: SourceInfo, given: Sequence[bytes]) -> tuple[float, dict[str, float]]:
    """Seconds until all stands, and CPU seconds by part."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_follow, args=(url, there), daemon=True)
    process.start()
    there.close()  # a process that dies is heard of
    assert here.recv() == "ready"
    wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu(renown.db, "append")
    for body in given:
        take(renown, source, body)
    spent = {"append": time.process_time() - cpu, "append_server": server_cpu(renown.db, "append") - server}
    here.send(head(renown.db))
    counted: dict[str, float] = here.recv()
    wall = time.perf_counter() - wall
    process.join()
    return wall, spent | counted


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
    pipe.send({**spent, "count_server": server_cpu(renown.db, "count") - begun})
    renown.close()


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    spent[name] += time.process_time() - begun


def _appended(renown: Renown, source: SourceInfo, given: Sequence[bytes]) -> float:
    """Seconds to append with nothing beside it."""
    begun = time.perf_counter()
    for body in given:
        take(renown, source, body)
    return time.perf_counter() - begun


Rows = Sequence[tuple[Any, ...]]


def _reference(url: str, rows: Rows, batch: int, write: Callable[[Any, Rows], None]) -> tuple[float, float]:
    """Seconds, and CPU seconds with the server's, that a table without keys takes for the rows: the median of three."""
    found = []
    for _ in range(3):
        with closing(kit.plain(url)) as connection:
            connection.execute("DROP TABLE IF EXISTS bare")
            connection.execute("CREATE TABLE bare AS SELECT * FROM core_event WHERE 1 = 0")
            connection.commit()
            wall, cpu, server = time.perf_counter(), time.process_time(), kit.backend_cpu(connection)
            for start in range(0, len(rows), batch):
                write(connection, [(*row[:-1], _extra(row[-1])) for row in rows[start : start + batch]])
                connection.commit()
            cpu = time.process_time() - cpu + kit.backend_cpu(connection) - server
            found.append((time.perf_counter() - wall, cpu))
    return median(wall for wall, _ in found), median(cpu for _, cpu in found)


def _extra(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


_NAMES = ", ".join(COLUMNS)


def _executemany(connection: Any, rows: Rows) -> None:
    mark = "?" if kit.is_sqlite(connection) else "%s"
    with closing(connection.cursor()) as cursor:
        cursor.executemany(f"INSERT INTO bare ({_NAMES}) VALUES ({', '.join([mark] * len(COLUMNS))})", rows)


def _copy(connection: Any, rows: Rows) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY bare ({_NAMES}) FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


def middle(rounds: Sequence[Outcome]) -> Outcome:
    """The median of each figure, and how far the rates lie apart."""
    first, rates = asdict(rounds[0]), [one.whole for one in rounds]
    figures = {
        name: median(getattr(one, name) for one in rounds) for name, found in first.items() if isinstance(found, float)
    }
    return Outcome(**{**first, **figures, "rounds": len(rounds), "slowest": min(rates), "fastest": max(rates)})


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, nargs="+", default=[5_000, 500])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found: list[Outcome] = []
    for url, number in kit.databases(given, len(given.batch) * given.rounds):
        found.append(run(url, given.events, given.batch[number // given.rounds]))
        if len(found) == given.rounds:
            outcome = middle(found)
            print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)
            found = []


if __name__ == "__main__":
    sys.exit(main())
