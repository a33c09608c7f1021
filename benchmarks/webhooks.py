"""Webhooks from many connections at once: together in one commit, beside a transaction for each.

    python -m benchmarks.webhooks [--events N] [--connections N] [--json] [--only DATABASE] [DATABASE_URL]

Messages and reactions, one a delivery, signed as Slack signs. Everything is durable here: that is what a commit costs.
In this process each thread hands over one delivery after the other, each when the one before is answered: the source
is looked up, the signature verified, the event taken, the delivery noted. The reference is the same with a commit of
its own for each, at its best: by one thread, by eight, by all, and by all of which one at a time is let in. Over HTTP
each connection posts them to a server, whose share of the work (and the client's, on the same cores) comes on top. Each
case has an empty database and the same deliveries.
"""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

import msgspec
from benchmarks import kit
from benchmarks.chat import PACE, PEOPLE, SKEW, SPACES, called
from benchmarks.kit import SECRET, Client, founded, opened

from renown import clock
from renown.db.engine import Database
from renown.sources import receive
from renown.sources.connector import Inbound, hmac_sha256
from renown.sources.grouping import Commit, Grouping
from renown.sources.intake import Counts, Prepared
from renown.sources.reception import Reception

AIM = 5.0
NETWORK, SOURCE = "slack", "slack:T1"


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
            f"{self.database}, {self.connections} connections with webhooks: {together:,.0f} events/s, "
            f"{together / best:.1f} times one transaction each at its best{under}; "
            f"over HTTP {http:,.0f}, {http / best:.1f} times\n"
            f"  one transaction each: {', '.join(f'{name} {rate:,.0f}' for name, rate in each.items())}"
        )


def run(url: str, case: Case, count: int, connections: int) -> float:
    """Events a second in an empty database."""
    renown = opened(url, "append")
    slug = founded(renown, NETWORK, SOURCE).slug
    parts = _parts(count, min(connections, case.threads))
    if case.grouping is None:
        took = _posted(url, slug, parts)
    else:
        took = _handed(replace(renown.reception, grouping=case.grouping()), slug, parts)
    kit.exactly(renown.db, SOURCE, count)
    while renown.catch_up():
        pass
    kit.sound(renown.db)
    renown.close()
    return count / took


def _handed(reception: Reception, slug: str, parts: Sequence[Sequence[Inbound]]) -> float:
    """Seconds in this process."""
    # A connection for each thread: none is opened for one event and closed again.
    db = Database(reception.db.url, pool_size=len(parts))
    took = kit.together([_taker(replace(reception, db=db), slug, part) for part in parts])
    db.close()
    return took


def _posted(url: str, slug: str, parts: Sequence[Sequence[Inbound]]) -> float:
    """Seconds over HTTP."""
    with kit.up(url) as ([address], token):
        clients = [Client(address, token) for _ in parts]
        took = kit.together([_poster(client, slug, part) for client, part in zip(clients, parts, strict=True)])
        for client in clients:
            client.close()
    return took


def _parts(count: int, connections: int) -> list[list[Inbound]]:
    """Deliveries, dealt to the connections."""
    signed = [_signed(event, number) for number, event in enumerate(_events(count))]
    return [signed[number::connections] for number in range(connections)]


def _signed(event: dict[str, object], number: int) -> Inbound:
    now = clock.now()
    sent = now // clock.SECOND
    said = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event_time": sent, "event": event}
    body = msgspec.json.encode(said)
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": str(sent),
        "x-slack-signature": "v0=" + hmac_sha256(SECRET, b"v0:%d:%s" % (sent, body)),
    }
    return Inbound("POST", headers, {}, body, now)


def _events(count: int) -> Iterator[dict[str, object]]:
    """Messages, answers and reactions of the last days, as `benchmarks.chat` has them."""
    chance, made = random.Random(1), list[tuple[str, str, str]]()
    liked: set[tuple[str, str]] = set()
    start = clock.now() // clock.SECOND - count * PACE
    for number in range(count):
        who, at = called(int(PEOPLE * chance.random() ** SKEW))[0], f"{start + number * PACE}.000100"
        message = made[-min(len(made), int(chance.expovariate(1 / 40)) + 1)] if made else None
        if message is not None and chance.random() < 0.45 and (who, message[0]) not in liked:
            stamp, channel, owner = message
            liked.add((who, stamp))
            item = {"type": "message", "channel": channel, "ts": stamp}
            yield {
                "type": "reaction_added", "user": who, "reaction": "+1", "item": item, "item_user": owner,
                "event_ts": at,
            }  # fmt: skip
            continue
        channel = f"C{chance.randrange(SPACES)}"
        made.append((at, channel, who))
        text = "word " * chance.randrange(1, 60)
        yield {"type": "message", "channel": channel, "channel_type": "channel", "user": who, "text": text, "ts": at}


def _taker(reception: Reception, slug: str, part: Sequence[Inbound]) -> Callable[[], None]:
    def work() -> None:
        for one in part:
            answer = receive.deliver(reception, slug, one, NETWORK)
            assert answer.status == 200, answer.body

    return work


def _poster(client: Client, slug: str, part: Sequence[Inbound]) -> Callable[[], None]:
    def work() -> None:
        for one in part:
            assert client.send(f"/in/{NETWORK}/{slug}", one.body, one.headers)["accepted"] == 1

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
