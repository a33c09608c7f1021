"""Ingest over HTTP: batches posted to a server, counted by a worker, beside the same in processes without HTTP.

    python -m benchmarks.overhttp [--events N] [--batch N] [--connections N] [--servers N] [--workers N]
                                  [--json] [--only DATABASE] [DATABASE_URL]

On PostgreSQL there may be several servers and workers; they share this machine's cores. The clock runs from the first
byte until everything stands on the boards. The reference is `benchmarks.ingest` with batches of the same size in the
same run: bytes to boards, appended by one process and counted by another.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import msgspec
from benchmarks import ingest, kit
from benchmarks.chat import bodies
from benchmarks.kit import SOURCE, Client, founded, opened

from renown.db.engine import Database

AIM = 0.5
#: Seconds after the last answer in which all must stand.
PATIENCE = 300


@dataclass
class Outcome:
    """Rates in events a second; `answered` until the last 2xx, `whole` until all stands."""

    database: str
    batch: int
    servers: int
    answered: float
    whole: float
    inside: float

    def say(self) -> str:
        under = "" if self.whole >= AIM * self.inside else f"  UNDER THE AIM OF {AIM:g}"
        return (
            f"{self.database}, batches of {self.batch:,} over HTTP to {self.servers}: "
            f"{self.whole:,.0f} events/s until all stands, {self.whole / self.inside:.2f} of {self.inside:,.0f} "
            f"without HTTP{under}; answered at {self.answered:,.0f}"
        )


def run(url: str, spare: str, given: argparse.Namespace) -> Outcome:
    count, batch = given.events, given.batch
    inside = ingest.run(spare, count, batch).whole
    renown = opened(url, "watch")
    founded(renown)
    servers = 1 if renown.db.is_sqlite else given.servers
    posted = list(bodies(count, batch, SOURCE))
    with kit.up(url, servers, given.workers) as (addresses, token):
        answered, whole = post(renown.db, addresses, token, posted, given.connections)
    kit.exactly(renown.db, SOURCE, count)
    kit.sound(renown.db)
    dialect = renown.db.dialect
    renown.close()
    return Outcome(dialect, batch, servers, count / answered, count / whole, inside)


def post(
    db: Database, addresses: Sequence[str], token: str, given: Sequence[bytes], connections: int
) -> tuple[float, float]:
    """Seconds until the last 2xx, and until all stands. Each body goes by whichever connection is free."""
    clients = [Client(addresses[number % len(addresses)], token) for number in range(connections)]
    left, lock = iter(given), threading.Lock()

    def work(client: Client) -> None:
        while True:
            with lock:
                body = next(left, None)
            if body is None:
                return
            client.post(body)

    begun = time.perf_counter()
    answered = kit.together([partial(work, client) for client in clients])
    while not kit.settled(db):
        assert time.perf_counter() - begun < answered + PATIENCE, f"the boards do not follow within {PATIENCE} s"
        time.sleep(0.02)
    whole = time.perf_counter() - begun
    for client in clients:
        client.close()
    return answered, whole


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    for url, spare in kit.pairs(given):
        outcome = run(url, spare, given)
        print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
