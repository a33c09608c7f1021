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
from dataclasses import asdict, dataclass
from functools import partial

import msgspec
from benchmarks import ingest, kit
from benchmarks.chat import bodies
from benchmarks.kit import SOURCE, Client, founded, opened


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
        return (
            f"{self.database}, batches of {self.batch:,} over HTTP to {self.servers}: "
            f"{self.whole:,.0f} events/s until all stands, {self.whole / self.inside:.2f} of {self.inside:,.0f} "
            f"without HTTP; answered at {self.answered:,.0f}"
        )


def run(url: str, spare: str, given: argparse.Namespace) -> Outcome:
    count, batch = given.events, given.batch
    inside = ingest.run(spare, count, batch).whole
    renown = opened(url, "watch")
    founded(renown)
    posted = list(bodies(count, batch, SOURCE))
    with kit.up(url, given.servers, given.workers) as (addresses, token):
        clients = [Client(addresses[number % len(addresses)], token) for number in range(given.connections)]
        begun = time.perf_counter()
        _post(clients, posted, count)
        answered = time.perf_counter() - begun
        while not kit.settled(renown.db):
            time.sleep(0.02)
        whole = time.perf_counter() - begun
        for client in clients:
            client.close()
    dialect = renown.db.dialect
    renown.close()
    return Outcome(dialect, batch, len(addresses), count / answered, count / whole, inside)


def _post(clients: list[Client], given: list[bytes], count: int) -> None:
    """All bodies, each by whichever connection is free."""
    taken, lock, left = [0], threading.Lock(), iter(given)

    def post(client: Client) -> None:
        while True:
            with lock:
                body = next(left, None)
            if body is None:
                return
            accepted = client.post(body)["accepted"]
            with lock:
                taken[0] += accepted

    kit.together([partial(post, client) for client in clients])
    assert taken[0] == count, f"{taken[0]} of {count} accepted"


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
