"""Facts with two times: the days on which they hold, and the positions of the log from which and until which known.

Facts of one person never overlap. A new one cuts what it meets: the old row is dropped at the new position, and what is
left of it on either side is written again, known from there. So what was known at any position can be read for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from renown.people import changes
from renown.people.models import Affiliation, Leave, TeamMember

Dated = type[Affiliation] | type[TeamMember] | type[Leave]

_START, _END = -(1 << 31), (1 << 31) - 1


def write(
    conn: Connection,
    table: Dated,
    verb: str,
    person: int,
    values: Mapping[str, Any] | None,
    from_day: int | None,
    to_day: int | None,
) -> bool:
    """Let `values` (None: nothing) hold for `person` on [from_day, to_day), and append `renown.<verb>`.

    Returns False, and writes nothing, where that is known already.
    """
    start, end = _START if from_day is None else from_day, _END if to_day is None else to_day
    if start >= end:
        raise ValueError("the first day must come before the last")
    living = select(table.__table__).where(table.person_id == person, table.dropped.is_(None)).order_by(table.id)
    now = [row._asdict() for row in conn.execute(living)]
    met = [row for row in now if _first(row) < end and start < _last(row)]
    if values is None and not met:
        return False
    if values is not None and len(met) == 1 and _covers(met[0], start, end) and _says(met[0], values):
        return False
    said = {"person": person, **(values or {}), "from_day": from_day, "to_day": to_day}
    position = changes.announce(conn, verb, (person,), **said)
    rows = [_row(person, values, start, end)] if values is not None else []
    for old in met:
        kept = {name: old[name] for name in old if name not in _FRAME}
        if _first(old) < start:
            rows.append(_row(person, kept, _first(old), start))
        if end < _last(old):
            rows.append(_row(person, kept, end, _last(old)))
    if met:
        conn.execute(update(table).where(table.id.in_([old["id"] for old in met])).values(dropped=position))
    if rows:
        conn.execute(insert(table), [row | {"known": position} for row in rows])
    return True


_FRAME = frozenset({"id", "person_id", "from_day", "to_day", "known", "dropped"})


def _first(row: Mapping[str, Any]) -> int:
    return _START if row["from_day"] is None else int(row["from_day"])


def _last(row: Mapping[str, Any]) -> int:
    return _END if row["to_day"] is None else int(row["to_day"])


def _covers(row: Mapping[str, Any], start: int, end: int) -> bool:
    return _first(row) <= start and end <= _last(row)


def _says(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in values.items())


def _row(person: int, values: Mapping[str, Any], start: int, end: int) -> dict[str, Any]:
    days = {"from_day": None if start == _START else start, "to_day": None if end == _END else end}
    return {"person_id": person, **values, **days}
