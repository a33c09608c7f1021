"""Temporary tables of a connection that lives as long as its process."""

from __future__ import annotations

from sqlalchemy import Connection

from renown.db.engine import Database
from renown.db.staging import open_temporary

TABLES = {"r_many": "id INTEGER PRIMARY KEY, said VARCHAR(100)"}


def used(conn: Connection, rows: int) -> None:
    open_temporary(conn, TABLES)
    assert conn.exec_driver_sql("SELECT count(*) FROM r_many").scalar() == 0
    numbers = (
        f"SELECT value, '{'x' * 100}' FROM json_each('[{','.join(map(str, range(rows)))}]')"
        if conn.dialect.name == "sqlite"
        else f"SELECT n, repeat('x', 100) FROM generate_series(1, {rows}) n"
    )
    conn.exec_driver_sql(f"INSERT INTO r_many {numbers}")


def test_they_are_empty_each_time_and_do_not_grow_with_every_use(db: Database) -> None:
    for _ in range(5):
        with db.write() as conn:
            used(conn, 10_000)
    with db.write() as conn:
        used(conn, 10)
        if not db.is_sqlite:
            assert conn.exec_driver_sql("SELECT pg_relation_size('pg_temp.r_many')").scalar() < 100_000
