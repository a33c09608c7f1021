"""What this room holds of a person: told to them, and forgotten; others' notices lose the name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from renown.db.sets import among
from renown.notify.models import Delivery, Due, Notification, NotifyChoice, QuietHours
from renown.notify.own import ASKED
from renown.notify.questions import mark
from renown.people import subject
from renown.people.export import moment
from renown.people.subject import Subject, containing


def forget(conn: Connection, whom: Subject) -> None:
    for table in (Due, Notification, NotifyChoice, QuietHours, Delivery):
        conn.execute(delete(table).where(among(conn, table.person_id, whom.people)))
    for person in whom.people:
        asked = Notification.once.startswith(mark(person), autoescape=True)
        conn.execute(delete(Notification).where(Notification.kind == ASKED, asked))
    subject.scrub(conn, whom, Notification.title, Notification.body)
    for column in (Delivery.address, Delivery.payload, Delivery.error):
        naming = containing(column, whom.everything())
        if naming is not None:
            conn.execute(delete(Delivery).where(naming))


def tell(conn: Connection, whom: Subject) -> list[dict[str, Any]]:
    rows = conn.execute(
        select(Notification.created_at, Notification.kind, Notification.title, Notification.body)
        .where(among(conn, Notification.person_id, whom.people))
        .order_by(Notification.id)
    )
    return [{"at": moment(row.created_at), "kind": row.kind, "title": row.title, "body": row.body} for row in rows]


subject.forgetters["notify"] = forget
subject.tellers["notifications"] = tell
