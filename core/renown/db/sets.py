"""Whole sets of values in one parameter: one statement per step, whatever the size of the batch."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import InstrumentedAttribute

_encode = msgspec.json.Encoder().encode


def among(
    conn: Connection, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column IN (values)`, with all values as one JSON text: an array costs the driver three times as much."""
    given = bindparam(None, _encode(list(values)).decode(), type_=Text(), unique=True)
    if conn.dialect.name == "sqlite":
        return column.in_(select(func.json_each(given).table_valued("value").c.value))
    each: ColumnElement[Any] = func.json_array_elements_text(cast(given, JSON)).column_valued()
    if isinstance(column.type, Integer):
        each = cast(each, BigInteger)
    return column.in_(select(each))
