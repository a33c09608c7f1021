"""Questions about a change, for those who look after what is counted. The text is kept in their notices alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Row, func, select

from renown import audit
from renown.access import attempts
from renown.access.models import Login
from renown.access.viewer import Viewer
from renown.ledger import why
from renown.ledger.boards import Line, NotShown
from renown.notify import inbox
from renown.notify.own import ASKED, PLUGIN
from renown.people.models import ACTIVE, Person

#: Characters of a question, and how many one may ask in a quarter of an hour.
LONGEST, MOST = 1000, 5


class BadQuestion(ValueError):
    """The text says what is asked of a question."""


def stewards(conn: Connection, asker: int) -> Sequence[Row[int, str]]:
    """Moderators and administrators but the one who asks: id of the person, and role."""
    top = func.coalesce(Person.root_id, Person.id)
    return conn.execute(
        select(top.label("person"), func.min(Login.role).label("role"))
        .join(Login, Login.person_id == Person.id)
        .where(Login.role.in_(("administrator", "moderator")), Person.status == ACTIVE, top != asker)
        .group_by(top)
        .order_by(top)
    ).all()


def ask(conn: Connection, asker: int, entry: int, owner: Line, message: str, about: str, mail: str) -> int:
    """Tell each steward, with a link where they may follow it; give how many were told.

    `about` says what the change says, and `mail` where the answer goes. The same question twice is told once. Raises
    BadQuestion, and attempts.TooMany.
    """
    message = message.strip()
    if not message:
        raise BadQuestion("Write what you ask.")
    if len(message) > LONGEST:
        raise BadQuestion(f"At most {LONGEST} characters; these are {len(message)}.")
    attempts.take(conn, (attempts.key("question", asker), MOST))
    name = conn.scalar(select(Person.name).where(Person.id == asker))
    once = mark(asker) + hashlib.sha256(message.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    body = f"{message}\n\n{about}\n\nAnswer to: {mail}"
    told = stewards(conn, asker)
    for one in told:
        inbox.tell(
            conn, one.person, PLUGIN, ASKED, f"entry:{entry}", f"{name} asks about a change",
            body=body, url=f"/entries/{entry}" if _sees(conn, one, entry) else None, once=once,
        )  # fmt: skip
    audit.record(conn, "entry.asked", actor_id=asker, via="web", target=f"entry:{entry}", person_id=owner.subject_id)
    return len(told)


def mark(asker: int) -> str:
    """What the `once` of all questions of a person begins with, by which they are found when the person is erased."""
    return f"asked:{asker}:"


def _sees(conn: Connection, steward: Row[int, str], entry: int) -> bool:
    """Nobody sees past what somebody chose to show, whatever their role."""
    try:
        why.history(conn, Viewer(steward.person, steward.role), entry)
    except NotShown:
        return False
    return True
