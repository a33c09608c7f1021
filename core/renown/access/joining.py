"""Customers join by e-mail: they ask, get a letter with a link, and come in by its button.

Whoever asks gets one answer, after the same work, whatever is known of the e-mail: who has it is looked up by a job,
and the person is made when the link is used, so that an address which nobody confirmed makes nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from renown import clock
from renown.access import attempts, customers
from renown.access.models import JoinRequest
from renown.access.signin import SignedIn, SignInRefused
from renown.clock import SECOND
from renown.db.engine import ring
from renown.people import changes

MINUTES = 30
PER_EMAIL, PER_ADDRESS = 5, 20
TOPIC = "joins"
_GONE = "This link was used already, or is too old. Ask for a new one."


@dataclass(frozen=True)
class Asked:
    """Who is to get a letter. `secret` is None where there is no link for them."""

    email: str
    known: customers.Known
    secret: str | None


def ask(conn: Connection, name: str, mail: str, wanted: str, address: str) -> None:
    """Note the wish; the letter is written by a job. `mail` as `emails.cleaned` gives it. Raises TooMany."""
    whose, origin = attempts.key("join", mail), attempts.key("join-address", attempts.origin(address))
    attempts.take(conn, (whose, PER_EMAIL), (origin, PER_ADDRESS))
    values = {"email": mail, "name": customers.named(name, mail), "wanted": wanted[:2048]}
    conn.execute(insert(JoinRequest).values(**values, expires_at=clock.now() + MINUTES * 60 * SECOND))
    ring(conn, TOPIC)


def waiting(conn: Connection) -> bool:
    """Whether `answer` has something to do: to look is cheaper than to write."""
    due = or_(JoinRequest.digest.is_(None), JoinRequest.expires_at <= clock.now())
    return conn.scalar(select(JoinRequest.id).where(due).limit(1)) is not None


def answer(conn: Connection) -> Asked | None:
    """The next wish, with a link that is for customers alone. Several workers may ask at once."""
    conn.execute(delete(JoinRequest).where(JoinRequest.expires_at <= clock.now()))
    waiting = select(JoinRequest.id, JoinRequest.email).where(JoinRequest.digest.is_(None)).order_by(JoinRequest.id)
    row = conn.execute(waiting.limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    found = customers.known(conn, row.email)
    if found.kind in ("employee", "closed"):
        conn.execute(delete(JoinRequest).where(JoinRequest.id == row.id))
        return Asked(row.email, found, None)
    secret = secrets.token_urlsafe(32)
    conn.execute(update(JoinRequest).where(JoinRequest.id == row.id).values(digest=_digest(secret)))
    return Asked(row.email, found, secret)


def email_of(conn: Connection, secret: str) -> str:
    """Whose link this is. Raises SignInRefused where it was used, is too old, or never was."""
    good = select(JoinRequest.email).where(
        JoinRequest.digest == _digest(secret), JoinRequest.used_at.is_(None), JoinRequest.expires_at > clock.now()
    )
    found = conn.scalar(good)
    if found is None:
        raise SignInRefused(_GONE)
    return str(found)


def use(conn: Connection, secret: str) -> tuple[SignedIn, str]:
    """Who came in, new or known, and the page they wanted. Raises SignInRefused."""
    changes.begin(conn)
    now = clock.now()
    row = conn.execute(
        update(JoinRequest)
        .where(JoinRequest.digest == _digest(secret), JoinRequest.used_at.is_(None), JoinRequest.expires_at > now)
        .values(used_at=now)
        .returning(JoinRequest.email, JoinRequest.name, JoinRequest.wanted)
    ).one_or_none()
    if row is None or customers.policy(conn) != "open":
        raise SignInRefused(_GONE)
    return customers.admit(conn, row.email, row.name), row.wanted


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
