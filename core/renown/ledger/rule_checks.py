"""The check that versions of rules are what the log's `renown.rule-published` published.

A version 1 that a plugin brings is no event: what is kept of it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from renown.events.models import Event
from renown.ledger.checks import Found, date
from renown.ledger.fact_checks import RESTORE, said, whole
from renown.ledger.models import Rule
from renown.ledger.rules import ADJUSTMENT

#: What of a row follows from the event, and how people call it.
_WORDS = {
    "plugin": "plugin", "name": "name", "version": "version", "published": "position", "body": "body",
    "effective": "first day", "title": "title", "at": "moment of publication",
}  # fmt: skip
_KEY = ("plugin", "name", "version")


def rules(conn: Connection, repair: bool) -> Iterator[Found]:
    due = {_key(one): one for one in map(_due, conn.execute(said("rule-published", Event.extra).order_by(Event.id)))}
    rows = [row._asdict() for row in conn.execute(select(Rule.__table__).order_by(Rule.id))]
    kept = {_key(row): row for row in rows if _key(row) in due}
    # What lost its name is known by its position.
    astray = {row["published"]: row for row in rows if _key(row) not in due and not _brought(row)}
    for key, one in due.items():
        if key not in kept and one["published"] in astray:
            kept[key] = astray.pop(one["published"])
    wrong = [key for key in due if key not in kept or _differing(due[key], kept[key])]
    if not wrong and not astray:
        return
    sound = whole(conn)
    for key in wrong:
        one, row = due[key], kept.get(key)
        told = f"the log says another {' and another '.join(_differing(one, row))}" if row else "it is not kept"
        possible = sound and (row is not None or "body" in one)
        yield Found(f"{_named(one)}, published at position {one['published']}: {told}", None if possible else RESTORE)
        if repair and possible:
            if row:
                conn.execute(update(Rule).where(Rule.id == row["id"]).values(one))
            else:
                conn.execute(insert(Rule).values(one))
    for row in astray.values():
        first = row["version"] == 1
        told = "is said to be added by administrators" if first else "is kept"
        yield Found(f"{_named(row)} {told}, which the log does not say", None if sound else RESTORE)
        if repair and sound:
            # Of a first version nobody knows that it did not come with its plugin.
            this = Rule.id == row["id"]
            conn.execute(update(Rule).where(this).values(title=None) if first else delete(Rule).where(this))


def _due(row: Any) -> dict[str, Any]:
    """The row that an event published; without body and days where it did not say them."""
    told = dict(row.extra)
    return {"name": told.pop("rule"), "published": row.id, **told}


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _brought(row: dict[str, Any]) -> bool:
    return row["name"] == ADJUSTMENT or (row["version"] == 1 and row["title"] is None)


def _differing(one: dict[str, Any], row: dict[str, Any]) -> list[str]:
    return [_spelled(name, one[name], row[name]) for name in one if one[name] != row[name]]


def _spelled(name: str, due: Any, kept: Any) -> str:
    if name != "effective":
        return _WORDS[name]
    days = ["every day" if one is None else date(one) for one in (due, kept)]
    return f"{_WORDS[name]} ({days[0]}, kept is {days[1]})"


def _named(row: dict[str, Any]) -> str:
    return f"{row['plugin']}, version {row['version']} of rule {row['name']}"
