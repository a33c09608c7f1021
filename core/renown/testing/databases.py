"""Empty databases with the tables of all installed plugins: made once a run, copied for each test."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url

from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.testing.schema import names
from renown_migrations import CORE, upgrade

DIALECTS = ("sqlite", "postgresql")
FILE = "renown.sqlite3"
_numbers = itertools.count()


class Template(Protocol):
    #: By owner, what its migrations made: tables, indexes, columns of the core's, and what else has a name.
    made: Mapping[str, frozenset[str]]

    def copy(self, folder: Path) -> AbstractContextManager[str]:
        """The address of a new database; one that is a file lies in the folder."""


class File:
    """SQLite. What is copied lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._made = folder / FILE
        database = Database(f"sqlite:///{self._made}")
        self.made = _make(database)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        (folder / FILE).write_bytes(self._made.read_bytes())
        yield f"sqlite:///{folder / FILE}"

    def close(self) -> None:
        """The file goes with its folder."""


class OnServer:
    """PostgreSQL, on the server at this address, whose user may make databases."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        # In containers processes have the same ids, and a run that was killed leaves its database behind.
        self._made = f"renown_kit_{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {self._made}")
        database = Database(self._named(self._made))
        self.made = _make(database)
        database.close()

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        name = f"{self._made}_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self._made}")
        try:
            yield self._named(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._do(f"DROP DATABASE {self._made} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.exec_driver_sql(statement)
        engine.dispose()


def _make(database: Database) -> dict[str, frozenset[str]]:
    made, before = {}, frozenset[str]()
    for owner, versions in {**CORE, **Plugins.discover().migrations}.items():
        upgrade(database, {owner: versions})
        with database.read() as conn:
            now = names(conn)
        made[owner], before = now - before, now
    return made
