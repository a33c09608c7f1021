"""INSERT ... ON CONFLICT, the same on both dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    conn: Connection,
    table: FromClause,
    rows: Sequence[Mapping[str, Any]],
    *,
    update: Sequence[str] = (),
    key: Sequence[str] | None = None,
) -> None:
    """Insert `rows`; where `key` (the primary key if None) is taken, set `update`, or leave the row alone if empty."""
    if not rows:
        return
    assert isinstance(table, Table)
    columns = key or [column.name for column in table.primary_key.columns]
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    if update:
        changes = {name: statement.excluded[name] for name in update}
        conn.execute(statement.on_conflict_do_update(index_elements=columns, set_=changes), list(rows))
    else:
        conn.execute(statement.on_conflict_do_nothing(index_elements=columns), list(rows))
