"""Signing in on the word of an identity provider."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from renown import clock
from renown.access.models import Login
from renown.access.signin import SignedIn, SignInRefused
from renown.people.models import ACTIVE, Person


def sign_in(conn: Connection, email: str, verified: bool) -> SignedIn:
    """Whoever may sign in with this e-mail. Raises SignInRefused: nobody gets in whom no administrator let in."""
    if not verified:
        raise SignInRefused("Your e-mail is not verified there, so it says nothing about who you are.")
    mail = email.strip().lower()
    found = conn.execute(
        select(Login.person_id, Login.epoch)
        .join(Person, Person.id == Login.person_id)
        .where(Login.email == mail, Person.status == ACTIVE)
    ).one_or_none()
    if found is None:
        raise SignInRefused(f"Nobody signs in here as {mail}. Ask an administrator.")
    conn.execute(update(Login).where(Login.person_id == found.person_id).values(last_at=clock.now()))
    return SignedIn(found.person_id, found.epoch)
