"""Single events from many connections at once: together in one commit, beside a transaction for each.

    python -m benchmarks.webhooks [--events N] [--connections N] [--json] [--only DATABASE] [DATABASE_URL]

Everything is durable here: that is what a commit costs. In this process each thread hands over one event after the
other, each when the one before is answered; the reference is the same with a commit of its own for each. Over HTTP each
connection posts them to a server, whose share of the work (and the client's, on the same cores) comes on top.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

import msgspec
from benchmarks import kit
from benchmarks.chat import bodies
from benchmarks.kit import SOURCE, Client, founded, opened

from renown.db.engine import Database
from renown.events.receive import SINGLE
from renown.sources import post
from renown.sources.grouping import Commit, Grouping
from renown.sources.intake import Counts, Prepared
from renown.sources.reception import Reception


class Alone(Grouping):
    """A commit for each, whoever comes beside."""

    def commit(self, db: Database, prepared: Prepared, commit: Commit) -> Counts:
        return commit(db, [prepared])[0]


@dataclass
class Outcome:
    """Rates in events a second."""

    database: str
    connections: int
    together: float
    each: float
    over_http: float

    def say(self) -> str:
        return (
            f"{self.database}, {self.connections} connections with single events: {self.together:,.0f} events/s, "
            f"{self.together / self.each:.1f} times one transaction each ({self.each:,.0f}); "
            f"over HTTP {self.over_http:,.0f}, {self.over_http / self.each:.1f} times"
        )


def run(url: str, spare: str, count: int, connections: int) -> Outcome:
    each = _inside(spare, count, connections, Alone())
    renown = opened(url, "append")
    founded(renown)
    parts = _parts(count, connections)
    with kit.up(url) as ([address], token):
        clients = [Client(address, token) for _ in parts]
        http = count / kit.together([_poster(client, part) for client, part in zip(clients, parts, strict=True)])
        for client in clients:
            client.close()
    assert kit.head(renown.db) >= count
    renown.close()
    return Outcome(renown.db.dialect, connections, _inside(spare, count, connections, Grouping(), 1), each, http)


def _inside(url: str, count: int, connections: int, grouping: Grouping, seed: int = 0) -> float:
    renown = opened(url, "append")
    if not seed:
        founded(renown)
    reception = replace(renown.reception, grouping=grouping)
    before = kit.head(renown.db)
    parts = _parts(count, connections, seed)
    rate = count / kit.together([_taker(reception, part) for part in parts])
    assert kit.head(renown.db) >= before + count
    renown.close()
    return rate


def _parts(count: int, connections: int, seed: int = 0) -> list[list[bytes]]:
    """Single events, dealt to the connections. With another seed their keys differ."""
    events = [body[1:-1].replace(b'"id":"', b'"id":"%d:' % seed, 1) for body in bodies(count, 1, SOURCE)]
    return [events[number::connections] for number in range(connections)]


def _taker(reception: Reception, part: Sequence[bytes]) -> Callable[[], None]:
    def work() -> None:
        for event in part:
            assert post.post(reception, event, SINGLE).accepted == 1

    return work


def _poster(client: Client, part: Sequence[bytes]) -> Callable[[], None]:
    def work() -> None:
        for event in part:
            assert client.post(event, SINGLE)["accepted"] == 1

    return work


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=50)
    given = parser.parse_args()
    for url, spare in kit.pairs(given):
        outcome = run(url, spare, given.events, given.connections)
        print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
