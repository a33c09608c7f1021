"""How the cost of an event grows with the log and with the people; and how long a replay of the whole log takes.

    python -m benchmarks.growth [--events N ...] [--people N ...] [--replay] [--json] [--only DATABASE] [DATABASE_URL]

For events one log grows to the largest size, and the last events before each size are measured: 20,000 of them, or the
second half of a smaller log. For people a crowd of each size stands on the boards already, and events come in of all of
them alike: 20,000, after 5,000 that are not measured. Each row has the whole job one after the other in one process:
from bytes to the log, from there to entries, from these to the boards. The reference is the row before it: flat means
that the size does not matter. In the end the log has every event once, and `renown reconcile` finds nothing.

`--replay` counts the largest log once more, see `benchmarks.replay`; the ingest that it is compared with is that of
`benchmarks.ingest` in another empty database in the same run, by two processes.
"""

from __future__ import annotations

import gc
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import msgspec
from benchmarks import crowd, ingest, kit
from benchmarks.chat import PACE, PEOPLE, bodies
from benchmarks.kit import SOURCE, founded, opened, take
from benchmarks.replay import Replay, replay

from renown import clock
from renown.app import Renown
from renown.db.engine import Database
from renown.ledger import standings
from renown.sources import registry
from renown.sources.connector import SourceInfo

BATCH = 5_000
#: Events that are measured at each size, at most.
MEASURED = 20_000
#: Events of the ingest that a replay is compared with, at most: a small log is taken in faster than a large one.
REFERENCE = 1_000_000
_ACTOR = re.compile(rb'"actor":\{"id":"([^"]+)"')


@dataclass
class Row:
    """Microseconds an event: by the clock, and of CPU with the server's for `append`, `score`, `stand`.

    `events` are in the log, of which the last `measured` were measured; `touched` people did them. `bytes` is what each
    of them made the database grow by.
    """

    series: str
    database: str
    events: int
    people: int
    measured: int
    touched: int
    wall: float
    append: float
    score: float
    stand: float
    bytes: int

    def say(self) -> str:
        return (
            f"{self.database}, {self.events:>9,} events, {self.people:>9,} people: {self.wall:6.1f} us an event, "
            f"{1e6 / self.wall:7,.0f}/s; CPU {self.append:5.1f} append, {self.score:5.1f} score, "
            f"{self.stand:5.1f} standings; {self.bytes:,} bytes on disk an event; "
            f"{self.measured:,} measured, by {self.touched:,} people"
        )


class Meter:
    """Takes events in, and knows what each part cost."""

    def __init__(self, renown: Renown, source: SourceInfo, name: str) -> None:
        self.renown, self.source, self._name = renown, source, name
        self.reset()

    def reset(self) -> None:
        gc.collect()
        gc.freeze()
        self.count, self.wall, self._before = 0, 0.0, _size(self.renown.db)
        self.cpu = {"append": 0.0, "score": 0.0, "stand": 0.0}
        self._touched = set[bytes]()

    def take(self, body: bytes) -> int:
        """How many events were taken."""
        self._part("append", lambda: take(self.renown, self.source, body))
        self._part("score", lambda: self.renown.follower.catch_up(self.renown.db))
        self._part("stand", lambda: standings.catch_up(self.renown.db))
        actors = _ACTOR.findall(body)
        self._touched.update(actors)
        self.count += len(actors)
        return len(actors)

    def row(self, series: str, events: int, people: int) -> Row:
        each = {name: spent / self.count * 1e6 for name, spent in self.cpu.items()}
        return Row(
            series, self.renown.db.dialect, events, people, self.count, len(self._touched),
            self.wall / self.count * 1e6, **each, bytes=(_size(self.renown.db) - self._before) // self.count,
        )  # fmt: skip

    def _part(self, name: str, work: Callable[[], object]) -> None:
        server, cpu, wall = kit.server_cpu(self.renown.db, self._name), time.process_time(), time.perf_counter()
        work()
        self.wall += time.perf_counter() - wall
        self.cpu[name] += time.process_time() - cpu + kit.server_cpu(self.renown.db, self._name) - server


def of_events(url: str, sizes: Sequence[int], spare: str | None = None) -> Iterator[Row | Replay]:
    """With a replay where there is a `spare` database for what it is compared with."""
    renown = opened(url, "growth")
    meter = Meter(renown, founded(renown), "growth")
    done, left = 0, sorted(sizes)
    begin = _beginning(left[0])
    total, batch = left[-1], min(BATCH, left[0] - begin)
    for body in bodies(total, batch, SOURCE):
        if left and begin <= done < begin + batch:
            meter.reset()
        done += meter.take(body)
        if done >= left[0]:
            yield meter.row("events", done, PEOPLE)
            left = [size for size in left if size > done]
            begin = _beginning(left[0]) if left else 0
        _progress(done, total)
    kit.exactly(renown.db, SOURCE, total)
    kit.sound(renown.db)
    if spare:
        yield replay(renown.db, url, ingest.run(spare, min(total, REFERENCE), batch).whole)
    renown.close()


def _beginning(size: int) -> int:
    """After how many events those begin that are measured for this size."""
    return size - min(MEASURED, size // 2)


def of_people(url: str, people: int, count: int = MEASURED) -> Row:
    """Events of the last days by any of the crowd."""
    with clock.set_to(crowd.today):
        crowd.plant(url, people, entries=True).renown.close()
        renown = opened(url, "growth")
        with renown.db.read() as conn:
            row = registry.by_name(conn, SOURCE)
            assert row is not None
        meter = Meter(renown, registry.info(row), "growth")
        batch = min(BATCH, count)
        for number, body in enumerate(_of_crowd(batch + count, batch, people)):
            if number == 1:
                meter.reset()  # by now everything is loaded and planned
            meter.take(body)
        found = meter.row("people", batch + count, people)
        kit.exactly(renown.db, SOURCE, batch + count)
        kit.sound(renown.db)
        renown.close()
        return found


def _of_crowd(count: int, batch: int, people: int) -> Iterator[bytes]:
    """By the names that the crowd has."""
    names = {b"U": b"p", b"Person ": b"Person "}

    def named(found: re.Match[bytes]) -> bytes:
        return b'"%s%d"' % (names[found[1]], int(found[2]) + 1)

    start = crowd.today() // clock.SECOND - count * PACE
    for body in bodies(count, batch, SOURCE, people=people, start=start):
        yield re.sub(rb'"(U|Person )(\d+)"', named, body)


def _size(db: Database) -> int:
    with db.read() as conn:
        if db.is_sqlite:
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
            return int(pages) * int(conn.exec_driver_sql("PRAGMA page_size").scalar_one())
        return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,}", end="\n" if done >= total else "", file=sys.stderr)


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--people", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--replay", action="store_true")
    given = parser.parse_args()

    def rows() -> Iterator[Row | Replay]:
        for url, spare in kit.pairs(given) if given.events else ():
            yield from of_events(url, given.events, spare if given.replay else None)
        for url, number in kit.databases(given, len(given.people)) if given.people else ():
            yield of_people(url, given.people[number])

    for row in rows():
        print(msgspec.json.encode(asdict(row)).decode() if given.json else row.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
