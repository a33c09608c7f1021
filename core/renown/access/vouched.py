"""Signing in on the word of an identity provider."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from renown import clock
from renown.access import customers
from renown.access.models import Login
from renown.access.signin import SignedIn, SignInRefused
from renown.hooks.types import Account, Admits
from renown.people.models import ACTIVE, Person


def sign_in(conn: Connection, account: Account, plugin: str, provider: str, admits: Admits = "known") -> SignedIn:
    """Whom the provider, which `plugin` brings, vouches for. Raises SignInRefused.

    Nobody gets in whom no administrator let in, but for customers, where the provider admits them: those are known by
    their subject there, and join where customers may.
    """
    mail = account.email.strip().lower()
    found = _known(conn, mail, admits) if account.email_verified else None
    if found is None and admits == "customers":
        issuer = account.issuer or provider
        return customers.vouch(
            conn, plugin, issuer, account.subject, mail, verified=account.email_verified, name=account.name
        )
    if not account.email_verified:
        raise SignInRefused("Your e-mail is not verified there, so it says nothing about who you are.")
    if found is None:
        raise SignInRefused(f"Nobody signs in here as {mail}. Ask an administrator.")
    conn.execute(update(Login).where(Login.person_id == found.person_id).values(last_at=clock.now()))
    return found


def _known(conn: Connection, mail: str, admits: Admits) -> SignedIn | None:
    """Whom an administrator let in; where customers are admitted, their subject says who they are."""
    query = (
        select(Login.person_id, Login.epoch)
        .join(Person, Person.id == Login.person_id)
        .where(Login.email == mail, Person.status == ACTIVE)
    )
    row = conn.execute(query if admits == "known" else query.where(Login.role != "customer")).one_or_none()
    return None if row is None else SignedIn(row.person_id, row.epoch)
