"""Erasure: a person's names and ids go everywhere; what others got from them, and the totals, stay true."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from renown import audit
from renown.db.models import PluginState
from renown.db.sets import among
from renown.jobs.models import Run, Schedule
from renown.people import changes, pseudonym, subject
from renown.people.merge import Refused
from renown.people.models import ERASED, Erased, Identity, Leave, Person, Quiet
from renown.people.subject import Subject


def erase(conn: Connection, person: int, by: int | None, via: str = "system") -> int:
    """Forget a person and everybody merged with them; returns the position of `renown.erased`.

    Cannot be undone. The plugins' own tables follow by a job, through their hook `person_erased`.
    """
    missing = subject.ROOMS - subject.forgetters.keys()
    if missing:
        raise RuntimeError(f"not wired, so nothing was erased: {', '.join(sorted(missing))}")
    changes.begin(conn)
    whom = subject.load(conn, person)
    if conn.scalar(select(Person.status).where(Person.id == whom.person)) == ERASED:
        raise Refused("this person was erased already")
    position = changes.announce(conn, "erased", whom.people, person=whom.person)
    pseudonym.make_hasher(conn)
    for name in sorted(subject.forgetters):
        subject.forgetters[name](conn, whom)
    subject.scrub(conn, whom, Run.title, Run.error, Schedule.error, PluginState.reason)
    _blank(conn, whom)
    audit.blank(conn, people=whom.people, texts=whom.everything())
    audit.record(conn, "person.erased", actor_id=by, via=via, target=f"person:{whom.person}", person_id=whom.person)
    return position


def _blank(conn: Connection, whom: Subject) -> None:
    hashed = pseudonym.make_hasher(conn)
    marks = [{"source_id": account.source, "digest": hashed(account.key)} for account in whom.accounts]
    if marks:
        conn.execute(insert(Erased), marks)
        conn.execute(
            update(Identity)
            .where(Identity.id == bindparam("_id"))
            .values(name=None, username=None, email=None, email_verified=False),
            [{"_id": account.id, "key": hashed(account.key)} for account in whom.accounts],
        )
    conn.execute(
        update(Person)
        .where(Person.id == bindparam("_id"))
        .values(
            name=subject.ERASED_TEXT,
            email=None,
            timezone=None,
            external_id=None,
            status=ERASED,
            claimed=False,
            shown=False,
            joined_day=None,
            left_day=None,
        ),
        [{"_id": one, "handle": f"erased-{one}"} for one in whom.people],
    )
    for table in (Leave, Quiet):
        conn.execute(delete(table).where(among(conn, table.person_id, whom.people)))
