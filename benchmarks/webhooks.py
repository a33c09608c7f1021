"""Single events from many connections at once: together in one commit, beside a transaction for each.

    python -m benchmarks.webhooks [--events N] [--connections N] [--json] [--only DATABASE] [DATABASE_URL]

Everything is durable here: that is what a commit costs. In this process each thread hands over one event after the
other, each when the one before is answered. The reference is the same with a commit of its own for each event, at its
best: by one thread, by eight, by all, and by all of which one at a time is let in. Over HTTP each connection posts them
to a server, whose share of the work (and the client's, on the same cores) comes on top. Each case has an empty
database and the same events.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

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

AIM = 5.0


class Alone(Grouping):
    """A commit for each, whoever comes beside."""

    def commit(self, db: Database, prepared: Prepared, commit: Commit) -> Counts:
        return commit(db, [prepared])[0]


class InTurn(Alone):
    """The same, one at a time: nobody waits for the database's own locks."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()

    def commit(self, db: Database, prepared: Prepared, commit: Commit) -> Counts:
        with self._turn:
            return super().commit(db, prepared, commit)


@dataclass(frozen=True)
class Case:
    """`threads` at most; no grouping is over HTTP."""

    name: str
    grouping: Callable[[], Grouping] | None
    threads: int = sys.maxsize


TOGETHER, HTTP = Case("together", Grouping), Case("over HTTP", None)
EACH = (Case("by one", Alone, 1), Case("by eight", Alone, 8), Case("by all", Alone), Case("in turn", InTurn))
CASES = (*EACH, TOGETHER, HTTP)


@dataclass
class Outcome:
    """Events a second in each case."""

    database: str
    connections: int
    rates: dict[str, float] = field(default_factory=dict)

    def say(self) -> str:
        each = {case.name: self.rates[case.name] for case in EACH}
        best = max(each.values())
        together, http = (self.rates[case.name] for case in (TOGETHER, HTTP))
        under = "" if together >= AIM * best else f"  UNDER THE AIM OF {AIM:g}"
        return (
            f"{self.database}, {self.connections} connections with single events: {together:,.0f} events/s, "
            f"{together / best:.1f} times one transaction each at its best{under}; "
            f"over HTTP {http:,.0f}, {http / best:.1f} times\n"
            f"  one transaction each: {', '.join(f'{name} {rate:,.0f}' for name, rate in each.items())}"
        )


def run(url: str, case: Case, count: int, connections: int) -> float:
    """Events a second in an empty database."""
    renown = opened(url, "append")
    founded(renown)
    parts = _parts(count, min(connections, case.threads))
    rate = count / (_posted(url, parts) if case.grouping is None else _handed(renown.reception, case.grouping(), parts))
    kit.exactly(renown.db, SOURCE, count)
    while renown.catch_up():
        pass
    kit.sound(renown.db)
    renown.close()
    return rate


def _handed(reception: Reception, grouping: Grouping, parts: Sequence[Sequence[bytes]]) -> float:
    """Seconds in this process."""
    # A connection for each thread: none is opened for one event and closed again.
    db = Database(reception.db.url, pool_size=len(parts))
    mine = replace(reception, db=db, grouping=grouping)
    took = kit.together([_taker(mine, part) for part in parts])
    db.close()
    return took


def _posted(url: str, parts: Sequence[Sequence[bytes]]) -> float:
    """Seconds over HTTP."""
    with kit.up(url) as ([address], token):
        clients = [Client(address, token) for _ in parts]
        took = kit.together([_poster(client, part) for client, part in zip(clients, parts, strict=True)])
        for client in clients:
            client.close()
    return took


def _parts(count: int, connections: int) -> list[list[bytes]]:
    """Single events, dealt to the connections."""
    events = [body[1:-1] for body in bodies(count, 1, SOURCE)]
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
    for url, number in kit.databases(given, len(CASES)):
        if not number:
            outcome = Outcome(url.partition(":")[0].partition("+")[0], given.connections)
        outcome.rates[CASES[number].name] = run(url, CASES[number], given.events, given.connections)
        if number == len(CASES) - 1:
            print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
