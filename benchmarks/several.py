"""Several processes that append to one log, beside one that appends the same alone.

    python -m benchmarks.several [--processes N] [--events N] [--batch N] [--json] [--only DATABASE] [DATABASE_URL]

All write the same people, places and objects, and a tenth of what each sends the one before has sent, too. The
reference is one process with the same events. How far it can go is set by the cores, which are printed beside it: the
database's server and the processes share them.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection as Pipe

import msgspec
from benchmarks import kit
from benchmarks.chat import bodies
from benchmarks.kit import SOURCE, founded, opened, take

from renown.sources import registry

#: Two processes on PostgreSQL, where cores allow.
AIM = 1.5


@dataclass
class Outcome:
    """Rates in events a second; `us` are microseconds of CPU an event, of the processes and of the server."""

    database: str
    processes: int
    cores: int
    alone: float
    together: float
    alone_us: float
    together_us: float

    def say(self) -> str:
        over = "" if self.database == "sqlite" or self.together >= AIM * self.alone else f"  UNDER THE AIM OF {AIM}"
        return (
            f"{self.database}, {self.processes} processes on {self.cores} cores: {self.together:,.0f} events/s, "
            f"{self.together / self.alone:.2f} of one alone ({self.alone:,.0f}){over}\n"
            f"  CPU us an event with the server's: {self.together_us:.0f} together, {self.alone_us:.0f} alone"
        )


def run(url: str, spare: str, processes: int, count: int, batch: int) -> Outcome:
    given = list(bodies(count, batch, SOURCE))
    alone, alone_us = _appended(spare, [given], count)
    # The last tenth of each share goes to the next process as well.
    shares = [given[number::processes] for number in range(processes)]
    overlapping = [mine + shares[number - 1][-max(1, len(mine) // 10) :] for number, mine in enumerate(shares)]
    together, together_us = _appended(url, overlapping, count)
    database = url.partition(":")[0].partition("+")[0]
    return Outcome(database, processes, os.cpu_count() or 1, alone, together, alone_us, together_us)


def _appended(url: str, shares: list[list[bytes]], count: int) -> tuple[float, float]:
    """Events a second and microseconds of CPU an event, from the moment at which all processes are ready."""
    renown = opened(url, "watch")
    founded(renown)
    context = multiprocessing.get_context("spawn")
    pipes, started = [], []
    for number, share in enumerate(shares):
        here, there = context.Pipe()
        process = context.Process(target=_append, args=(url, f"append{number}", there), daemon=True)
        process.start()
        there.close()  # one that dies is heard of
        here.send(share)
        pipes.append(here)
        started.append(process)
    for pipe in pipes:
        assert pipe.recv() == "ready"
    begun = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    cpu = sum(pipe.recv() for pipe in pipes)
    wall = time.perf_counter() - begun
    for process in started:
        process.join()
    kit.exactly(renown.db, SOURCE, count)
    while renown.catch_up():
        pass
    kit.sound(renown.db)
    renown.close()
    return count / wall, cpu / count * 1e6


def _append(url: str, name: str, pipe: Pipe) -> None:
    renown = opened(url, name)
    with renown.db.read() as conn:
        row = registry.by_name(conn, SOURCE)
        assert row is not None
        source = registry.info(row)
    given = pipe.recv()
    pipe.send("ready")
    pipe.recv()
    cpu, server = time.process_time(), kit.server_cpu(renown.db, name)
    for body in given:
        take(renown, source, body)
    pipe.send(time.process_time() - cpu + kit.server_cpu(renown.db, name) - server)
    renown.close()


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=1_000)
    given = parser.parse_args()
    for url, spare in kit.pairs(given):
        outcome = run(url, spare, given.processes, given.events, given.batch)
        print(msgspec.json.encode(asdict(outcome)).decode() if given.json else outcome.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
