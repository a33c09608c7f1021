"""Local sign-in. Every try is a row before the password is looked at, so limits hold over all processes."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from renown import clock
from renown.access.models import Attempt, Login
from renown.access.viewer import ROLES, Role, Viewer
from renown.clock import SECOND
from renown.db.engine import SIGN_IN_LOCK, Database, lock
from renown.people.models import ACTIVE, Person

#: Whom a merged person is part of: when that one is suspended or gone, all of them are.
Root = aliased(Person)
WINDOW = 15 * 60 * SECOND
PER_ACCOUNT = 10
PER_ADDRESS = 30
SHORTEST = 12

#: OWASP's setting for Argon2id: 19 MiB each, so that many at once (all threads of a server) do not exhaust it.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Checked where nobody has the e-mail, so that the time taken does not tell.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$rh/YfIGMe09xY6ei4C9O/g$RTPhP3Hf3SkdHoVZRXhVOoqTauYczm8/1mizSidt1qs"


class SignInRefused(Exception):
    """E-mail or password is wrong, or the person may not sign in: the text is the same for all of them."""


class TooManyAttempts(SignInRefused):
    """Wait `seconds` before the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {max(1, -(-seconds // 60))} minutes.")
        self.seconds = seconds


class WeakPassword(ValueError):
    """The text says what is asked of a password."""


@dataclass(frozen=True)
class SignedIn:
    """What a session keeps: it ends where the login's `epoch` has moved on."""

    person_id: int
    epoch: int


def add_login(conn: Connection, person_id: int, email: str, role: Role, password: str | None = None) -> None:
    """Let a person sign in; where they may already, change e-mail and role. Raises WeakPassword, ValueError."""
    if role not in ROLES or role == "nobody":
        raise ValueError(f"role: {role!r} is none of {', '.join(ROLES[1:])}")
    mail = email.strip().lower()
    taken = conn.scalar(select(Login.person_id).where(Login.email == mail))
    if taken is not None and taken != person_id:
        raise ValueError(f"email: {mail} signs somebody else in")
    values: dict[str, object] = {"email": mail, "role": role}
    if password is not None:
        values["password"] = hashed(password, mail)
    if conn.scalar(select(Login.role).where(Login.person_id == person_id)) is None:
        conn.execute(insert(Login).values(person_id=person_id, **values))
        conn.execute(update(Person).where(Person.id == person_id).values(claimed=True))
    else:
        conn.execute(update(Login).where(Login.person_id == person_id).values(epoch=Login.epoch + 1, **values))


def remove_login(conn: Connection, person_id: int) -> None:
    conn.execute(delete(Login).where(Login.person_id == person_id))


def hashed(password: str, email: str) -> str:
    """The password as it is kept. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"password: at least {SHORTEST} characters, please")
    if len(password) > 1024:
        raise WeakPassword("password: at most 1024 characters, please")
    if len(set(password)) < 5 or password.lower() in (email, email.partition("@")[0]):
        raise WeakPassword("password: this one is easily guessed")
    return _hasher.hash(password)


def set_password(conn: Connection, person_id: int, password: str) -> None:
    """Also ends all sessions. Raises WeakPassword, SignInRefused."""
    mail = conn.scalar(select(Login.email).where(Login.person_id == person_id))
    if mail is None:
        raise SignInRefused("this person has no sign-in")
    values = {"password": hashed(password, mail), "epoch": Login.epoch + 1}
    conn.execute(update(Login).where(Login.person_id == person_id).values(values))


def end_sessions(conn: Connection, person_id: int) -> None:
    conn.execute(update(Login).where(Login.person_id == person_id).values(epoch=Login.epoch + 1))


def sign_in(db: Database, email: str, password: str, address: str) -> SignedIn:
    """Raises SignInRefused, or TooManyAttempts without looking at the password."""
    mail = email.strip().lower()
    account, origin = _key("account", mail), _key("address", _network(address))
    tries = db.retrying(lambda conn: _take(conn, account, origin))
    with db.read() as conn:
        found = conn.execute(
            select(Login.person_id, Login.password, Login.epoch)
            .join(Person, Person.id == Login.person_id)
            .where(Login.email == mail, Person.status == ACTIVE)
        ).one_or_none()
    # Outside of any transaction: hashing takes a while on purpose.
    right = _matches(password, found.password if found and found.password else _NOBODY)
    if found is None or not found.password or not right:
        raise SignInRefused("E-mail or password is wrong.")
    stale = _hasher.check_needs_rehash(found.password)
    renewed = _hasher.hash(password) if stale else None
    db.retrying(lambda conn: _welcome(conn, found.person_id, tries, account, renewed))
    return SignedIn(found.person_id, found.epoch)


def viewer(conn: Connection, person_id: int, epoch: int) -> Viewer | None:
    """Who a session speaks for, or None where it has ended: signed out everywhere, left, suspended, erased."""
    row = conn.execute(
        select(Login.role, Login.epoch, Person.root_id)
        .join(Person, Person.id == Login.person_id)
        .join(Root, Root.id == func.coalesce(Person.root_id, Person.id))
        .where(Login.person_id == person_id, Person.status == ACTIVE, Root.status == ACTIVE)
    ).one_or_none()
    if row is None or row.epoch != epoch:
        return None
    return Viewer(row.root_id or person_id, row.role)


def drain_attempts(db: Database) -> bool:
    """A job: tries out of the window are forgotten."""
    db.retrying(lambda conn: conn.execute(delete(Attempt).where(Attempt.at < clock.now() - WINDOW)))
    return False


def _take(conn: Connection, account: str, origin: str) -> tuple[int, ...]:
    """Write the try down before it is judged. Raises TooManyAttempts."""
    lock(conn, SIGN_IN_LOCK)
    now = clock.now()
    for key, most in ((account, PER_ACCOUNT), (origin, PER_ADDRESS)):
        count, first = conn.execute(
            select(func.count(), func.min(Attempt.at)).where(Attempt.key == key, Attempt.at > now - WINDOW)
        ).one()
        if count >= most:
            raise TooManyAttempts(-(-(first + WINDOW - now) // SECOND))
    rows = [{"key": account, "at": now}, {"key": origin, "at": now}]
    return tuple(conn.scalars(insert(Attempt).returning(Attempt.id), rows))


def _welcome(conn: Connection, person_id: int, tries: tuple[int, ...], account: str, renewed: str | None) -> None:
    conn.execute(delete(Attempt).where(Attempt.id.in_(tries) | (Attempt.key == account)))
    values: dict[str, object] = {"last_at": clock.now()}
    if renewed is not None:
        values["password"] = renewed
    conn.execute(update(Login).where(Login.person_id == person_id).values(values))


def _matches(password: str, kept: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _key(what: str, value: str) -> str:
    return hashlib.sha256(f"{what}:{value}".encode()).hexdigest()


def _network(address: str) -> str:
    """An IPv6 sender has a whole /64 to himself; an IPv4 address stands alone."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))
