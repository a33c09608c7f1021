"""One-time sign-in links: for the first sign-in, for a forgotten password, for whoever has no password at all."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, delete, insert, select, update

from renown import clock
from renown.access.models import Login, SignInLink
from renown.access.signin import SignedIn, SignInRefused
from renown.clock import SECOND
from renown.people.models import ACTIVE, Person

MINUTES = 60


def make(conn: Connection, person_id: int, minutes: int = MINUTES) -> str:
    """The secret part of a link, kept as a hash only. Raises SignInRefused where the person may not sign in."""
    if conn.scalar(select(Login.role).where(Login.person_id == person_id)) is None:
        raise SignInRefused("this person has no sign-in")
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    conn.execute(delete(SignInLink).where(SignInLink.expires_at < now))
    values = {"digest": _digest(secret), "person_id": person_id, "expires_at": now + minutes * 60 * SECOND}
    conn.execute(insert(SignInLink).values(values))
    return secret


def use(conn: Connection, secret: str) -> SignedIn:
    """Raises SignInRefused where the link was used, is too old, or never was."""
    now = clock.now()
    person = conn.scalar(
        update(SignInLink)
        .where(SignInLink.digest == _digest(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.person_id)
    )
    epoch = conn.scalar(
        select(Login.epoch)
        .join(Person, Person.id == Login.person_id)
        .where(Login.person_id == person, Person.status == ACTIVE)
    )
    if person is None or epoch is None:
        raise SignInRefused("This link was used already, or is too old. Ask for a new one.")
    conn.execute(update(Login).where(Login.person_id == person).values(last_at=now))
    return SignedIn(person, epoch)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
