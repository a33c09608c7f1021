"""What benchmarks share: scratch databases, an installation with one source, processes, and a client over HTTP."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psutil
import psycopg
from benchmarks import chat
from sqlalchemy import create_engine, func, make_url, select, text
from tests.holds.processes import Started
from tests.postgres import own

from renown import clock
from renown.access import tokens
from renown.app import Renown, build
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Consumer, Event
from renown.events.receive import BATCH, parse
from renown.events.types import Actor
from renown.ledger import standings
from renown.ledger.models import Generation
from renown.ledger.reconcile import reconcile
from renown.people import claims, recognise, teams
from renown.people.models import Identity
from renown.settings import Settings
from renown.sources import intake, registry
from renown.sources.connector import SourceInfo
from renown.sources.models import Source
from renown_migrations import upgrade

SOURCE = "post:bench"
#: Signs deliveries to the source.
SECRET = "benchmark"
TEAMS = 20
KEY = "benchmark"


def options(description: str | None) -> argparse.ArgumentParser:
    """--only, --json and the address of a PostgreSQL server on which databases may be made (else the embedded one)."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--only", choices=["sqlite", "postgresql"])
    made.add_argument("--json", action="store_true", help="one line of JSON for each outcome")
    made.add_argument("url", nargs="?", metavar="DATABASE_URL")
    # So that who is told to end, ends the servers it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return made


def databases(given: argparse.Namespace, rounds: int = 1) -> Iterator[tuple[str, int]]:
    """Addresses of empty databases, each gone when the next is asked for, with the number of the round."""
    if given.only != "postgresql" and not given.url:
        for number in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                yield f"sqlite:///{folder}/bench.sqlite3", number
    if given.only != "sqlite":
        with _server(given) as at:
            for number in range(rounds):
                with scratch(at) as url:
                    yield url, number


def pairs(given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """For each kind of database two empty ones: for what is measured, and for its reference."""
    if given.only != "postgresql" and not given.url:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.sqlite3", f"sqlite:///{folder}/reference.sqlite3"
    if given.only != "sqlite":
        with _server(given) as at, scratch(at) as one, scratch(at) as other:
            yield one, other


@contextmanager
def _server(given: argparse.Namespace) -> Iterator[str]:
    """The address of a server; the embedded one has its own settings, and is durable. Says what they are."""
    with nullcontext() if given.url else own() as server:
        at = given.url or server.url
        engine = create_engine(at)
        with engine.connect() as conn:
            names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
            said = ", ".join(f"{name} {conn.exec_driver_sql(f'SHOW {name}').scalar()}" for name in names)
        engine.dispose()
        print(f"PostgreSQL: {said}", file=sys.stderr, flush=True)
        yield at


@contextmanager
def scratch(server: str) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    name = f"renown_bench_{time.time_ns()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as conn:
            conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


def opened(url: str, name: str) -> Renown:
    """`name` tells the connections apart in `server_cpu`."""
    if not url.startswith("sqlite"):
        url = make_url(url).update_query_dict({"application_name": name}).render_as_string(hide_password=False)
    return build(Settings(data=Path(tempfile.gettempdir()), database_url=url, secret_key=KEY))


def founded(renown: Renown, network: str = registry.CLOUDEVENTS, name: str = SOURCE) -> SourceInfo:
    """An installation with one source, whose people are known and each in a team: U0, U20, U40, ... share one."""
    upgrade(renown.db)
    renown.begin()
    with renown.db.write() as conn:
        source = registry.info(registry.add(conn, renown.keyring, network, name, secret=SECRET))
        actors = {key: Actor(id=key, name=name) for key, name in (chat.called(who) for who in range(chat.PEOPLE))}
        found = recognise.identities(conn, source, actors, clock.now())
        claims.settle(conn, found)
        people = conn.execute(select(Identity.id, Identity.person_id)).all()
        person = {row.id: row.person_id for row in people}
        made = [teams.add(conn, f"Team {number}") for number in range(TEAMS)]
        for number, key in enumerate(actors):
            teams.place(conn, person[found[key]], made[number % TEAMS], None)
    standings.catch_up(renown.db)
    return source


def take(renown: Renown, source: SourceInfo, body: bytes) -> None:
    """From bytes to the log, in this process."""
    items: list[Any] = list(enumerate(parse(body, BATCH)))
    intake.commit(renown.db, [intake.judge(renown.reception, source, items, parsed=True)])


def head(db: Database) -> int:
    with db.read() as conn:
        return log.head(conn)


def cursor(db: Database) -> int:
    """How far the slowest scoring reader is."""
    with db.read() as conn:
        return conn.scalar(select(func.min(Consumer.position)).where(Consumer.kind == "score")) or 0


def replayed(db: Database) -> int:
    """How far a replay is that is under way, 0 where none is."""
    with db.read() as conn:
        found = select(func.max(Consumer.position)).where(
            Consumer.generation == Generation.id, Generation.state.in_(("replay", "rebuild"))
        )
        return conn.scalar(found) or 0


def settled(db: Database) -> bool:
    """Whether all that is in the log stands."""
    with db.read() as conn:
        return cursor(db) >= log.head(conn) and not standings.waiting(conn)


def exactly(db: Database, source: str, count: int) -> None:
    """Raises unless the log has so many events of this source: none lost, none twice."""
    query = select(func.count()).select_from(Event).join(Source, Source.id == Event.source_id)
    with db.read() as conn:
        found = conn.scalar(query.where(Source.name == source))
    assert found == count, f"{found:,} events in the log, {count:,} were sent"


def sound(db: Database) -> None:
    """Raises unless all sums follow from the entries."""
    drift = reconcile(db)
    assert not drift, drift[0].said


@dataclass(frozen=True)
class Moved:
    """How much there is behind a rate: entries, those that are not 0, people with any, and sums that were kept."""

    entries: int
    amounts: int
    people: int
    standings: int

    def say(self) -> str:
        return (
            f"{self.entries:,} entries, {self.amounts:,} not 0, of {self.people:,} people; {self.standings:,} standings"
        )


def moved(db: Database) -> Moved:
    with db.read() as conn:
        row = conn.execute(text(_MOVED)).one()
    return Moved(*row)


_MOVED = """
    SELECT (SELECT count(*) FROM core_entry), (SELECT count(*) FROM core_entry WHERE amount <> 0),
           (SELECT count(DISTINCT identity_id) FROM core_entry), (SELECT count(*) FROM core_standing)
"""


def plain(url: str) -> Any:
    """The driver's own connection with the driver's defaults, for hand-written references."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60)
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def is_sqlite(connection: Any) -> bool:
    return isinstance(connection, sqlite3.Connection)


def backend_cpu(connection: Any) -> float:
    """CPU seconds of the server's process for a `plain` connection; 0 on SQLite."""
    if is_sqlite(connection):
        return 0.0
    used = psutil.Process(connection.info.backend_pid).cpu_times()
    return float(used.user + used.system)


def server_cpu(db: Database, name: str) -> float:
    """CPU seconds of the server's processes for the connections of this name; 0 on SQLite."""
    if db.is_sqlite:
        return 0.0
    with db.read() as conn:
        found = conn.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE application_name = %s", (name,))
        used = [psutil.Process(pid).cpu_times() for (pid,) in found.all()]
    return sum(one.user + one.system for one in used)


@contextmanager
def up(url: str, servers: int = 1, workers: int = 1) -> Iterator[tuple[list[str], str]]:
    """Servers and workers as processes (on SQLite one of each): where they answer, and a token to post events.

    The database is migrated and has its source.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        environ = {"RENOWN_DATABASE_URL": url, "RENOWN_DATA": folder, "RENOWN_SECRET_KEY": KEY}
        db = Database(url)
        with db.write() as conn:
            token = tokens.add(conn, "benchmark", ["events:write"]).token
        db.close()
        one = url.startswith("sqlite")
        started = []
        for _ in range(1 if one else servers):
            started.append(Started(environ, "serve", "--port", "0", "--no-worker", says=r"Renown answers at (\S+)"))
            stack.callback(started[-1].stop)
        for _ in range(1 if one else workers):
            stack.callback(Started(environ, "worker", says="(Working)").stop)
        yield [one.said for one in started], token


def together(work: Sequence[Callable[[], object]]) -> float:
    """Seconds until all are done, each in a thread of its own. Raises what the first that failed raised."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(one) for one in work]:
            done.result()
    return time.perf_counter() - begun


class Client:
    """One connection that is kept open."""

    def __init__(self, address: str, token: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"}

    def post(self, body: bytes, media: str = BATCH) -> dict[str, Any]:
        """The answer to events. AssertionError for anything but 2xx."""
        return self.send("/api/v1/events", body, {**self._headers, "Content-Type": media})

    def send(self, address: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """The same of anything else that is posted."""
        self._connection.request("POST", address, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        assert answer.status < 300, f"{answer.status}: {said[:500]!r}"
        return dict(msgspec.json.decode(said))

    def close(self) -> None:
        self._connection.close()
