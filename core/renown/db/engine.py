"""The database: one engine, reading and writing transactions, and what each dialect needs to keep its word."""

from __future__ import annotations

import os
import platform
import random
import secrets
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from renown.db import trouble
from renown.db.bell import CHANNEL, Bell
from renown.db.reach import Reach, patience
from renown.db.turnstile import LOOK, Turnstile

T = TypeVar("T")

#: Keys of PostgreSQL advisory locks. On SQLite the one writer is the lock.
LOG_LOCK = 7_203_001
MIGRATION_LOCK = 7_203_002
STANDINGS_LOCK = 7_203_003
#: Taken before LOG_LOCK by whoever writes people or accounts.
PEOPLE_LOCK = 7_203_004
#: Taken last: the record of administrative acts is one chain.
AUDIT_LOCK = 7_203_005
SIGN_IN_LOCK = 7_203_006
#: Taken first by whoever connects a source.
SOURCES_LOCK = 7_203_007
HOOKS_LOCK = 7_203_008
LEAD_LOCK = 7_203_009
#: Taken first by whoever switches a plugin, or takes away what one has.
PLUGINS_LOCK = 7_203_010

#: Seconds after which a transaction that meets a locked database again is given up.
PATIENCE = 30.0
#: Threads of one process that take a quick look at once.
GLANCES = 4

_ONE_VIEW = {"isolation_level": "REPEATABLE READ"}
#: Only what is asked to be prepared is (`Spelled`): big batches are planned by what is in them.
_NEVER = 1 << 30
#: On one connection: a statement counts anew for each size of the numbers that it is given.
_PREPARED = 400
#: Seconds. A plan kept from when a table was small reads the whole of it, until the statistics are new or this is over.
_PLANS_KEPT = 300
_UNBEGUN = "renown_unbegun"
_LATE = "renown_late"
_AFTER_COMMIT = "renown_after_commit"
_BELL = "renown_bell"
#: Where a connection that writes has its turn.
_TURN = "renown_turn"


@dataclass(frozen=True)
class Writer:
    """The thread of this process that has SQLite's one writing transaction, and since when (seconds, monotonic)."""

    name: str
    since: float


class _Turn:
    """One thread's turn to write, among those of its process."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._held = False

    def take(self) -> None:
        """Wait for it. Who waits too long goes on without, and is told by the database why it cannot."""
        self._held = self._held or self._lock.acquire(timeout=PATIENCE)

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._lock.release()


class Database:
    """Opened once per process; threads and requests share it."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = url
        #: By which other processes know this one. In containers all have the same id, and a restart keeps the host.
        self.process = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.engine = create_engine(
                url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=pool_size, max_overflow=50
            )
            if self.engine.url.database:
                Path(self.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._turnstile = Turnstile(self.engine.url.database)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", self._begin_sqlite)
        else:
            self.engine = create_engine(
                url,
                connect_args={"prepare_threshold": _NEVER, **patience(make_url(url))},
                pool_pre_ping=True,
                pool_recycle=_PLANS_KEPT,
                pool_size=pool_size,
                max_overflow=50,
            )
            event.listen(self.engine, "do_connect", Reach().connect)
        # SQLite's snapshot holds from the first statement on anyway.
        self._reading = self.engine if self.is_sqlite else self.engine.execution_options(**_ONE_VIEW)
        #: Where a statement alone need not be begun and ended, which costs two more.
        unbegun: dict[str, Any] = {_UNBEGUN: True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._unbegun = self.engine.execution_options(**unbegun)
        self.writer: Writer | None = None
        #: By name: threads of this process that would do the same work take turns.
        self.turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._turn = threading.Lock()
        self._glances = threading.BoundedSemaphore(GLANCES)
        self.bell = Bell()
        self.refusals = trouble.Refusals()
        event.listen(self.engine, "connect", self._mark)
        event.listen(self.engine, "handle_error", self._note)
        event.listen(self.engine, "handle_error", trouble.note_closed)
        event.listen(self.engine, "invalidate", trouble.note_invalid)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view, on both dialects from the first statement on; nothing is kept of what is written."""
        with self._reading.connect() as conn:
            try:
                yield conn
            finally:
                # One that broke after it was read from has nothing to undo, and what was read is no worse for it.
                with trouble.passed_over():
                    self._unread(conn)
                    conn.rollback()

    def _unread(self, conn: Connection) -> None:
        """At a ROLLBACK of its own the driver forgets what it prepared, lest that be of tables that go with it."""
        if not self.is_sqlite:
            driver: Any = conn.connection.driver_connection
            if driver.pgconn.transaction_status == TransactionStatus.INTRANS:
                with suppress(psycopg.Error):
                    driver.pgconn.exec_(b"ROLLBACK")

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For a quick look, each statement a view of its own, in which the database is asked nothing otherwise.

        A few at a time: a crowd of threads would have connections opened, and closed again, for looks that wait for
        one another anyway.
        """
        if not self._glances.acquire(timeout=PATIENCE):
            raise TimeoutError("no connection for a quick look")
        try:
            with self._unbegun.connect() as conn:
                yield conn
        finally:
            self._glances.release()

    @contextmanager
    def write(self, *, lazily: bool = False) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        It begins with the block, or `lazily` with its first statement: until then nobody waits for it.
        """
        with self.engine.connect() as plain:
            conn = plain.execution_options(**{"renown_write": True, _LATE: lazily})
            waiting: list[Callable[[], None]] = []
            turn = conn.info[_TURN] = _Turn(self._turn)
            conn.info[_AFTER_COMMIT] = waiting
            conn.info[_BELL] = self.bell
            try:
                with _begun_late(conn) if lazily else conn.begin():
                    yield conn
            finally:
                self._ended()
                turn.leave()
                conn.info.pop(_TURN, None)
                conn.info.pop(_AFTER_COMMIT, None)
                conn.info.pop(_BELL, None)
        for call in waiting:
            call()

    def retrying(self, work: Callable[[Connection], T], *, tries: int = 8, lazily: bool = False) -> T:
        """Run `work` in a writing transaction, again from the start after a deadlock or a lock time-out.

        Also where the connection broke, unless it broke at the commit, where nobody knows what became of that, or the
        transaction began `lazily`.
        """
        patient = time.monotonic() + PATIENCE
        for attempt in range(1, tries + 1):
            ended = False
            try:
                with self.write(lazily=lazily) as conn:
                    result = work(conn)
                    ended = True
                return result
            except DBAPIError as error:
                # What began late did other things before, such as asking another service: once is enough.
                broke = error.connection_invalidated and not ended and not lazily
                # On SQLite each try has waited half a minute already.
                late = attempt == tries or (self.is_sqlite and time.monotonic() > patient)
                if late or not (broke or trouble.is_busy(error)):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - spreads retries, keeps no secret
        raise AssertionError("unreachable")

    def close(self) -> None:
        self.engine.dispose()

    def _begin_sqlite(self, conn: Connection) -> None:
        # A read that turns into a write fails "locked" at once, whatever the busy timeout: writers take the lock first.
        options = conn.get_execution_options()
        if not options.get("renown_write", False):
            if _UNBEGUN not in options:
                conn.exec_driver_sql("BEGIN")
            return
        driver: Any = conn.connection.driver_connection
        late = time.monotonic() + PATIENCE
        conn.info[_TURN].take()
        with trouble.told(conn, "PRAGMA busy_timeout"), self._turnstile.held():
            driver.execute("PRAGMA busy_timeout = 0")
            try:
                if not _begun(driver, late):
                    # It says why it cannot.
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
            finally:
                driver.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        self.writer = Writer(threading.current_thread().name, time.monotonic())

    def _ended(self) -> None:
        writer = self.writer
        if writer is not None and writer.name == threading.current_thread().name:
            self.writer = None

    def _mark(self, connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[trouble.REFUSALS] = self.refusals
        if not self.is_sqlite:
            connection.prepared_max = _PREPARED

    def _note(self, context: ExceptionContext) -> None:
        if trouble.is_full(context.original_exception):
            self.refusals.note(context.original_exception)


@contextmanager
def _begun_late(conn: Connection) -> Iterator[None]:
    """As `conn.begin()`, of a transaction that begins by itself."""
    try:
        yield
    except BaseException:
        # What it raised is told, and not that a broken connection cannot even do this.
        with trouble.passed_over():
            conn.rollback()
        raise
    conn.commit()


def _begun(driver: Any, late: float) -> bool:
    """Begin to write when the writer before has ended, and not at SQLite's own next look, up to 100 ms later.

    Threads of one process queue before this, so that it is the writer of another process that is waited for.
    """
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if not trouble.is_busy(error) or time.monotonic() > late:
                return False
        time.sleep(LOOK)


def after_commit(conn: Connection, call: Callable[[], None]) -> None:
    """Call this once the writing transaction of `conn` has committed, and not at all if it rolls back."""
    waiting: list[Callable[[], None]] | None = conn.info.get(_AFTER_COMMIT)
    if waiting is None:
        raise RuntimeError("after_commit needs a connection from Database.write()")
    waiting.append(call)


def is_unbegun(conn: Connection) -> bool:
    """Whether this writes, and its transaction is still to begin: nothing came before, so all of it can be undone."""
    return bool(conn.get_execution_options().get(_LATE, False)) and not conn.in_transaction()


def ring(conn: Connection, topic: str) -> None:
    """Wake who waits for `topic`, here and in other processes, when the writing transaction of `conn` commits."""
    bell: Bell = conn.info[_BELL]
    after_commit(conn, lambda: bell.ring(topic))
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, topic))


def lock(conn: Connection, key: int) -> None:
    """Hold the advisory lock `key` until this transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key:d})")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=FILE", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def engine_of(conn: Connection) -> Engine:
    return conn.engine
