"""Whole sets of values in one parameter: one statement per step, whatever the size of the batch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, Text, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import UserDefinedType

_encode = msgspec.json.Encoder().encode
_ESCAPED = re.compile(r'\\(?:[\\"]|u[0-9a-f]{4}|.)')


class Array(UserDefinedType[str]):
    """An array as the text that PostgreSQL reads. Written by the driver, element by element, it costs four times it."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return f"{self.kind}[]"


def among(
    conn: Connection, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column IN (values)`, with all values as one array (PostgreSQL) or one JSON text (SQLite)."""
    given = listed(conn, values)
    if conn.dialect.name == "sqlite":
        text = bindparam(None, given, type_=Text(), unique=True)
        return column.in_(select(func.json_each(text).table_valued("value").c.value))
    kind = "BIGINT" if isinstance(column.type, Integer) else "VARCHAR"
    return column == func.any(bindparam(None, given, type_=Array(kind), unique=True))


def listed(conn: Connection, values: Iterable[int] | Iterable[str]) -> str:
    """All of them as one parameter: the text of an array (PostgreSQL) or JSON (SQLite)."""
    text = _encode(list(values)).decode()
    return text if conn.dialect.name == "sqlite" else _literal(text)


def _literal(listed: str) -> str:
    """`["a","b"]` as `{"a","b"}`. Both escape quotes and backslashes alike; JSON alone escapes line breaks and such."""
    if "\\" in listed:
        listed = _ESCAPED.sub(lambda found: _plain(found[0]), listed)
    return "{" + listed[1:-1] + "}"


def _plain(escaped: str) -> str:
    if escaped in (r"\\", r"\""):
        return escaped
    return str(msgspec.json.decode(f'"{escaped}"'))
