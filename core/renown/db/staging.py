"""Many rows at once: COPY and arrays on PostgreSQL, executemany on SQLite. One statement per step and batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, Table

from renown.db.trouble import told

#: Bytes from which on a temporary table is truncated, which costs more than deleting a few rows.
_LARGE = 1 << 20


def open_temporary(conn: Connection, tables: Mapping[str, str]) -> None:
    """Empty temporary tables (columns by name): made where this connection has none yet."""
    for name, columns in tables.items():
        conn.exec_driver_sql(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns})")
    if conn.dialect.name == "postgresql":
        _shrink(conn, tables)
    for name in tables:
        conn.exec_driver_sql(f"DELETE FROM {name}")


def _shrink(conn: Connection, tables: Iterable[str]) -> None:
    """No vacuum ever comes to temporary tables: what was deleted stays, and is read, for the connection's life."""
    sizes = "SELECT name FROM unnest(%s::text[]) name WHERE pg_relation_size(('pg_temp.' || name)::regclass) > %s"
    large = conn.exec_driver_sql(sizes, (list(tables), _LARGE)).scalars().all()
    if large:
        conn.exec_driver_sql(f"TRUNCATE {', '.join(large)}")


def copy_in(conn: Connection, table: FromClause | str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are known to be new, in the order given: sort them by their key. JSON goes in as text.

    A temporary table goes by its name.
    """
    if not rows:
        return
    assert isinstance(table, str | Table)
    into = table if isinstance(table, str) else table.name
    names = ", ".join(columns)
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        conn.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({marks})", _tuples(rows))
        return
    driver: Any = conn.connection.driver_connection
    statement = f"COPY {into} ({names}) FROM STDIN"
    with told(conn, statement), driver.cursor() as cursor, cursor.copy(statement) as copy:
        write = copy.write_row
        for row in rows:
            write(row)


def insert_new(
    conn: Connection, table: FromClause, columns: Sequence[str], rows: Sequence[Sequence[Any]], key: Sequence[str]
) -> None:
    """Insert rows, leaving alone those whose `key` another transaction took meanwhile. Sort them by it."""
    if not rows:
        return
    assert isinstance(table, Table)
    names = ", ".join(columns)
    conflict = f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        conn.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {conflict}", _tuples(rows))
        return
    source, values = _unnested(conn, table, columns, rows)
    conn.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT * FROM {source} {conflict}", values)


def update_by_id(conn: Connection, table: FromClause, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` of the rows whose id comes first in each of `rows`. Sort them by it."""
    if not rows:
        return
    assert isinstance(table, Table)
    if conn.dialect.name == "sqlite":
        changes = ", ".join(f"{name} = ?" for name in columns)
        values = [(*row[1:], row[0]) for row in rows]
        conn.exec_driver_sql(f"UPDATE {table.name} SET {changes} WHERE id = ?", values)
        return
    source, arrays = _unnested(conn, table, ("id", *columns), rows)
    changes = ", ".join(f"{name} = given.{name}" for name in columns)
    conn.exec_driver_sql(f"UPDATE {table.name} t SET {changes} FROM {source} WHERE t.id = given.id", arrays)


def _unnested(
    conn: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[str, tuple[list[Any], ...]]:
    """The rows as one array per column, and the SQL that makes rows of them again."""
    # Without their length: a cast to VARCHAR(n) cuts silently, where the column itself refuses.
    kinds = (table.c[name].type.compile(conn.dialect).partition("(")[0] for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return f"unnest({arrays}) AS given({', '.join(columns)})", tuple(map(list, zip(*rows, strict=True)))


def _tuples(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [row if isinstance(row, tuple) else tuple(row) for row in rows]
