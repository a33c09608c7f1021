"""What an event costs from bytes to the log: `python -m benchmarks.append [--events N] [--batch N] [--profile]`.

Prints, per database, events a second and CPU microseconds an event, of this process and of the server, and the same for
copying the finished rows bare (COPY, executemany; formatting included) as a measure of the machine.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import resource
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import select
from tests.postgres import serving

from renown.db.engine import Database
from renown.db.staging import copy_in
from renown.events.drafts import COLUMNS
from renown.events.models import Event
from renown.events.receive import BATCH, Vocabulary, parse
from renown.events.types import CloudEvent
from renown.sources import intake, registry
from renown.sources.connector import SourceInfo
from renown.sources.reception import Reception
from renown.sources.secrets import Keyring
from renown_migrations import upgrade

PEOPLE, SPACES = 400, 30
DAY = 86_400


def bodies(
    count: int, batch: int, source: str, seed: int = 1, people: int = PEOPLE, start: int = 1_700_000_000
) -> Iterator[bytes]:
    """Messages, replies and reactions, as a busy company's chat has them, in batches of CloudEvents."""
    chance, written = random.Random(seed), list[dict[str, object]]()
    made: deque[tuple[str, str]] = deque(maxlen=2_000)
    for number in range(count):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + number * 7))
        who = int(chance.paretovariate(1.2)) % people
        actor = {"id": f"U{who}", "name": f"Person {who}"}
        space = {"id": f"C{chance.randrange(SPACES)}"}
        if made and chance.random() < 0.45:
            key, owner = made[-min(len(made), int(chance.expovariate(1 / 40)) + 1)]
            key_of_act = f"{key}:react:+1:{actor['id']}:{number}"
            thing: dict[str, object] = {"id": key, "kind": "message", "attributedTo": {"id": owner}}
            data = {"type": "Like", "content": "+1", "statekey": f"{key}:react:+1:{actor['id']}"}
            verb = "react"
        else:
            key = f"C1:{start + number}.000100"
            thing = {"id": key, "kind": "message", "words": chance.randrange(60), "digest": "sha256:" + "0" * 64}
            verb, data = "create", {"type": "Create"}
            if made and chance.random() < 0.5:
                verb, thing["inReplyTo"] = "reply", {"id": made[-1][0]}
            made.append((key, actor["id"]))
            key_of_act = f"{key}:create"
        written.append(
            {
                "specversion": "1.0",
                "id": key_of_act,
                "source": source,
                "type": f"collab.{verb}.v1",
                "time": at,
                "data": {"actor": actor, "object": thing, "target": space, **data},
            }
        )
        if len(written) == batch or number == count - 1:
            yield msgspec.json.encode(written)
            written = []


@contextmanager
def measured(name: str, count: int, db: Database) -> Iterator[None]:
    server = _server_cpu(db)
    wall, cpu = time.perf_counter(), _own_cpu()
    yield
    wall, cpu = time.perf_counter() - wall, _own_cpu() - cpu
    server = _server_cpu(db) - server
    print(
        f"{db.dialect:11} {name:28} {count / wall:9,.0f} events/s   "
        f"CPU us an event: {cpu / count * 1e6:6.1f} here, {server / count * 1e6:6.1f} server"
    )


def run(db: Database, count: int, batch: int, profile: bool) -> None:
    upgrade(db)
    keyring = Keyring("benchmark")
    with db.write() as conn:
        registry.ensure_core_source(conn)
        source = registry.info(registry.add(conn, keyring, registry.CLOUDEVENTS, "post:bench"))
    desk = Reception(db, keyring, lambda *, external: Vocabulary(), dict, lambda event: None, lambda event: {})
    given = list(bodies(count, batch, source.name))
    with measured(f"parse, batches of {batch}", count, db):
        for body in given:
            parse(body, BATCH)
    profiler = cProfile.Profile()
    with measured(f"append, batches of {batch}", count, db):
        if profile:
            profiler.enable()
        for body in given:
            _take(desk, source, body)
        profiler.disable()
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(22)
    with measured("again, all duplicates", count, db):
        for body in given:
            _take(desk, source, body)
    with db.read() as conn:
        rows = [tuple(row) for row in conn.execute(select(Event.__table__.c[*COLUMNS]).order_by(Event.id))]
    rows = [(*row[:-1], None if row[-1] is None else msgspec.json.encode(row[-1]).decode()) for row in rows]
    with measured("bare copy of the rows", len(rows), db), db.write() as conn:
        conn.exec_driver_sql("CREATE TABLE bare AS SELECT * FROM core_event WHERE 1 = 0")
        bare = Event.__table__.to_metadata(type(Event.__table__.metadata)(), name="bare")
        for start in range(0, len(rows), batch):
            copy_in(conn, bare, COLUMNS, rows[start : start + batch])
    with db.read() as conn:
        resolved = conn.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) - count
    print(f"{db.dialect:11} {resolved} resolved later")


def _take(desk: Reception, source: SourceInfo, body: bytes) -> None:
    items: list[tuple[int, CloudEvent]] = list(enumerate(parse(body, BATCH)))  # type: ignore[arg-type]
    intake.commit(desk.db, [intake.judge(desk, source, items, parsed=True)])


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _server_cpu(db: Database) -> float:
    """Seconds that the backends of our pool have used; 0 where the database is in this process."""
    if db.is_sqlite:
        return 0.0
    with db.read() as conn:
        pids = conn.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").scalars()
        return sum(_cpu_of(pid) for pid in pids)


def _cpu_of(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / 100


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--batch", type=int, default=5000)
    options.add_argument("--profile", action="store_true")
    options.add_argument("--only", choices=["sqlite", "postgresql"])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.only != "postgresql":
            _with(f"sqlite:///{folder}/bench.sqlite3", lambda db: run(db, given.events, given.batch, given.profile))
        if given.only != "sqlite":
            with serving() as url:
                _with(url, lambda db: run(db, given.events, given.batch, given.profile))


def _with(url: str, work: Callable[[Database], None]) -> None:
    db = Database(url)
    work(db)
    db.close()


if __name__ == "__main__":
    main()
