"""What it costs to score: 50,000 events into entries with limits, beside writing the same entries bare.

    python -m benchmarks.score [--events N] [--batch N] [DATABASE_URL ...]

Without an address: SQLite in a temporary folder, and the embedded PostgreSQL. CPU is that of this process; PostgreSQL's
own server does its work beside it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from tests.postgres import serving
from tests.score.kit import Site

from renown.db.engine import Database
from renown.events import log
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Ref, collab
from renown.ledger import catchup, write
from renown.ledger.limits import Sums
from renown.ledger.models import Entry
from renown.ledger.posting import Ledger
from renown_migrations import upgrade

START = datetime(2024, 1, 1, 9, tzinfo=UTC)


def lively(count: int, source: str, people: int = 500, spaces: int = 40) -> Iterator[CloudEvent]:
    """Messages, answers and reactions of a company, in time order; one reaction in twenty is taken back."""
    rng = random.Random(7)
    liked: list[tuple[str, str, int]] = []
    messages = 0
    for number in range(count):
        actor, minute = f"U{rng.randrange(people)}", number * 2
        draw = rng.random()
        target, state, retracts = None, None, None
        if draw < 0.45 or messages < 10:
            messages += 1
            thing = ObjectRef(
                id=f"m{messages}", kind="message", attributedTo=Actor(id=actor), words=rng.randrange(1, 80),
                inReplyTo=Ref(id=f"m{rng.randrange(1, messages)}") if messages > 10 and draw < 0.2 else None,
            )  # fmt: skip
            verb, activity, target = "reply" if thing.inReplyTo else "create", "Create", Ref(id=f"C{number % spaces}")
        elif draw < 0.95 or not liked:
            at = messages - int(rng.expovariate(0.02)) % messages
            thing, verb, activity = ObjectRef(id=f"m{at}", kind="message"), "react", "Like"
            state = f"m{at}:+1:{actor}"
            liked.append((thing.id, actor, number))
        else:
            key, actor, _ = liked.pop(rng.randrange(len(liked)))
            thing, verb, activity, state = ObjectRef(id=key, kind="message"), "react", "Undo", f"{key}:+1:{actor}"
        yield CloudEvent(
            specversion="1.0",
            id=f"e{number}",
            source=source,
            type=collab(verb),
            time=START + timedelta(minutes=minute),
            data=Data(
                type=activity,  # type: ignore[arg-type]
                actor=Actor(id=actor),
                object=thing,
                target=target,
                statekey=state,
                retracts=retracts,
            ),
        )


def measure(url: str, count: int, batch: int) -> None:
    db = Database(url)
    upgrade(db)
    site = Site(db)
    events = list(lively(count, site.source.name))
    for start in range(0, count, 5_000):
        site.take(*events[start : start + 5_000])
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")
    with db.read() as conn:
        end = log.head(conn)
    wall, cpu = time.perf_counter(), time.process_time()
    catchup.run(db, site.scorer, site.generation, batch=batch)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with db.read() as conn:
        entries = conn.scalar(select(func.count()).select_from(Entry)) or 0
    bare = _bare(db, site.generation)
    print(
        f"{db.dialect:<11} {end} events, {entries} entries, batches of {batch}: {cpu / end * 1e6:.1f} us CPU and "
        f"{wall / end * 1e6:.1f} us wall an event, {end / wall:,.0f} events/s; {bare / wall:.2f} of the bare write"
    )
    db.close()


def _bare(db: Database, generation: int) -> float:
    """Seconds that it takes to write the same entries, and nothing else."""
    with db.read() as conn:
        acts = list(conn.scalars(select(Entry.act_id).where(Entry.generation == generation).distinct()))
        lines = write.lines(conn, generation, acts)
    started = time.perf_counter()
    with db.write() as conn:
        ledger = Ledger(Sums(), {}, repr)
        ledger.new = list(lines)
        write.write(conn, generation + 1, ledger, stands=False)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=2_000)
    parser.add_argument("urls", nargs="*", metavar="DATABASE_URL")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = given.urls or [f"sqlite:///{folder}/bench.sqlite3"]
        for url in urls:
            measure(url, given.events, given.batch)
        if not given.urls:
            measure(stack.enter_context(serving()), given.events, given.batch)


if __name__ == "__main__":
    sys.exit(main())
