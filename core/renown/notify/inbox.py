"""What a person was told, by what it is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    insert,
    literal,
    select,
    union_all,
    update,
)

from renown import clock
from renown.db.engine import ring
from renown.db.sets import among
from renown.db.spelled import Spelled
from renown.notify.models import Notification
from renown.people.models import Person


@dataclass(frozen=True)
class Notice:
    id: int
    plugin: str
    kind: str
    subject: str
    title: str
    body: str | None
    url: str | None
    created_at: int
    read_at: int | None


_COLUMNS = tuple(getattr(Notification, name) for name in Notice.__dataclass_fields__)


def tell(
    conn: Connection,
    person_id: int,
    plugin: str,
    kind: str,
    subject: str,
    title: str,
    *,
    body: str | None = None,
    url: str | None = None,
    once: str | None = None,
) -> bool:
    """Write down a notice; False where this person was told the same `once` of this kind and subject before."""
    same = (Notification.person_id == person_id, Notification.kind == kind, Notification.subject == subject)
    if once is not None and conn.scalar(select(Notification.id).where(*same, Notification.once == once)):
        return False
    conn.execute(
        insert(Notification).values(
            person_id=person_id, plugin=plugin, kind=kind, subject=subject,
            title=title[:300], body=body, url=url, once=once, created_at=clock.now(),
        )
    )  # fmt: skip
    ring(conn, "notices")
    return True


def withdraw(conn: Connection, plugin: str, people: Collection[int], kind: str, subject: str) -> None:
    """As if these people had read it: what is read is not delivered."""
    theirs = among(conn, Notification.person_id, people)
    same = (Notification.plugin == plugin, Notification.kind == kind, Notification.subject == subject)
    conn.execute(update(Notification).where(theirs, *same, Notification.read_at.is_(None)).values(read_at=clock.now()))


def _of(person_id: int) -> ColumnElement[bool]:
    """What the person was told, and what those were who are merged into them."""
    merged = select(Person.id).where(Person.root_id == person_id)
    return Notification.person_id.in_(union_all(select(literal(person_id)), merged))


def unread(conn: Connection, person_id: int, of: Collection[str] | None = None) -> int:
    """How many; `of` as in `listed`."""
    return sum(int(count) for plugin, count in _UNREAD.rows(conn, {"person": person_id}) if of is None or plugin in of)


_UNREAD = Spelled("""
    SELECT plugin, count(*) FROM core_notification
    WHERE person_id IN (SELECT CAST(:person AS INTEGER) UNION ALL SELECT id FROM core_person WHERE root_id = :person)
      AND read_at IS NULL
    GROUP BY plugin
""")


def listed(
    conn: Connection,
    person_id: int,
    *,
    of: Collection[str] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Notice]:
    """Newest first; `before` is the id on which the page before ended.

    `of` are the plugins whose notices lead somewhere (None: all): those that are on, and "core".
    """
    query = select(*_COLUMNS).where(_of(person_id))
    if of is not None:
        query = query.where(Notification.plugin.in_(sorted(of)))
    if before is not None:
        query = query.where(Notification.id < before)
    return [Notice(*row) for row in conn.execute(query.order_by(Notification.id.desc()).limit(limit))]


def grouped(notices: Sequence[Notice]) -> list[tuple[str, list[Notice]]]:
    """By subject, those with something unread first, each as new as its newest."""
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.subject, []).append(notice)
    return sorted(groups.items(), key=lambda group: all(one.read_at for one in group[1]))


def mark_read(
    conn: Connection, person_id: int, notice_id: int | None = None, of: Collection[str] | None = None
) -> None:
    """One notice, or all of them; `of` as in `listed`."""
    mine = update(Notification).where(_of(person_id), Notification.read_at.is_(None))
    if of is not None:
        mine = mine.where(Notification.plugin.in_(sorted(of)))
    if notice_id is not None:
        mine = mine.where(Notification.id == notice_id)
    conn.execute(mine.values(read_at=clock.now()))
