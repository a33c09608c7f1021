"""The work that both services are given, and the client that gives it to both."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, RemoteDisconnected
from statistics import median
from typing import Protocol
from urllib.parse import urlsplit

import psutil
from benchmarks import kit
from sqlalchemy import create_engine

#: What an act is worth under Renown's own rules: a message, a question, a document.
WORTH = {"message": 1, "question": 3, "document": 10}
#: Acts of one person on one day: below every daily limit, which gengine has none of.
A_DAY = 5


@dataclass(frozen=True)
class Act:
    """`number` is unique; the `nth` act of this person."""

    number: int
    person: int
    kind: str
    nth: int


@dataclass
class Figures:
    """Rates in events a second until everything stands on the board; times in milliseconds, medians.

    `cpu` is milliseconds an event, one after the other: of the service's processes and of its connections' backends.
    """

    alone: float = 0
    together: float = 0
    cpu: float = 0
    post: float = 0
    board: float = 0
    whole: float = 0
    place: float = 0
    again: int = 0


class Connection:
    """Kept open. `again` counts the requests that were answered with an error, and asked once more."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=300)
        self._headers = headers
        self.again = 0

    def ask(self, method: str, path: str, body: bytes | None = None, media: str = "application/json") -> bytes:
        """The answer's body. AssertionError where it is an error three times."""
        said = b""
        for _ in range(3):
            try:
                self._connection.request(method, path, body, {**self._headers, "Content-Type": media})
                answer = self._connection.getresponse()
            except RemoteDisconnected:
                if method != "GET":
                    raise
                # It lay still while all was counted, and the server let go of it.
                self._connection.close()
                continue
            said = answer.read()
            if answer.status < 300:
                return said
            self.again += 1
        raise AssertionError(f"{method} {path}: {said[:500]!r}")

    def close(self) -> None:
        self._connection.close()


class Service(Protocol):
    def connect(self) -> Connection: ...
    def post(self, at: Connection, act: Act) -> None:
        """Returns when it is answered."""

    def settle(self) -> None:
        """Returns when everything stands on the board."""

    def board(self, at: Connection) -> None:
        """As much of the board as the service gives at once; of Renown's a page of 50."""

    def database(self) -> str:
        """Its address."""

    def totals(self, at: Connection) -> dict[int, float]:
        """The whole board."""

    def place(self, at: Connection, person: int) -> tuple[int, float]:
        """A person's place and points."""


def acts(count: int, people: int, begun: Counter[int], first: int = 0, seed: int = 7) -> list[Act]:
    """Of people at random, evenly. `begun` has how many each did before, and is brought up to date."""
    chance, made = random.Random(f"{seed}:{first}"), []
    for number in range(first, first + count):
        person = chance.randint(1, people)
        made.append(Act(number, person, chance.choice(list(WORTH)), begun[person]))
        begun[person] += 1
    return made


def measure(service: Service, alone: Sequence[Act], together: Sequence[Act], connections: int, reads: int) -> Figures:
    figures, at = Figures(), service.connect()
    used, begun = cpu(service), time.perf_counter()
    took = [_timed(partial(service.post, at, act)) for act in alone]
    service.settle()
    figures.alone = len(alone) / (time.perf_counter() - begun)
    figures.cpu = (cpu(service) - used) / len(alone) * 1e3
    figures.post = median(took) * 1e3
    begun = time.perf_counter()
    figures.again = from_several(service, together, connections)
    service.settle()
    figures.together = len(together) / (time.perf_counter() - begun)
    people = [act.person for act in (*alone, *together)]
    figures.board = median(_timed(partial(service.board, at)) for _ in range(reads)) * 1e3
    figures.place = median(_timed(partial(service.place, at, who)) for who in people[:reads]) * 1e3
    figures.whole = median(_timed(partial(service.totals, at)) for _ in range(max(3, reads // 10))) * 1e3
    figures.again += at.again
    at.close()
    return figures


def from_several(service: Service, given: Sequence[Act], connections: int, *, spread: bool = False) -> int:
    """Post from some connections at once; how often was posted again.

    All acts of one person come from one connection, unless they are `spread`.
    """
    clients = [service.connect() for _ in range(connections)]

    def post(number: int) -> None:
        for act in given:
            if (act.number if spread else act.person) % connections == number:
                service.post(clients[number], act)

    kit.together([partial(post, number) for number in range(connections)])
    for client in clients:
        client.close()
    return sum(client.again for client in clients)


def cpu(service: Service) -> float:
    """Seconds, of the processes that were started from here and of the database's backends that serve them."""
    engine = create_engine(service.database())
    with engine.connect() as conn:
        found = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        pids = [] if engine.dialect.name == "sqlite" else list(conn.exec_driver_sql(found).scalars())
    engine.dispose()
    processes = [*psutil.Process().children(recursive=True), *map(psutil.Process, pids)]
    times = [process.cpu_times() for process in {one.pid: one for one in processes}.values()]
    return sum(one.user + one.system for one in times)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
