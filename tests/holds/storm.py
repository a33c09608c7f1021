"""Several processes take in overlapping events of the same people at once, while workers count them.

    python -m tests.holds.storm --processes 4 --rounds 2000 --seed 7 [--merging] [DATABASE_URL]

Without an address on SQLite; "postgresql" starts a server. What it comes to must be what one process makes of it all.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event as Happened

import msgspec
from msgspec import structs
from sqlalchemy import func, select, text

from renown import app
from renown.app import Renown
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Event
from renown.events.types import CloudEvent
from renown.jobs.models import Schedule
from renown.jobs.worker import Worker
from renown.ledger.models import Entry, Generation, Measure
from renown.people.models import Identity, Person
from renown.settings import Settings
from renown.sources import post, registry
from renown.sources.intake import Counts
from tests.holds import ledger
from tests.holds.feed import ACCOUNTS, SOURCE, story
from tests.holds.kit import database, house, replayed, settle, whole
from tests.holds.processes import server

WORKERS = 2
ELSEWHERE = "tool:b"
#: Processes of our own that have loaded Renown by the time they begin, and nothing else of this one's.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.holds.kit"])
#: Of what another process takes, each takes this part too.
SHARED = 0.5
#: Events after which everything that is undone in the end has been: five messages with their likes.
ROUND = 11
#: Events in a transaction, on an average.
MEAN = 25


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


def run(at: str | None, processes: int, rounds: int, seed: int, *, merging: bool = False) -> dict[str, object]:
    """Raises AssertionError where anything is lost, doubled, counted otherwise than by one process. Gives figures.

    With `merging` the same people come from two sources, which tell their e-mails; what limits leave them then depends
    on when they are found to be the same, so that it is not compared with one process.
    """
    order = random.Random(seed)
    union = list(islice(story(), rounds * ROUND))
    parts = _parts([*map(_mailed, union), *map(_elsewhere, union)] if merging else union, processes, order)
    with database(at) as url, house(url) as renown:
        if merging:
            _vouch(renown)
        with _working(renown.settings):
            counts, watch = _taken(renown, parts)
            settle(renown)
        with renown.db.read() as conn:
            failed = conn.execute(select(Schedule.name, Schedule.error).where(Schedule.error.is_not(None))).all()
        assert not failed, failed
        accepted, repeated = sum(one.accepted for one in counts), sum(one.duplicates for one in counts)
        assert (accepted, accepted + repeated) == (len(union) * (1 + merging), sum(map(len, parts))), counts
        whole(renown)
        keys = [one.id for one in union]
        figures = ledger.checked(renown.db, keys, keys)
        replayed(renown)
        if merging:
            assert _people(renown.db) == ACCOUNTS, "accounts of one e-mail are not one person"
        else:
            assert sums(renown.db) == _alone(union), "one process comes to something else"
        deadlocks = _deadlocks(renown.db)
    return {**figures, "events": accepted, "duplicates": repeated, "looks": watch.looks, "deadlocks": deadlocks}


def _take(settings: Settings, part: Sequence[bytes], seed: int) -> Counts:
    """In a process of its own, in transactions of any size, as a server does what is posted to it."""
    order, counts = random.Random(seed), Counts()
    renown = app.build(settings)
    left = [msgspec.json.decode(one, type=CloudEvent) for one in part]
    try:
        while left:
            size = order.randint(1, 2 * MEAN)
            counts.add(post.take(renown.reception, left[:size]))
            del left[:size]
    finally:
        renown.close()
    return counts


def _work(settings: Settings, begun: Happened, ended: Happened) -> None:
    """In a process of its own, as `renown worker` does it."""
    renown = app.build(settings)
    worker = Worker(renown.db, renown.drains)
    worker.start()
    begun.set()
    ended.wait()
    worker.stop()
    renown.close()


@contextmanager
def _working(settings: Settings) -> Iterator[None]:
    ended, begun = PROCESSES.Event(), [PROCESSES.Event() for _ in range(WORKERS)]
    workers = [PROCESSES.Process(target=_work, args=(settings, one, ended), daemon=True) for one in begun]
    for worker in workers:
        worker.start()
    assert all(one.wait(120) for one in begun), "a worker does not begin"
    try:
        yield
        assert all(worker.is_alive() for worker in workers), "a worker ended"
    finally:
        ended.set()
        for worker in workers:
            worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS


def _taken(renown: Renown, parts: Sequence[Sequence[CloudEvent]]) -> tuple[list[Counts], Watch]:
    watch = Watch(renown.db)
    with ProcessPoolExecutor(len(parts), mp_context=PROCESSES) as pool:
        taking = [
            pool.submit(_take, renown.settings, [msgspec.json.encode(one) for one in part], number)
            for number, part in enumerate(parts)
        ]
        while wait(taking, timeout=0.02).not_done:
            watch.look()
        watch.look()
        return [one.result() for one in taking], watch


def sums(db: Database) -> dict[tuple[str, str, int], int]:
    """What each account has, by measure and day."""
    query = (
        select(Identity.key, Measure.name, Entry.day, func.sum(Entry.amount))
        .join(Identity, Identity.id == Entry.identity_id)
        .join(Measure, Measure.id == Entry.measure)
        .join(Generation, Generation.id == Entry.generation)
        .where(Generation.state == "live")
        .group_by(Identity.key, Measure.name, Entry.day)
    )
    with db.read() as conn:
        return {(key, name, day): int(amount) for key, name, day, amount in conn.execute(query) if amount}


def _mailed(said: CloudEvent) -> CloudEvent:
    data = said.data
    actor = structs.replace(data.actor, email=f"{data.actor.id}@acme.example", emailVerified=True)
    return structs.replace(said, data=structs.replace(data, actor=actor))


def _elsewhere(said: CloudEvent) -> CloudEvent:
    return structs.replace(_mailed(said), source=ELSEWHERE)


def _vouch(renown: Renown) -> None:
    with renown.db.write() as conn:
        for name in (SOURCE, ELSEWHERE):
            registry.change(conn, registry.ensure(conn, renown.keyring, name).id, vouches=True)


def _people(db: Database) -> int:
    with db.read() as conn:
        return len(set(conn.scalars(select(func.coalesce(Person.root_id, Person.id)).where(Person.email.is_not(None)))))


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


def _deadlocks(db: Database) -> int | None:
    if db.is_sqlite:
        return None
    with db.read() as conn:
        return conn.scalar(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?", metavar="DATABASE_URL")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2_000, help=f"of {ROUND} events each")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--merging", action="store_true", help="the same people from two sources")
    given = parser.parse_args()
    with server(given.database) as at:
        figures = run(at, given.processes, given.rounds, given.seed, merging=given.merging)
    print(", ".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
