"""Several processes take in overlapping events of the same people at once, while workers count them.

    python -m tests.holds.storm --processes 4 --events 20000 --seed 7 [DATABASE_URL]

Without an address on SQLite; "postgresql" starts a server. What it comes to must be what one process makes of it all.
"""

from __future__ import annotations

import argparse
import random
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import func, select, text

from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Event
from renown.events.types import CloudEvent
from renown.ledger import replay
from renown.ledger.models import Entry, Generation, Measure
from renown.people.models import Identity
from renown.sources import post
from tests.holds import ledger
from tests.holds.feed import story
from tests.holds.kit import database, house, settle, whole
from tests.holds.processes import Started, server, told

WORKERS = 2
#: Of what another process takes, each takes this part too.
SHARED = 0.5


class Watch:
    """Reads along as a consumer does. Raises AssertionError where it sees a gap, or a cursor that goes back."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._last = 0
        self._cursors: dict[str, int] = {}
        self.looks = 0

    def look(self) -> None:
        with self._db.read() as conn:
            seen = list(conn.scalars(select(Event.id).where(Event.id > self._last).order_by(Event.id)))
            cursors = {one.name: one.position for one in consume.listed(conn)}
        assert seen == list(range(self._last + 1, self._last + 1 + len(seen))), "a gap could be seen"
        self._last += len(seen)
        back = {name: at for name, at in cursors.items() if at < self._cursors.get(name, 0)}
        assert not back, f"cursors went back: {back}"
        self._cursors = cursors
        self.looks += 1


def run(at: str | None, processes: int, events: int, seed: int) -> dict[str, object]:
    """Raises AssertionError where anything is lost, doubled, counted otherwise than by one process. Gives figures."""
    order = random.Random(seed)
    union = list(islice(story(), events))
    with database(at) as url:
        folder = Path(url.removeprefix("sqlite:///")).parent if at is None else None
        with ExitStack() as stack:
            renown = stack.enter_context(house(url))
            data = folder or renown.settings.data
            environ = {"RENOWN_DATABASE_URL": url, "RENOWN_DATA": str(data)}
            parts = _parts(union, processes, order)
            files = [_written(data / f"part-{number}.jsonl", part) for number, part in enumerate(parts)]
            workers = [Started(environ, "worker", says="(Working)") for _ in range(WORKERS)]
            for one in workers:
                stack.callback(one.kill)
            counts, watch = _imported(renown.db, environ, files)
            settle(renown)
            assert all(one.alive for one in workers), "a worker ended"
            failed = [line for one in workers for line in one.lines if "failed" in line or "Traceback" in line]
            assert not failed, failed[:3]
            for one in workers:
                one.stop()
            accepted = sum(one["accepted"] for one in counts)
            repeated = sum(one["duplicates"] for one in counts)
            assert (accepted, accepted + repeated) == (len(union), sum(map(len, parts))), counts
            whole(renown)
            keys = [one.id for one in union]
            figures = ledger.checked(renown.db, keys, keys)
            again = replay.replay(renown.db, renown.follower.scorer("activity"), dry_run=True)
            assert again.same, again.differences
            alone = _alone(union)
            assert sums(renown.db) == alone, "one process comes to something else"
            return {
                **figures, "events": accepted, "duplicates": repeated, "looks": watch.looks,
                "deadlocks": _deadlocks(renown.db),
            }  # fmt: skip


def sums(db: Database) -> dict[tuple[str, str, int], int]:
    """What each account has, by measure and day."""
    live = select(Generation.id).where(Generation.state == "live").scalar_subquery()
    query = (
        select(Identity.key, Measure.name, Entry.day, func.sum(Entry.amount))
        .join(Identity, Identity.id == Entry.identity_id)
        .join(Measure, Measure.id == Entry.measure)
        .where(Entry.generation == live)
        .group_by(Identity.key, Measure.name, Entry.day)
    )
    with db.read() as conn:
        return {(key, name, day): int(amount) for key, name, day, amount in conn.execute(query) if amount}


def _alone(union: Sequence[CloudEvent]) -> dict[tuple[str, str, int], int]:
    with database(None) as url, house(url) as renown:
        post.take(renown.reception, union)
        settle(renown)
        return sums(renown.db)


def _parts(union: Sequence[CloudEvent], processes: int, order: random.Random) -> list[list[CloudEvent]]:
    """Everything is in one of them at least, half of it in each, in another order each."""
    parts: list[list[CloudEvent]] = []
    for mine in range(processes):
        part = [one for at, one in enumerate(union) if at % processes == mine or order.random() < SHARED]
        order.shuffle(part)
        parts.append(part)
    return parts


def _written(path: Path, part: Sequence[CloudEvent]) -> Path:
    path.write_bytes(b"\n".join(map(msgspec.json.encode, part)))
    return path


def _imported(db: Database, environ: dict[str, str], files: Sequence[Path]) -> tuple[list[Any], Watch]:
    watch, never = Watch(db), threading.Event()
    with ThreadPoolExecutor(len(files)) as pool:
        importing: list[Future[Any]] = [pool.submit(told, environ, "import", "events", file) for file in files]
        while wait(importing, timeout=0).not_done:
            watch.look()
            never.wait(0.02)
        watch.look()
        return [one.result() for one in importing], watch


def _deadlocks(db: Database) -> int | None:
    if db.is_sqlite:
        return None
    with db.read() as conn:
        return conn.scalar(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?", metavar="DATABASE_URL")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with server(given.database) as at:
        figures = run(at, given.processes, given.events, given.seed)
    print(", ".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
