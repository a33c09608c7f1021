"""Reading the log: rows after a position, or whole columns packed as numbers."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Text, bindparam, cast, func, select

from renown.events.models import Event

#: Columns that can be read packed: whole numbers all of them. What is not known is 0.
PACKED = (
    "id", "source_id", "type", "verb", "kind", "actor_id", "owner_id", "asker_id", "object_id", "parent_id", "space_id",
    "words", "value", "occurred_at", "quality", "cites",
)  # fmt: skip

#: Rows that one statement packs: 8 MB a column.
_CHUNK = 1_000_000

_stretch = (
    select(
        *(
            cast(column, Text).label("extra") if column.name == "extra" else column
            for column in Event.__table__.c
            if column.name not in ("recorded_at", "own")
        )
    )
    .where(Event.id > bindparam("after"), Event.id <= bindparam("upto"))
    .order_by(Event.id)
)


def after(conn: Connection, position: int, limit: int) -> Sequence[Row[Any]]:
    """Rows of the log after a position, in order, at most `limit`. Positions have no gaps."""
    return conn.execute(
        select(Event.__table__).where(Event.id > position, Event.id <= position + limit).order_by(Event.id)
    ).all()


def stretch(conn: Connection, position: int, limit: int) -> Sequence[Row[Any]]:
    """As `after`, for who reads by the thousand: `extra` as JSON text, and without what only the log itself needs."""
    return conn.execute(_stretch, {"after": position, "upto": position + limit}).all()


def one(conn: Connection, position: int) -> Row[Any] | None:
    return conn.execute(select(Event.__table__).where(Event.id == position)).one_or_none()


def packed(conn: Connection, columns: Sequence[str], first: int, last: int) -> dict[str, array[int]]:
    """Columns of the events at positions `first` to `last`, each as an array of 64-bit integers in order.

    For millions of events: 8 bytes each and column. Raises ValueError for a column that is none of `PACKED`.
    """
    for name in columns:
        if name not in PACKED:
            raise ValueError(f"{name!r} is none of {', '.join(PACKED)}")
    found = {name: array("q") for name in columns}
    for start in range(first, last + 1, _CHUNK):
        _pack(conn, found, start, min(start + _CHUNK - 1, last))
    return found


def _pack(conn: Connection, found: dict[str, array[int]], first: int, last: int) -> None:
    where = Event.id.between(first, last)
    if conn.dialect.name == "postgresql":
        # The server lays the numbers side by side: no row is ever made of them.
        ordered = select(Event.__table__).where(where).order_by(Event.id).subquery()
        sent = [
            func.string_agg(func.int8send(cast(func.coalesce(ordered.c[name], 0), BigInteger)), b"") for name in found
        ]
        row = conn.execute(select(*sent)).one()
        for name, value in zip(found, row, strict=True):
            part = array("q", bytes(value or b""))
            if sys.byteorder == "little":
                part.byteswap()
            found[name].extend(part)
        return
    rows = conn.execute(
        select(*(func.coalesce(getattr(Event, name), 0) for name in found)).where(where).order_by(Event.id)
    )
    for name, values in zip(found, zip(*rows, strict=True), strict=False):
        found[name].extend(values)
