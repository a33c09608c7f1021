"""Messages on their way out: rows that are tried until they arrive or are given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from renown import clock
from renown.clock import DAY, SECOND
from renown.db.engine import Database, ring
from renown.notify.models import Delivery

#: Waits between attempts, in seconds; after the last one a delivery is given up.
WAITS = (30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
#: Who sends has this long before another worker tries.
_LEASE = 300 * SECOND
_KEPT = 90 * DAY

#: Sends one payload to an address by a channel. Raises on failure.
Send = Callable[[str, str, Mapping[str, Any]], None]


class Refused(Exception):
    """The other side will never take it: not tried again."""


def queue(
    conn: Connection, channel: str, address: str, payload: Mapping[str, Any], *, person_id: int | None = None
) -> None:
    now = clock.now()
    values = {"channel": channel, "address": address, "payload": dict(payload), "person_id": person_id}
    conn.execute(insert(Delivery).values(values | {"state": "waiting", "attempts": 0, "due_at": now}))
    ring(conn, "deliveries")


def drain(db: Database, send: Send) -> bool:
    """Send one message that is due. No transaction is open while it is under way."""
    taken = db.retrying(_take)
    if taken is None:
        return False
    number, channel, address, payload, attempts = taken
    values: dict[str, Any]
    try:
        send(channel, address, payload)
        values = {"state": "sent", "sent_at": clock.now(), "error": None}
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:2000]
        values = {"error": text}
        if isinstance(error, Refused) or attempts > len(WAITS):
            values["state"] = "failed"
        else:
            values["due_at"] = clock.now() + WAITS[attempts - 1] * SECOND
    db.retrying(lambda conn: conn.execute(update(Delivery).where(Delivery.id == number).values(values)))
    return True


def again(conn: Connection, number: int) -> None:
    """Try one that was given up."""
    failed = update(Delivery).where(Delivery.id == number, Delivery.state == "failed")
    conn.execute(failed.values(state="waiting", attempts=0, due_at=clock.now()))
    ring(conn, "deliveries")


def bounced(conn: Connection, person_id: int) -> str | None:
    """Why the last mail to a person did not arrive; None where it did."""
    ended = Delivery.state.in_(("sent", "failed"))
    last = conn.execute(
        select(Delivery.state, Delivery.error)
        .where(Delivery.person_id == person_id, Delivery.channel == "mail", ended)
        .order_by(Delivery.id.desc())
        .limit(1)
    ).one_or_none()
    return None if last is None or last.state == "sent" else str(last.error)


def tidy(db: Database) -> bool:
    """Forget what ended long ago."""
    old = clock.now() - _KEPT
    ended = or_(Delivery.sent_at < old, (Delivery.state == "failed") & (Delivery.due_at < old))
    db.retrying(lambda conn: conn.execute(delete(Delivery).where(ended)))
    return False


def _overlong(now: int) -> list[ColumnElement[bool]]:
    """Waits that are longer than any that is set: by a clock that was set back since."""
    longest = (0, *(seconds * SECOND for seconds in WAITS))
    return [
        (Delivery.attempts == attempts) & (Delivery.due_at > now + max(wait, _LEASE))
        for attempts, wait in enumerate(longest)
    ]


def _take(conn: Connection) -> tuple[int, str, str, Mapping[str, Any], int] | None:
    now = clock.now()
    row = conn.execute(
        select(Delivery.__table__)
        .where(Delivery.state == "waiting", or_(Delivery.due_at <= now, *_overlong(now)))
        .order_by(Delivery.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    # A worker that dies on the way leaves a row that is due again.
    held = {"attempts": row.attempts + 1, "due_at": now + _LEASE}
    conn.execute(update(Delivery).where(Delivery.id == row.id).values(held))
    return row.id, row.channel, row.address or "", row.payload, row.attempts + 1
