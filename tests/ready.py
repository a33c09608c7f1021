"""Databases in a state that takes long to reach: reached once a test process, then copied for each test."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from renown.db.engine import Database
from tests import tables

DIALECTS = ("sqlite", "postgresql")
_numbers = itertools.count()


@dataclass(frozen=True)
class State:
    """`reach` brings the database at an address from the state `after` (None: empty) to this one, and lets go of it."""

    name: str
    reach: Callable[[str], None]
    after: State | None = None


def _migrate(url: str) -> None:
    database = Database(url)
    tables.make(database)
    database.close()


#: Everybody's tables, and nothing in them.
MIGRATED = State("migrated", _migrate)


class Ready(Protocol):
    def copy(self, state: State, folder: Path) -> AbstractContextManager[str]:
        """The address of a database in this state; what is a file lies in the folder."""


class Files:
    """SQLite. `folder` holds what is copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[State, Path] = {}

    @contextmanager
    def copy(self, state: State, folder: Path) -> Iterator[str]:
        path = folder / "renown.sqlite3"
        path.write_bytes(self.of(state).read_bytes())
        yield f"sqlite:///{path}"

    def of(self, state: State) -> Path:
        """What is copied: not to be written."""
        if state not in self._made:
            path = self._folder / f"{state.name}.sqlite3"
            if state.after:
                path.write_bytes(self.of(state.after).read_bytes())
            state.reach(f"sqlite:///{path}")
            with closing(sqlite3.connect(path)) as conn:
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._made[state] = path
        return self._made[state]


class Databases:
    """PostgreSQL, on the server at this address."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._admin = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._made: dict[State, str] = {}

    @contextmanager
    def copy(self, state: State, folder: Path) -> Iterator[str]:
        name = f"renown_{os.getpid()}_{next(_numbers)}"
        self._create(name, self._of(state))
        yield self._named(name)
        self._drop(name)

    def _of(self, state: State) -> str:
        if state not in self._made:
            name = f"renown_{state.name}_{os.getpid()}"
            self._create(name, self._of(state.after) if state.after else "template1")
            self._made[state] = name
            state.reach(self._named(name))
        return self._made[state]

    def close(self) -> None:
        for name in self._made.values():
            self._drop(name)
        self._admin.dispose()

    def _create(self, name: str, template: str) -> None:
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")

    def _drop(self, name: str) -> None:
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._admin.connect() as conn:
            conn.execute(text(statement))
