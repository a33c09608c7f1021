"""Whole sets of values in one parameter: one statement per step, whatever the size of the batch."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, String, bindparam, func, select
from sqlalchemy import any_ as sql_any
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def among(
    conn: Connection, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column IN (values)`, with all values as one array (PostgreSQL) or one JSON text (SQLite)."""
    if conn.dialect.name == "postgresql":
        kind = String() if isinstance(column.type, String) else BigInteger()
        return column == sql_any(bindparam(None, list(values), type_=ARRAY(kind), unique=True))
    each = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(each.c.value))
