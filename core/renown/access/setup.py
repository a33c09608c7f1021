"""The first run: whoever can read the console makes the first administrator."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, select

from renown import audit
from renown.access import signin
from renown.access.models import Login
from renown.db import stored
from renown.people import persons

_NAME = "setup_tokens"


class SetupRefused(Exception):
    """There is an administrator already, or the token is not one that was printed."""


def needed(conn: Connection) -> bool:
    """Whether there is no administrator yet."""
    return conn.scalar(select(Login.person_id).where(Login.role == "administrator").limit(1)) is None


def begin(conn: Connection) -> str | None:
    """A token to print on the console, or None where none is needed. Those printed before stay good, the last 8."""
    if not needed(conn):
        return None
    token = secrets.token_urlsafe(24)
    kept: list[str] = stored.get(conn, "core", _NAME, [])
    stored.put(conn, "core", _NAME, [*kept, _digest(token)][-8:])
    return token


def accepts(conn: Connection, token: str) -> bool:
    given, right = _digest(token), False
    for kept in stored.get(conn, "core", _NAME, []):
        right |= hmac.compare_digest(kept, given)
    return right and needed(conn)


def finish(conn: Connection, token: str, name: str, email: str, password: str, via: str = "web") -> int:
    """Make the first administrator and void all tokens. Raises SetupRefused, WeakPassword; returns the person."""
    if not accepts(conn, token):
        raise SetupRefused("This is not the token that was printed at the start, or Renown is set up already.")
    person = administrator(conn, name, email, password, via=via)
    stored.drop(conn, "core", _NAME)
    return person


def administrator(conn: Connection, name: str, email: str, password: str | None, via: str) -> int:
    """A person who may do everything; who has the e-mail already is taken. Raises WeakPassword."""
    person = persons.by_email(conn, email) or persons.add(conn, name, email)
    signin.add_login(conn, person, email, "administrator", password)
    audit.record(
        conn, "login.added", actor_id=person, via=via, target=f"person:{person}", person_id=person,
        details={"role": "administrator", "email": email},
    )  # fmt: skip
    return person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
