"""What standings cost to keep and to read: 50,000 events through the tick, and boards of 100,000 people.

    python -m benchmarks.stand [--events N] [--people N] [DATABASE_URL ...]

Without an address: SQLite in a temporary folder, and the embedded PostgreSQL. CPU is that of this process and of the
server's processes for it. The reference adds the same day totals to one board of all time, and to nothing else.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psutil
from sqlalchemy import insert, text
from tests.postgres import serving
from tests.stand.world import ADMIN, MEMBER, POINTS, World, noon

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.ledger import boards, standings, why
from renown.ledger.models import DayTotal
from renown.ledger.periods import on
from renown.people.models import Identity, Person
from renown_migrations import upgrade

TODAY = 20_593
ACCOUNTS, TEAMS = 500, 8


def keep(db: Database, count: int, chance: random.Random) -> None:
    """Events as they come to day totals: half a year imported in batches of 5,000, and 1,000 a second on one day."""
    with db.write() as conn:
        World(db).add_people(conn, range(101, 101 + ACCOUNTS))
    for what, batch, days in (("import", 5_000, 180), ("live", 1_000, 1)):
        spent = reference = 0.0
        for start in range(0, count, batch):
            since = TODAY - days * start // count if days > 1 else TODAY
            rows = []
            for _ in range(batch):
                person = chance.randrange(ACCOUNTS)
                rows.append((1011 + person * 10, since - chance.randrange(3) * (days > 1), person % TEAMS + 1, 1000))
            World(db).give(rows)
            with _spent(db) as took:
                _reference(db)
            reference += took[0]
            with _spent(db) as took:
                standings.catch_up(db)
            spent += took[0]
        print(
            f"  {what}: {spent / count * 1e6:.1f} us of CPU an event ({count / spent:,.0f}/s of one core),"
            f" {spent / reference:.1f} times the reference's {reference / count * 1e6:.1f} us"
        )


def _reference(db: Database) -> None:
    with db.write() as conn:
        conn.exec_driver_sql("""
            INSERT INTO bench_board (person, amount)
            SELECT i.person_id, sum(d.amount - d.stood) FROM core_day_total d
            JOIN core_identity i ON i.id = d.identity_id WHERE d.amount <> d.stood GROUP BY i.person_id
            ON CONFLICT (person) DO UPDATE SET amount = bench_board.amount + excluded.amount
        """)


def read(db: Database, people: int, chance: random.Random) -> None:
    first = 10_000
    with db.write() as conn:
        numbers = range(first, first + people)
        conn.execute(insert(Person), [{"id": n, "handle": f"p{n}", "name": f"Person {n}"} for n in numbers])
        conn.execute(
            insert(Identity), [{"id": n * 10, "source_id": 1, "key": f"u{n}", "person_id": n} for n in numbers]
        )
        conn.execute(
            insert(DayTotal),
            [
                {"generation": 1, "measure": 1, "identity_id": n * 10, "day": TODAY, "team": 0, "stood": 0,
                 "amount": int(chance.lognormvariate(4, 1)) * 1000 + 1000}
                for n in numbers
            ],
        )  # fmt: skip
    with _spent(db) as took:
        standings.catch_up(db)
    print(f"  {people:,} new people stand after {took[0]:.1f} s of CPU")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "VACUUM ANALYZE")
    month = on("month", TODAY)
    with db.read() as conn:
        deep = boards.board(conn, ADMIN, POINTS, deep=True, limit=1).next
        assert deep is not None
        middle = boards.Cursor(55_000, first + people // 2)

        def somebody() -> Viewer:
            return Viewer(first + chance.randrange(people), "member")

        reads: dict[str, Callable[[], object]] = {
            "first page of 25": lambda: boards.board(conn, MEMBER, POINTS, "month", month.start, limit=25),
            "page of 50 in the middle": lambda: boards.board(conn, ADMIN, POINTS, after=middle, deep=True),
            "rank": lambda: boards.rank(conn, who := somebody(), who.person_id or 0, POINTS),
            "around me": lambda: boards.around(conn, somebody(), POINTS),
            "why": lambda: why.why(conn, who := somebody(), who.person_id or 0, POINTS),
        }
        for name, call in reads.items():
            times = []
            spent = time.process_time()
            for _ in range(300):
                begun = time.perf_counter()
                call()
                times.append((time.perf_counter() - begun) * 1000)
            spent = (time.process_time() - spent) / 300 * 1000
            print(
                f"  {name}: median {median(times):.2f} ms, p95 {sorted(times)[285]:.2f} ms; {spent:.2f} ms of own CPU"
            )
        begun = time.perf_counter()
        counted = "SELECT count(*) FROM core_standing WHERE period_id = :p AND visible = true AND amount > 55000"
        conn.scalar(text(counted), {"p": boards.find(conn, POINTS, on("all", 0), "organisation").id})  # type: ignore[union-attr]
        print(f"  (reference for the rank, counting the index: {(time.perf_counter() - begun) * 1000:.1f} ms)")


@contextmanager
def _spent(db: Database) -> Iterator[list[float]]:
    took = [0.0]
    before = _cpu(db)
    yield took
    took[0] = _cpu(db) - before


def _cpu(db: Database) -> float:
    total = time.process_time()
    if not db.is_sqlite:
        with db.read() as conn:
            pids = conn.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            for (pid,) in pids.all():
                used = psutil.Process(pid).cpu_times()
                total += used.user + used.system
    return total


def run(url: str, events: int, people: int) -> None:
    db = Database(url)
    upgrade(db)
    print(db.dialect)
    with clock.set_to(lambda: noon(TODAY)):
        World.build(db, teams=TEAMS)
        with db.write() as conn:
            conn.exec_driver_sql("CREATE TABLE bench_board (person INTEGER PRIMARY KEY, amount BIGINT)")
        keep(db, events, random.Random(7))
        read(db, people, random.Random(8))
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("urls", nargs="*")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = given.urls or [f"sqlite:///{folder / 'bench.sqlite3'}", stack.enter_context(serving())]
        for url in urls:
            run(url, given.events, given.people)


if __name__ == "__main__":
    sys.exit(main())
