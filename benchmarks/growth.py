"""How the cost of an event grows with the log and with the people; and how long a replay of the whole log takes.

    python -m benchmarks.growth [--events N ...] [--people N ...] [--replay] [--json] [--only DATABASE] [DATABASE_URL]

For events one log grows to the largest size, and the last events before each size are measured. For people a crowd of
each size stands on the boards already, and events of any of them come in. Each row has the whole job one after the
other in one process: from bytes to the log, from there to entries, from these to the boards. The reference is the row
before it: flat means that the size does not matter. `--replay` counts the largest log once more by `renown replay`, in
a process of its own whose memory is watched, while its boards are read.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import msgspec
import psutil
from benchmarks import crowd, kit
from benchmarks.chat import bodies
from benchmarks.kit import KEY, SOURCE, founded, opened, take
from sqlalchemy import func, select

from renown import clock
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.db.engine import Database
from renown.ledger import boards, standings
from renown.ledger.models import Entry, Generation
from renown.ledger.periods import Span
from renown.sources import registry
from renown.sources.connector import SourceInfo

BATCH = 5_000
#: Events that are measured at each size.
MEASURED = 20_000
_ALL = Span("all", 0)


@dataclass
class Row:
    """Microseconds an event by the clock, and of CPU with the server's: `append`, `score`, `stand`."""

    database: str
    events: int
    people: int
    wall: float
    append: float
    score: float
    stand: float
    bytes: int

    def say(self) -> str:
        return (
            f"{self.database}, {self.events:>9,} events, {self.people:>9,} people: {self.wall:6.1f} us an event, "
            f"{1e6 / self.wall:7,.0f}/s; CPU {self.append:5.1f} append, {self.score:5.1f} score, "
            f"{self.stand:5.1f} standings; {self.bytes:,} bytes on disk an event"
        )


@dataclass
class Replay:
    """`counting` are events a second, `whole` with comparing; `ingest` what the log grew by; `memory` is in MiB."""

    database: str
    events: int
    entries: int
    counting: float
    whole: float
    ingest: float
    memory: float
    looks: int

    def say(self) -> str:
        return (
            f"{self.database}, replay of {self.events:,} events ({self.entries:,} entries): {self.counting:,.0f} "
            f"events/s, {self.whole:,.0f} with the comparison of every entry: {self.counting / self.ingest:.2f} and "
            f"{self.whole / self.ingest:.2f} of the rate at which they came in; {self.memory:,.0f} MiB at most; "
            f"{self.looks:,} looks at the boards meanwhile, all with the old numbers"
        )


class Meter:
    """Takes events in, and knows what each part cost."""

    def __init__(self, renown: Renown, source: SourceInfo, name: str) -> None:
        self.renown, self.source, self._name = renown, source, name
        self.reset()

    def reset(self) -> None:
        gc.collect()
        gc.freeze()
        self.count, self.wall = 0, 0.0
        self.cpu = {"append": 0.0, "score": 0.0, "stand": 0.0}

    def take(self, body: bytes, count: int) -> None:
        self._part("append", lambda: take(self.renown, self.source, body))
        self._part("score", lambda: self.renown.follower.catch_up(self.renown.db))
        self._part("stand", lambda: standings.catch_up(self.renown.db))
        self.count += count

    def row(self, events: int, people: int) -> Row:
        each = {name: spent / self.count * 1e6 for name, spent in self.cpu.items()}
        size = _size(self.renown.db) // max(events, 1)
        return Row(self.renown.db.dialect, events, people, self.wall / self.count * 1e6, **each, bytes=size)

    def _part(self, name: str, work: Callable[[], object]) -> None:
        wall, cpu, server = time.perf_counter(), time.process_time(), kit.server_cpu(self.renown.db, self._name)
        work()
        self.wall += time.perf_counter() - wall
        self.cpu[name] += time.process_time() - cpu + kit.server_cpu(self.renown.db, self._name) - server


def of_events(url: str, sizes: list[int], *, replay: bool) -> Iterator[Row | Replay]:
    renown = opened(url, "growth")
    meter = Meter(renown, founded(renown), "growth")
    renown.follower.work(renown.db)
    done, begun, left = 0, time.perf_counter(), sorted(sizes)
    for body in bodies(left[-1], BATCH, SOURCE):
        if left and left[0] - done <= MEASURED < left[0] - done + BATCH:
            meter.reset()
        count = min(BATCH, left[-1] - done)
        meter.take(body, count)
        done += count
        while left and done >= left[0]:
            yield meter.row(left.pop(0), 400)
        _progress(done, sizes)
    ingest = done / (time.perf_counter() - begun)
    if replay:
        yield _replay(renown.db, url, ingest)
    renown.close()


def of_people(url: str, people: int) -> Row:
    """Events of the last days by any of the crowd."""
    with clock.set_to(crowd.today):
        planted = crowd.plant(url, people)
        planted.renown.close()
        renown = opened(url, "growth")
        with renown.db.read() as conn:
            row = registry.by_name(conn, SOURCE)
            assert row is not None
        meter = Meter(renown, registry.info(row), "growth")
        for count, body in _of_crowd(BATCH, people, 0):
            meter.take(body, count)  # everything is loaded and planned once
        meter.reset()
        for count, body in _of_crowd(MEASURED, people, 1):
            meter.take(body, count)
        row_ = meter.row(MEASURED, people)
        renown.close()
        return row_


def _of_crowd(count: int, people: int, seed: int) -> Iterator[tuple[int, bytes]]:
    start = crowd.today() // clock.SECOND - count * 7
    rename = re.compile(rb'"U(\d+)"')

    def named(found: re.Match[bytes]) -> bytes:
        # Spread over all, the lively ones too: a multiplicative hash.
        return b'"p%d"' % ((int(found[1]) * 2_654_435_761 + seed * 97) % people + 1)

    for body in bodies(count, BATCH, SOURCE, seed=seed, people=people, start=start):
        yield min(BATCH, count), rename.sub(named, body)


def _replay(db: Database, url: str, ingest: float) -> Replay:
    """By the command, as an administrator would; `looks` are readings of the first page while it runs."""
    with db.read() as conn:
        entries = conn.scalar(select(func.count()).select_from(Entry)) or 0
        events, before = kit.head(db), _board(db)
        live = conn.scalar(select(Generation.id).where(Generation.state == "live"))
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "RENOWN_DATABASE_URL": url, "RENOWN_DATA": folder, "RENOWN_SECRET_KEY": KEY}
        begun, counted, memory, looks = time.perf_counter(), 0.0, 0, 0
        process = subprocess.Popen(
            [sys.executable, "-m", "renown.cli", "replay", "--json"],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            memory = max(memory, _memory(watched))
            if not counted and kit.replayed(db) >= events:
                counted = time.perf_counter() - begun
            if not counted:
                assert _board(db) == before
                looks += 1
            time.sleep(0.2)
        whole = time.perf_counter() - begun
        assert process.returncode == 0
    with db.read() as conn:
        assert conn.scalar(select(Generation.id).where(Generation.state == "live")) != live
    assert _board(db) == before
    return Replay(db.dialect, events, entries, events / counted, events / whole, ingest, memory / (1 << 20), looks)


def _board(db: Database) -> list[tuple[int, int, int]]:
    with db.read() as conn:
        found = boards.board(conn, Viewer(None, "administrator"), crowd.MEASURE, _ALL.kind, _ALL.start)
    return [(line.rank, line.subject_id, line.amount) for line in found.lines]


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _size(db: Database) -> int:
    with db.read() as conn:
        if db.is_sqlite:
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
            return int(pages) * int(conn.exec_driver_sql("PRAGMA page_size").scalar_one())
        return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def _progress(done: int, sizes: list[int]) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {max(sizes):,}", end="\n" if done >= max(sizes) else "", file=sys.stderr)


def _each(given: argparse.Namespace) -> Iterator[Row | Replay]:
    for url, number in kit.databases(given, 1 + len(given.people)):
        if number == 0:
            if given.events:
                yield from of_events(url, given.events, replay=given.replay)
        else:
            yield of_people(url, given.people[number - 1])


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--people", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--replay", action="store_true")
    given = parser.parse_args()
    for row in _each(given):
        print(msgspec.json.encode(asdict(row)).decode() if given.json else row.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
