"""Facts with two times: the days on which they hold, and the positions of the log from which and until which known.

Facts of one person never overlap. A new one cuts what it meets: the old row is dropped at the new position, and what is
left of it on either side is written again, known from there. So what was known at any position can be read for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

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
        rows += [_row(person, kept, *days) for days in _left(_first(old), _last(old), start, end)]
    if met:
        conn.execute(update(table).where(table.id.in_([old["id"] for old in met])).values(dropped=position))
    if rows:
        conn.execute(insert(table), [row | {"known": position} for row in rows])
    return True


class Held(NamedTuple):
    """A row as the log gives it: days None are open ends."""

    value: int | str
    from_day: int | None
    to_day: int | None
    known: int
    dropped: int | None


def replayed(told: Iterable[tuple[int, int | str | None, int | None, int | None]]) -> list[Held]:
    """The rows that `write` made of one person's events: (position, value, from_day, to_day), first to last."""
    past: list[Held] = []
    living: list[Held] = []
    for position, value, from_day, to_day in told:
        start, end = _START if from_day is None else from_day, _END if to_day is None else to_day
        rows = [] if value is None else [Held(value, from_day, to_day, position, None)]
        for old in living:
            first, last = _first(old._asdict()), _last(old._asdict())
            if not (first < end and start < last):
                rows.append(old)
                continue
            past.append(old._replace(dropped=position))
            rows += [Held(old.value, *_days(*days), position, None) for days in _left(first, last, start, end)]
        living = rows
    return past + living


def _left(first: int, last: int, start: int, end: int) -> list[tuple[int, int]]:
    """What is left of [first, last) beside [start, end), which meets it."""
    return [(one, other) for one, other in ((first, start), (end, last)) if one < other]


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
    from_day, to_day = _days(start, end)
    return {"person_id": person, **values, "from_day": from_day, "to_day": to_day}


def _days(start: int, end: int) -> tuple[int | None, int | None]:
    return None if start == _START else start, None if end == _END else end
