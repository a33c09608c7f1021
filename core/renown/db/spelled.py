"""Statements of SQL that every page runs: spelled for each driver once, at import, instead of at every call."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult

from renown.db.trouble import wrapped


class Spelled:
    """A statement in which `:name` stands for a value, and "::" for nothing: casts are written CAST.

    `rows` has PostgreSQL keep its plan, which for a small look-up takes longer to make than to follow; of a list that
    `spelled_among` looks for only while it is short, since the plan for a long one depends on how large the table is.
    """

    def __init__(self, sqlite: str, postgresql: str | None = None, *, listed: str | None = None) -> None:
        #: As it was written, by dialect.
        self.spelling = given = {"sqlite": sqlite, "postgresql": postgresql or sqlite}
        self._listed = listed
        self._names = {dialect: tuple(_NAME.findall(sql)) for dialect, sql in given.items()}
        self._sql = {
            "sqlite": _NAME.sub("?", sqlite),
            "postgresql": _NAME.sub("%s", given["postgresql"].replace("%", "%%")),
        }

    def __call__(self, conn: Connection, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        dialect = conn.dialect.name
        return conn.exec_driver_sql(self._sql[dialect], tuple([values[name] for name in self._names[dialect]]))

    def rows(self, conn: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All that it finds, asked of the driver itself: of a small look-up, SQLAlchemy would take most of the time."""
        dialect = conn.dialect.name
        short = self._listed is None or len(values[self._listed]) <= _SHORT
        given = tuple([values[name] for name in self._names[dialect]])
        return ask(conn, self._sql[dialect], given, prepare=short)

    def row(self, conn: Connection, values: dict[str, Any]) -> tuple[Any, ...] | None:
        """The first that it finds."""
        found = self.rows(conn, values)
        return found[0] if found else None


def spelled_among(sql: str, kind: str = "VARCHAR") -> Spelled:
    """With `{among}` in it: "is one of `:given`", which is the text that `sets.listed` makes of values of this kind."""
    return Spelled(
        sql.format(among="IN (SELECT value FROM json_each(:given))"),
        sql.format(among=f"= ANY(CAST(:given AS {kind}[]))"),
        listed="given",
    )


def ask(
    conn: Connection, sql: str, values: tuple[Any, ...] | dict[str, Any], *, prepare: bool
) -> list[tuple[Any, ...]]:
    """All rows, asked of the driver in its own words, in this transaction; `prepare`: PostgreSQL keeps its plan."""
    if not conn.in_transaction():
        conn.begin()
    driver: Any = conn.connection.driver_connection
    try:
        if conn.dialect.name == "sqlite":
            found: list[tuple[Any, ...]] = driver.execute(sql, values).fetchall()
        else:
            cursor = driver.execute(sql, values, prepare=prepare)
            # Not its `description`, which takes half as long as a small statement.
            found = cursor.fetchall() if cursor.pgresult.nfields else []
    except (sqlite3.Error, psycopg.Error) as error:
        raise wrapped(conn, sql, error) from error
    return found


_NAME = re.compile(r":([a-z_]+)")
#: Characters of a list.
_SHORT = 200
