"""When the database itself is in trouble: away, full, locked. Nobody who asks it something has caused that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

#: A statement that the server was told to end is no trouble of the server's.
_CANCELED = "57014"
#: Classes of SQLSTATE: connection, resources, an operator's intervention, the system.
_CLASSES = frozenset({"08", "53", "57", "58"})
_BUSY = frozenset({"40P01", "40001", "55P03"})
_FULL = frozenset({"53100", "58030", "25006"})
#: How PostgreSQL begins where the system's error has no code of its own: over a quota, read-only.
_UNWRITTEN = ("could not extend file", "could not write", "could not fsync")
#: The low byte of SQLite's codes.
_SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
#: Where a connection has its process's `Refusals`.
REFUSALS = "renown_refusals"
#: Where the pool has of a connection that whoever was handed it closed or gave up.
_GIVEN_UP = "renown_given_up"
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_busy(error: BaseException) -> bool:
    """Deadlock or serialisation failure on PostgreSQL, a locked database on SQLite: the same again may go well."""
    return _state(error) in _BUSY or _code(error) in _SQLITE_BUSY


def is_full(error: BaseException) -> bool:
    """It cannot write: its disk is full, over a quota, read-only or failing."""
    if _state(error) in _FULL or _code(error) in _SQLITE_FULL:
        return True
    origin = _origin(error)
    return isinstance(origin, psycopg.errors.InternalError_) and str(origin).startswith(_UNWRITTEN)


def is_lost(error: BaseException) -> bool:
    """The connection broke, or there was none to be had."""
    if isinstance(error, PendingRollbackError | TimeoutError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if _code(error) == sqlite3.SQLITE_CANTOPEN:
        return True
    # Where there is no server, its driver has no code for it.
    return isinstance(_origin(error), psycopg.OperationalError) and _state(error) is None


def is_trouble(error: BaseException) -> bool:
    """Any of them: what was asked is not to blame, and goes well once the database does."""
    state = _state(error)
    stopped = state is not None and state[:2] in _CLASSES and state != _CANCELED
    return stopped or is_busy(error) or is_full(error) or is_lost(error)


def in_words(error: BaseException) -> str:
    if is_full(error):
        return "the database has no room to write"
    return "the database is locked by another write" if is_busy(error) else "the database does not answer"


def said(error: BaseException) -> str:
    """In the database's own words, on one line."""
    return str(_origin(error)).strip().partition("\n")[0]


def note_invalid(_driver: object, record: ConnectionPoolEntry, error: BaseException | None) -> None:
    """Heard of every connection that is dropped: without an error, somebody asked for it."""
    if error is None and (info := record.record_info) is not None:
        info[_GIVEN_UP] = True


def note_closed(context: ExceptionContext) -> None:
    """Heard of every error: of one that a connection does not answer, whether it was closed on this side."""
    conn = context.connection
    if conn is not None and not conn.closed and not conn.invalidated and context.is_disconnect:
        _note_closed(conn)


def _note_closed(conn: Connection) -> None:
    driver = conn.connection.driver_connection
    # A file breaks no connection off.
    ours = isinstance(driver, sqlite3.Connection) or (driver is not None and driver.closed and not driver.broken)
    if ours and (info := conn.connection.record_info) is not None:
        info[_GIVEN_UP] = True


class Watch:
    """Tells a connection that broke from one that was closed, or given up, by whoever had it meanwhile."""

    def __init__(self, conn: Connection | None) -> None:
        info = None if conn is None or conn.closed or conn.invalidated else conn.connection.record_info
        self._info: dict[Any, Any] = {} if info is None else info
        self._info.pop(_GIVEN_UP, None)

    def given_up(self) -> bool:
        return bool(self._info.pop(_GIVEN_UP, False))


@contextmanager
def passed_over() -> Iterator[None]:
    """Go on where the database is in trouble; anything else is raised."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_trouble(error):
            raise


@contextmanager
def told(conn: Connection, statement: str) -> Iterator[None]:
    """What the driver raises, asked beneath SQLAlchemy, as SQLAlchemy would have raised it."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise wrapped(conn, statement, error) from error


def wrapped(conn: Connection, statement: str, error: sqlite3.Error | psycopg.Error) -> BaseException:
    """An error of the driver's as SQLAlchemy would raise it, and noted as that would be."""
    driver = conn.connection.driver_connection
    broken = bool(getattr(driver, "broken", False) or getattr(driver, "closed", False))
    if is_full(error) and REFUSALS in conn.info:
        conn.info[REFUSALS].note(error)
    if broken:
        _note_closed(conn)
        conn.invalidate(error)
    base = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    return DBAPIError.instance(statement, None, error, base, connection_invalidated=broken, dialect=conn.dialect)


class Refusals:
    """The last time that a process was told there is no room, for its page of health."""

    def __init__(self) -> None:
        self._last: tuple[float, str] | None = None
        self.count = 0

    def note(self, error: BaseException) -> None:
        self.count += 1
        self._last = (monotonic(), said(error))

    def within(self, seconds: float) -> str | None:
        """What the database said, if it said so lately."""
        last = self._last
        return last[1] if last is not None and monotonic() - last[0] <= seconds else None


def _origin(error: BaseException) -> object:
    return error.orig if isinstance(error, DBAPIError) else error


def _state(error: BaseException) -> str | None:
    state = getattr(_origin(error), "sqlstate", None)
    return state if isinstance(state, str) else None


def _code(error: BaseException) -> int | None:
    code = getattr(_origin(error), "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None
