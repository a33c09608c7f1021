"""`PluginContext`: bound to one plugin, and to a transaction where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from renown.db.engine import Database


class NoTransaction(RuntimeError):
    """A context of load was asked for what needs a transaction: use `with ctx.reading()` or `with ctx.writing()`."""


class PluginContext:
    """What a plugin may use, under its own name. Services are attributes; those that read or write need a transaction.

    A context handed to a hook lives as long as the call. One handed at load lives as long as the process, and opens
    transactions by `reading()` and `writing()`.
    """

    def __init__(self, plugin: str, db: Database, conn: Connection | None = None) -> None:
        self.plugin = plugin
        self._db = db
        self._conn = conn
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """An ORM session in the transaction. Its commit ends nothing but itself."""
        if self._session is None:
            if not self._connection.in_transaction():
                # Otherwise the session would take the transaction for its own, and its commit would end it.
                self._connection.begin()
            self._session = Session(self._connection, join_transaction_mode="create_savepoint")
        return self._session

    @contextmanager
    def reading(self) -> Iterator[PluginContext]:
        """A context with a consistent view of the database; what is written in it is not kept."""
        with self._db.read() as conn, self._bound(conn) as ctx:
            yield ctx

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        """A context with a transaction: committed when the block ends, rolled back when it raises."""
        with self._db.write() as conn, self._bound(conn) as ctx:
            yield ctx

    @property
    def _connection(self) -> Connection:
        if self._conn is None:
            raise NoTransaction("there is no transaction at load: use `with ctx.reading()` or `with ctx.writing()`")
        return self._conn

    @contextmanager
    def _bound(self, conn: Connection) -> Iterator[PluginContext]:
        ctx = PluginContext(self.plugin, self._db, conn)
        try:
            yield ctx
            ctx._finish()
        finally:
            ctx._close()

    def _finish(self) -> None:
        if self._session is not None:
            self._session.commit()

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()


class Contexts:
    """Makes contexts for a process: `of(plugin)` for load, a call with a connection for hooks."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, plugin: str) -> PluginContext:
        return PluginContext(plugin, self._db)

    @contextmanager
    def __call__(self, plugin: str, conn: Connection) -> Iterator[PluginContext]:
        with self.of(plugin)._bound(conn) as ctx:
            yield ctx
