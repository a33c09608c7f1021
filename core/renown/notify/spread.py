"""From notices to messages: each notice is due on each channel at the pace its person chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from renown import clock
from renown.access.models import Login
from renown.db.engine import Database
from renown.db.sets import among
from renown.notify import choices, deliveries, pace
from renown.notify.models import Due, Notification
from renown.people import calendar
from renown.people.models import ACTIVE, Person

MAIL = "mail"
_BATCH = 500


@dataclass(frozen=True)
class Way:
    """A channel that can be used now. `address` gives a person's own in it, None where it does not reach them.

    Where a person chose nothing, mail follows the kind's own pace, and other channels are silent.
    """

    name: str
    address: Callable[[Connection, int], str | None]


#: Makes one message of notices for a person: the payload of a delivery.
Write = Callable[[Connection, int, str, Sequence[Row[Any]]], Mapping[str, Any]]


def drain(db: Database, ways: Callable[[Connection], Sequence[Way]], paces: Callable[[], Mapping[str, str]]) -> bool:
    """Say of new notices when they are due where. `paces` are those of the kinds that are declared."""

    def work(conn: Connection) -> bool:
        fresh = conn.execute(
            select(Notification.id, Notification.person_id, Notification.kind, Notification.created_at)
            .where(Notification.digested_at.is_(None))
            .order_by(Notification.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        if not fresh:
            return False
        open_ways, default = ways(conn), paces()
        rows = [row for notice in fresh for row in _due(conn, notice, open_ways, default)]
        if rows:
            conn.execute(insert(Due), rows)
        seen = among(conn, Notification.id, [notice.id for notice in fresh])
        conn.execute(update(Notification).where(seen).values(digested_at=clock.now()))
        return len(fresh) == _BATCH

    return db.retrying(work)


def drain_due(db: Database, ways: Callable[[Connection], Sequence[Way]], write: Write) -> bool:
    """Make deliveries of what is due: one message a person and channel, of all that is due and still unread."""

    def work(conn: Connection) -> bool:
        rows = conn.execute(
            select(Due.notice_id, Due.person_id, Due.channel)
            .where(Due.due_at <= clock.now())
            .order_by(Due.person_id, Due.channel)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        together: dict[tuple[int, str], list[int]] = defaultdict(list)
        for row in rows:
            together[row.person_id, row.channel].append(row.notice_id)
        by_name = {way.name: way for way in ways(conn)}
        for (person, channel), notices in together.items():
            _send(conn, person, by_name.get(channel), notices, write)
            mine = (Due.person_id == person, Due.channel == channel)
            conn.execute(delete(Due).where(*mine, among(conn, Due.notice_id, notices)))
        return len(rows) == _BATCH

    return db.retrying(work)


def mail_address(conn: Connection, person_id: int) -> str | None:
    """Of people who may sign in: whoever was only imported never asked for mail."""
    return conn.scalar(
        select(Login.email)
        .join(Person, Person.id == Login.person_id)
        .where(Login.person_id == person_id, Person.status == ACTIVE)
    )


def _due(
    conn: Connection, notice: Row[int, int, str, int], ways: Sequence[Way], paces: Mapping[str, str]
) -> list[dict[str, int | str]]:
    chosen = choices.chosen(conn, notice.person_id)
    rows: list[dict[str, int | str]] = []
    for way in ways:
        own = paces.get(notice.kind, "never") if way.name == MAIL else "never"
        wanted = chosen.get((notice.kind, way.name), own)
        if wanted == "never" or way.address(conn, notice.person_id) is None:
            continue
        zone, quiet = calendar.zone_of(conn, notice.person_id), pace.quiet_of(conn, notice.person_id)
        when = pace.due(wanted, notice.created_at, zone, quiet)
        rows.append({"notice_id": notice.id, "channel": way.name, "person_id": notice.person_id, "due_at": when})
    return rows


def _send(conn: Connection, person: int, way: Way | None, notices: Sequence[int], write: Write) -> None:
    address = way.address(conn, person) if way is not None else None
    if way is None or address is None:
        return
    chosen = choices.chosen(conn, person)
    found = conn.execute(
        select(Notification.__table__)
        .where(among(conn, Notification.id, list(notices)), Notification.read_at.is_(None))
        .order_by(Notification.id)
    ).all()
    # Somebody may have unsubscribed while it waited.
    told = [row for row in found if chosen.get((row.kind, way.name)) != "never"]
    if told:
        deliveries.queue(conn, way.name, address, write(conn, person, way.name, told), person_id=person)
