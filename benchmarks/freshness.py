"""How long from the 2xx to the number on the board, while events keep coming; and while an import runs beside.

    python -m benchmarks.freshness [--rate N] [--seconds N] [--imported N] [--json] [--only DATABASE] [DATABASE_URL]

A server and a worker run as processes. Twenty batches a second come in over eight connections, or as many as the
server takes: the rate that was reached is told beside the one that was wanted. Each brings an event that is waited for,
by turns of somebody new and of somebody who stands there already, and the clock for it runs from the answer to when a
reader of the board finds that person there, visible, with the amount that is theirs by then.
The reference is the tick of the standings: how often they are brought up to date.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles

import msgspec
from benchmarks import kit
from benchmarks.chat import bodies
from benchmarks.kit import KEY, SOURCE, Client, founded, opened
from sqlalchemy import func, select, text

from renown import clock
from renown.db.engine import Database
from renown.events.models import Event
from renown.ledger import standings
from renown.sources.models import Source

POSTS = 20
#: Over which they come, each over the first that is free.
CONNECTIONS = 8
#: Seconds between two looks at the board: each costs the database that is measured something.
LOOK = 0.02

#: Ticks within which 95 of 100 are to stand there; the second while an import runs.
AIMS = (3, 10)
#: Of the wanted rate: below it, nothing is shown.
REACHED = 0.95
#: What a message is worth, and so many batches later its author writes another: an odd number.
WORTH, LATER = 1_000, POSTS + 1
HISTORY = "post:history"

_FOUND = """
    SELECT i.key, s.amount FROM core_measure m
    JOIN core_period p ON p.measure = m.id AND p.generation = m.generation
    JOIN core_standing s ON s.period_id = p.id JOIN core_identity i ON i.person_id = s.subject_id
    WHERE m.name = 'activity.points' AND p.kind = 'all' AND p.scope = 'organisation'
    AND s.visible AND i.key IN ({keys})
"""


@dataclass(frozen=True)
class Probe:
    """An event that is waited for: who gets how much by it, in all."""

    key: str
    amount: int


@dataclass
class Outcome:
    """Milliseconds from the answer to the board; `ticks` are the 95th percentile in ticks of the standings."""

    database: str
    rate: float
    wanted: float
    p50: float
    p95: float
    worst: float
    ticks: float
    #: Events a second that the import took in meanwhile; None without one.
    imported: float | None

    def say(self) -> str:
        aim = AIMS[self.imported is not None]
        beside = f" beside an import at {self.imported:,.0f} events/s" if self.imported is not None else ""
        missed = "" if self.rate >= REACHED * self.wanted else "  RATE NOT REACHED"
        over = "" if self.ticks <= aim else "  OVER"
        return (
            f"{self.database}, {self.rate:,.0f} of {self.wanted:,.0f} events/s{beside}: p50 {self.p50:.0f} ms, "
            f"p95 {self.p95:.0f} ms ({self.ticks:.1f} of {aim} ticks), worst {self.worst:.0f} ms{over}{missed}"
        )


class Board:
    """Looks who stands there, as long as anybody is waited for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._changed = threading.Condition()
        self._waiting: dict[Probe, float] = {}
        self._closed = False
        self.took: list[float] = []
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def expect(self, probe: Probe) -> None:
        """It was answered just now."""
        with self._changed:
            self._waiting[probe] = time.perf_counter()
            self._changed.notify()

    def close(self) -> None:
        """Return when all stand."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def give_up(self) -> None:
        """Whom nobody waits for any more needs not stand."""
        with self._changed:
            self._waiting.clear()
        self.close()

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                probes = list(self._waiting)
            if not probes:
                return
            with self._db.read() as conn:
                marks = {f"k{number}": probe.key for number, probe in enumerate(probes)}
                rows = conn.execute(text(_FOUND.format(keys=", ".join(f":{name}" for name in marks))), marks).all()
            now, stands = time.perf_counter(), {row.key: row.amount for row in rows}
            with self._changed:
                found = [probe for probe in probes if stands.get(probe.key, 0) >= probe.amount]
                self.took += [now - self._waiting.pop(probe) for probe in found if probe in self._waiting]
            time.sleep(LOOK)


def run(url: str, rate: int, seconds: float, imported: int) -> Iterator[Outcome]:
    renown = opened(url, "watch")
    founded(renown)
    tick = standings.drain().every / clock.SECOND
    with kit.up(url) as ([address], token):
        clients = [Client(address, token) for _ in range(CONNECTIONS)]
        batches, half = _batches(rate, seconds), POSTS + int(POSTS * seconds)
        _feed(renown.db, clients, batches[:POSTS])  # everything is loaded and planned once
        took, sent = _feed(renown.db, clients, batches[POSTS:half])
        size = rate // POSTS
        yield _outcome(renown.db.dialect, took, tick, sent * size, size * POSTS)
        if imported:
            with _importing(url, imported):
                before, begun = _taken(renown.db), time.perf_counter()
                took, sent = _feed(renown.db, clients, batches[half:])
                beside = (_taken(renown.db) - before) / (time.perf_counter() - begun)
            yield _outcome(renown.db.dialect, took, tick, sent * size, size * POSTS, beside)
        for client in clients:
            client.close()
    kit.exactly(renown.db, SOURCE, size * len(batches if imported else batches[:half]))
    kit.sound(renown.db)
    renown.close()


def _batches(rate: int, seconds: float) -> list[tuple[Probe, bytes]]:
    """With the event that is waited for, the last of each."""
    size = rate // POSTS
    made = []
    for number, body in enumerate(bodies(int(POSTS * (2 * seconds + 1)) * size, size, SOURCE)):
        events = msgspec.json.decode(body)
        again = number % 2 and number >= LATER
        probe = Probe(f"new{number - LATER}", 2 * WORTH) if again else Probe(f"new{number}", WORTH)
        thing = {"id": f"new{number}", "kind": "message", "words": 40}
        events[-1] = {
            **events[-1], "id": f"new{number}", "type": "collab.create.v1",
            "data": {"type": "Create", "actor": {"id": probe.key}, "object": thing},
        }  # fmt: skip
        made.append((probe, msgspec.json.encode(events)))
    return made


def _feed(db: Database, clients: Sequence[Client], batches: Sequence[tuple[Probe, bytes]]) -> tuple[list[float], float]:
    """Seconds each took, and batches a second that came in: fewer than were to come where the server is too slow."""
    board, begun = Board(db), time.perf_counter()
    turns = iter(list(enumerate(batches)))  # each connection takes the next: one that waits does not hold up the others

    def post(client: Client) -> None:
        for number, (probe, body) in turns:
            time.sleep(max(0.0, begun + number / POSTS - time.perf_counter()))
            client.post(body)
            board.expect(probe)

    try:
        took = kit.together([partial(post, client) for client in clients])
    except BaseException:
        board.give_up()
        raise
    board.close()
    return board.took, len(batches) / took


def _outcome(
    database: str, took: Sequence[float], tick: float, rate: float, wanted: float, imported: float | None = None
) -> Outcome:
    cuts = quantiles(took, n=20, method="inclusive")
    p50, p95 = cuts[9], cuts[18]
    return Outcome(database, rate, wanted, p50 * 1e3, p95 * 1e3, max(took) * 1e3, p95 / tick, imported)


def _taken(db: Database) -> int:
    """How many events the import has brought in by now."""
    query = select(func.count()).select_from(Event).join(Source, Source.id == Event.source_id)
    with db.read() as conn:
        return conn.scalar(query.where(Source.name == HISTORY)) or 0


@contextmanager
def _importing(url: str, count: int) -> Iterator[None]:
    """While `renown import` takes a file in; ended with the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        with path.open("wb") as file:
            for body in bodies(count, 5_000, HISTORY, seed=2):
                file.writelines(msgspec.json.encode(event) + b"\n" for event in msgspec.json.decode(body))
        environ = {**os.environ, "RENOWN_DATABASE_URL": url, "RENOWN_DATA": folder, "RENOWN_SECRET_KEY": KEY}
        process = subprocess.Popen(
            [sys.executable, "-m", "renown.cli", "import", "events", str(path)],
            env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(url, process)
            yield
            assert process.poll() is None, "the import ended too early: give it more with --imported"
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the import brings in events."""
    with closing(Database(url)) as db:
        while _taken(db) < 1_000:
            assert process.poll() is None, "the import ended before it began"
            time.sleep(0.05)


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--imported", type=int, default=1_000_000, help="0: without an import")
    given = parser.parse_args()
    for url, _ in kit.databases(given):
        for outcome in run(url, given.rate, given.seconds, given.imported):
            print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
