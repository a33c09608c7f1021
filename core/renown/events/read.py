"""Reading the log: rows after a position, or whole columns packed as numbers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, select

from renown.db.packed import CHUNK, pack
from renown.events.models import Event

#: Columns that can be read packed: whole numbers all of them. What is not known is 0.
PACKED = (
    "id", "source_id", "type", "verb", "kind", "actor_id", "owner_id", "asker_id", "object_id", "parent_id", "space_id",
    "words", "value", "occurred_at", "quality", "cites",
)  # fmt: skip

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
    for start in range(first, last + 1, CHUNK):
        here = Event.id.between(start, min(start + CHUNK - 1, last))
        numbers = select(*(func.coalesce(getattr(Event, name), 0).label(name) for name in found)).where(here)
        for column, part in zip(found.values(), pack(conn, numbers.order_by(Event.id)), strict=True):
            column.extend(part)
    return found
