"""How long from the 2xx to the number on the board, while events keep coming; and while an import runs beside.

    python -m benchmarks.freshness [--rate N] [--seconds N] [--imported N] [--json] [--only DATABASE] [DATABASE_URL]

A server and a worker run as processes (one process on SQLite). Twenty batches a second come in over eight connections,
or as many as the server takes: the rate that was reached is told beside the one that was wanted. Each brings an event
of somebody new, and the clock for it runs from the answer to when a reader of the board finds that person there.
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
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles

import msgspec
from benchmarks import kit
from benchmarks.chat import bodies
from benchmarks.kit import KEY, SOURCE, Client, founded, opened
from sqlalchemy import text

from renown import clock
from renown.db.engine import Database
from renown.ledger import standings

POSTS = 20
#: Over which they come, each over the first that is free.
CONNECTIONS = 8
#: Seconds between two looks at the board.
LOOK = 0.01

_FOUND = """
    SELECT i.key FROM core_identity i JOIN core_standing s ON s.subject_id = i.person_id
    JOIN core_period p ON p.id = s.period_id
    WHERE i.key IN ({keys}) AND p.kind = 'all' AND p.scope = 'organisation'
"""


@dataclass
class Outcome:
    """Milliseconds from the answer to the board; `ticks` are the 95th percentile in ticks of the standings."""

    database: str
    rate: float
    p50: float
    p95: float
    worst: float
    ticks: float
    beside: int
    wanted: float

    def say(self) -> str:
        beside = f" beside an import of {self.beside:,}" if self.beside else ""
        return (
            f"{self.database}, {self.rate:,.0f} of {self.wanted:,.0f} events/s{beside}: "
            f"p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms ({self.ticks:.1f} ticks), worst {self.worst:.0f} ms"
        )


class Board:
    """Looks who stands there, as long as anybody is waited for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._changed = threading.Condition()
        self._waiting: dict[str, float] = {}
        self._closed = False
        self.took: list[float] = []
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def expect(self, key: str) -> None:
        """It was answered just now."""
        with self._changed:
            self._waiting[key] = time.perf_counter()
            self._changed.notify()

    def close(self) -> None:
        """Return when everybody stands."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                keys = list(self._waiting)
            if not keys:
                return
            with self._db.read() as conn:
                marks = {f"k{number}": key for number, key in enumerate(keys)}
                found = conn.scalars(text(_FOUND.format(keys=", ".join(f":{name}" for name in marks))), marks).all()
            now = time.perf_counter()
            with self._changed:
                self.took += [now - self._waiting.pop(key) for key in found]
            time.sleep(LOOK)


def run(url: str, rate: int, seconds: float, imported: int) -> Iterator[Outcome]:
    renown = opened(url, "watch")
    founded(renown)
    with kit.up(url) as ([address], token):
        clients = [Client(address, token) for _ in range(CONNECTIONS)]
        batches = _batches(rate, seconds)
        _feed(renown.db, clients, batches[:POSTS])  # everything is loaded and planned once
        yield _outcome(renown.db, _feed(renown.db, clients, batches[POSTS : len(batches) // 2]), rate, 0)
        if imported:
            with _importing(url, imported):
                yield _outcome(renown.db, _feed(renown.db, clients, batches[len(batches) // 2 :]), rate, imported)
        for client in clients:
            client.close()
    renown.close()


def _batches(rate: int, seconds: float) -> list[tuple[str, bytes]]:
    """With whom each brings in new."""
    size = rate // POSTS
    made = []
    for number, body in enumerate(bodies(int(POSTS * (2 * seconds + 1)) * size, size, SOURCE)):
        events = msgspec.json.decode(body)
        thing = {"id": f"new{number}", "kind": "message", "words": 40}
        events[-1] = {
            **events[-1], "id": f"new{number}", "type": "collab.create.v1",
            "data": {"type": "Create", "actor": {"id": f"new{number}"}, "object": thing},
        }  # fmt: skip
        made.append((f"new{number}", msgspec.json.encode(events)))
    return made


def _feed(db: Database, clients: Sequence[Client], batches: Sequence[tuple[str, bytes]]) -> tuple[list[float], float]:
    """Seconds each took, and batches a second that came in: fewer than were to come where the server is too slow."""
    board, begun = Board(db), time.perf_counter()
    turns = iter(list(enumerate(batches)))  # each connection takes the next: one that waits does not hold up the others

    def post(client: Client) -> None:
        for number, (key, body) in turns:
            time.sleep(max(0.0, begun + number / POSTS - time.perf_counter()))
            client.post(body)
            board.expect(key)

    took = kit.together([partial(post, client) for client in clients])
    board.close()
    return board.took, len(batches) / took


def _outcome(db: Database, fed: tuple[list[float], float], rate: int, beside: int) -> Outcome:
    took, sent = fed
    cuts = quantiles(took, n=20, method="inclusive")
    tick = standings.drain().every / clock.SECOND
    p50, p95, size = cuts[9], cuts[18], rate // POSTS
    return Outcome(
        db.dialect, sent * size, p50 * 1e3, p95 * 1e3, max(took) * 1e3, p95 / tick, beside, wanted=size * POSTS
    )


@contextmanager
def _importing(url: str, count: int) -> Iterator[None]:
    """While `renown import` takes a file in; ended with the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        with path.open("wb") as file:
            for body in bodies(count, 5_000, "post:history", seed=2):
                file.writelines(msgspec.json.encode(event) + b"\n" for event in msgspec.json.decode(body))
        environ = {**os.environ, "RENOWN_DATABASE_URL": url, "RENOWN_DATA": folder, "RENOWN_SECRET_KEY": KEY}
        process = subprocess.Popen(
            [sys.executable, "-m", "renown.cli", "import", "events", str(path)],
            env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        db = Database(url)
        before = kit.head(db)
        while kit.head(db) < before + 1_000:
            assert process.poll() is None, "the import ended before it began"
            time.sleep(0.05)
        db.close()
        try:
            yield
            assert process.poll() is None, "the import ended too early: give it more with --imported"
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait(10)


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--imported", type=int, default=200_000, help="0: without an import")
    given = parser.parse_args()
    for url, _ in kit.databases(given):
        for outcome in run(url, given.rate, given.seconds, given.imported):
            print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
