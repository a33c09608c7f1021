"""Kills the server, the workers, imports, replays and migrations at random moments, and checks that nothing shows.

    python -m tests.holds.kill --rounds 50 --seed 7 [DATABASE_URL]

Without an address on SQLite; "postgresql" starts a server that is as durable as one in use.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import msgspec
from sqlalchemy import select

from renown.access import tokens
from renown.db.engine import Database
from renown.events.types import CloudEvent
from renown.ledger.models import Generation
from renown_migrations import upgrade
from tests.holds import ledger
from tests.holds.feed import Feed, story
from tests.holds.processes import Started, empty, server, told

KINDS = ("server", "worker", "import", "replay", "migration", "server and worker", "two replays")
#: Batches that are sent in a round, and events in an import that is killed.
BATCHES, IMPORTED = 20, 600
#: How often a round is begun in which everything was over before it could be killed.
TRIES = 6


@dataclass
class Killed:
    """What a run came to. `late` are processes that had ended by themselves before they could be killed.

    Each round has killed at least one.
    """

    kills: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    figures: dict[str, object] = field(default_factory=dict)


class Site:
    """A server and a worker on one database, and the events that are sent to it."""

    def __init__(self, at: str | None, url: str, folder: Path, seed: int) -> None:
        self.at, self.url, self.folder = at, url, folder
        self.environ = {"RENOWN_DATABASE_URL": url, "RENOWN_DATA": str(folder / "data")}
        self.random = random.Random(seed)
        self.killed = Killed()
        self.story: Iterator[CloudEvent] = story()
        self.told: list[CloudEvent] = []
        self._files = count()
        self._never = threading.Event()
        self.db = Database(url)
        upgrade(self.db)
        with self.db.write() as conn:
            token = tokens.add(conn, "feed", ["events:write"]).token
        self.feed = Feed(token, seed)
        self.start: float = 0
        self.running: dict[str, Started] = {}
        self.every: list[Started] = []
        self.up("server", "worker")

    def up(self, *names: str) -> None:
        for name in names:
            if name == "server":
                begun = time.monotonic()
                made = Started(self.environ, "serve", "--port", "0", "--no-worker", says=r"Renown answers at (\S+)")
                self.start = time.monotonic() - begun
                self.feed.connect(made.said)
            else:
                made = Started(self.environ, "worker", says="(Working)")
            self.running[name] = made
            self.every.append(made)

    def round(self, kind: str) -> None:
        for _ in range(BATCHES):
            self.feed.give(self._next(self.random.randint(1, 40)))
        if kind == "migration":
            self._migration()
        elif kind == "import":
            self._kill(kind, lambda: [Started(self.environ, "import", "events", self._file())], self.start, 1.5)
        elif kind in ("replay", "two replays"):
            self._kill("replay", lambda: [self._replay() for _ in range(1 if kind == "replay" else 2)], 0, 0.5)
        else:
            self.feed.heard(self.random.randint(1, 200))
            for name in kind.split(" and "):
                self._kill(name, lambda name=name: [self.running[name]], 0, 0.1)  # type: ignore[misc]
            self.up(*kind.split(" and "))
        self.feed.heard(10**9)
        self._sound()

    def finish(self) -> Killed:
        """Let everything catch up, end what runs, and check the whole."""
        self.feed.finish()
        self._sound()
        assert all(one.alive for one in self.running.values()), "one ended that nobody killed"
        failed = [
            line for one in self.running.values() for line in one.lines if "failed" in line or "Traceback" in line
        ]
        assert not failed, failed[:3]
        drift = told(self.environ, "reconcile")
        assert drift == {"drift": []}, drift
        for one in self.running.values():
            one.stop()
        replays = told(self.environ, "replay", "--dry-run", "--digest")["replays"]
        assert replays
        assert all(one["same"] for one in replays), replays
        assert told(self.environ, "audit", "verify")["whole"]
        self.killed.figures = {
            "events": len(self.told), "accepted in answers": self.feed.accepted, "sent twice": self.feed.resent,
            "requests without an answer": self.feed.broken, "entries": sum(one["entries"] for one in replays),
            **ledger.checked(self.db, [one.id for one in self.told], self.feed.answered),
        }  # fmt: skip
        return self.killed

    def close(self) -> None:
        self.feed.connect(None)
        for one in self.running.values():
            one.kill()
        self.db.close()

    def _sound(self) -> None:
        said = [line for one in self.every for line in one.lines[-60:]]
        assert not self.feed.faults, "\n".join([*self.feed.faults[:3], *said])

    def _next(self, size: int) -> list[CloudEvent]:
        batch = list(islice(self.story, size))
        self.told += batch
        return batch

    def _file(self) -> Path:
        """Half of it is there already or on its way; the rest is sent as well, at the same time."""
        fresh = [self._next(60) for _ in range(IMPORTED // 120)]
        old = self.random.sample(self.told, min(len(self.told), IMPORTED // 2))
        lines = [*old, *(one for batch in fresh for one in batch)]
        self.random.shuffle(lines)
        path = self.folder / f"import-{next(self._files)}.jsonl"
        path.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
        for batch in fresh:
            self.feed.give(batch)
        return path

    def _replay(self) -> Started:
        """One that has begun to count."""
        dry = ["--dry-run"] if self.random.random() < 0.5 else []
        before = self._generations()
        made = Started(self.environ, "replay", *dry)

        def begun() -> bool:
            return bool(self._generations() - before)

        self._until(lambda: not made.alive or begun())
        return made

    def _generations(self) -> set[tuple[int, int]]:
        """With when they were made: numbers are taken again."""
        with self.db.read() as conn:
            return {(row.id, row.created_at) for row in conn.execute(select(Generation.id, Generation.created_at))}

    def _migration(self) -> None:
        """Of a database of its own, killed and begun again until it was let be."""
        with ExitStack() as stack:
            environ: dict[str, str] = {}

            def begin() -> list[Started]:
                url, folder = stack.enter_context(empty(self.at))
                environ.update(RENOWN_DATABASE_URL=url, RENOWN_DATA=str(folder / "data"))
                return [Started(environ, "db", "upgrade")]

            self._kill("migration", begin, self.start * 0.5, self.start)
            behind = [one for one in told(environ, "db", "upgrade") if one["behind"]]
            assert not behind, behind
            assert told(environ, "reconcile") == {"drift": []}

    def _kill(self, name: str, begin: Callable[[], list[Started]], least: float, most: float) -> None:
        """After `least` to `most` seconds; sooner the next time, where all had ended by themselves."""
        for nth in range(TRIES):
            begun = begin()
            for one in begun:
                self._never.wait(self.random.uniform(least, max(least, most)) / 4**nth)
                (self.killed.kills if one.kill() else self.killed.late)[name] += 1
            if any(one.killed for one in begun):
                return
        said = [line for one in begun for line in one.lines[-5:]]
        raise AssertionError("\n".join([f"{name}: each of {TRIES} ended by itself before it could be killed", *said]))

    def _until(self, holds: Callable[[], bool], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it never came to that"
            self._never.wait(0.005)


@contextmanager
def site(at: str | None, seed: int) -> Iterator[Site]:
    with empty(at) as (url, folder):
        made = Site(at, url, folder, seed)
        try:
            yield made
        finally:
            made.close()


def run(at: str | None, rounds: int, seed: int, kinds: tuple[str, ...] = KINDS, *, loud: bool = False) -> Killed:
    """So many rounds, each with another kind of process killed, in an order that `seed` decides."""
    order = random.Random(seed)
    bag: list[str] = []
    with site(at, seed) as made:
        for number in range(rounds):
            if not bag:
                bag = order.sample(kinds, len(kinds))
            kind = bag.pop()
            made.round(kind)
            if loud:
                print(f"{number + 1}/{rounds}: {kind}", file=sys.stderr, flush=True)
        return made.finish()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?", metavar="DATABASE_URL")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with ExitStack() as stack:
        at = stack.enter_context(server(given.database))
        killed = run(at, given.rounds, given.seed, loud=True)
    print(f"killed: {dict(killed.kills)}, too late: {dict(killed.late)}")
    print(", ".join(f"{name}: {value}" for name, value in killed.figures.items()))


if __name__ == "__main__":
    main()
