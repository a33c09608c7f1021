"""Local sign-in. Every try is a row before the password is looked at, so limits hold over all processes."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import aliased

from renown import clock
from renown.access import attempts
from renown.access.attempts import TooMany, key
from renown.access.models import Attempt, EndedSession, Login
from renown.access.viewer import ROLES, Role, Viewer
from renown.db.engine import Database
from renown.db.spelled import Spelled
from renown.db.staging import insert_new
from renown.people.models import ACTIVE, Person

#: Whom a merged person is part of: when that one is suspended or gone, all of them are.
Root = aliased(Person)
#: Seconds after which an unused session has ended.
SESSION = 14 * 86_400
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
    """The text says how long to wait."""


class WeakPassword(ValueError):
    """The text says what is asked of a password."""


@dataclass(frozen=True)
class SignedIn:
    """What a session begins with: it ends where the login's `epoch` has moved on."""

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


def end_session(conn: Connection, session: str) -> None:
    """No copy of this session's cookie opens anything from now on. Ending it twice changes nothing."""
    insert_new(conn, EndedSession.__table__, ("key", "ended_at"), [(session, clock.now())], ("key",))


def forget_ended(db: Database) -> bool:
    """A job: what ended so long ago that its cookie is too old by itself."""
    old = EndedSession.ended_at < clock.now() - SESSION * clock.SECOND
    db.retrying(lambda conn: conn.execute(delete(EndedSession).where(old)))
    return False


def end_sessions(conn: Connection, person_id: int) -> None:
    """Sign a person out everywhere."""
    conn.execute(update(Login).where(Login.person_id == person_id).values(epoch=Login.epoch + 1))


def sign_in(db: Database, email: str, password: str, address: str) -> SignedIn:
    """Raises SignInRefused, or TooManyAttempts without looking at the password."""
    mail = email.strip().lower()
    account, origin = key("account", mail), key("address", attempts.origin(address))
    tries = db.retrying(lambda conn: _take(conn, (account, PER_ACCOUNT), (origin, PER_ADDRESS)))
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


def viewer(conn: Connection, person_id: int, epoch: int, session: str = "") -> Viewer | None:
    """Who a session speaks for, or None where it has ended: signed out, here or everywhere, left, suspended, erased."""
    found = known(conn, person_id, epoch, session)
    return None if found is None else found[0]


def known(conn: Connection, person_id: int, epoch: int, session: str) -> tuple[Viewer, str, str] | None:
    """The same with the person's name and handle."""
    row = _VIEWER.row(conn, {"person": person_id, "session": session, "active": ACTIVE})
    if row is None or row[0] != epoch:
        return None
    return Viewer(row[2], row[1]), row[3], row[4]


_VIEWER = Spelled("""
    SELECT l.epoch, l.role, r.id, r.name, r.handle FROM core_login l
    JOIN core_person p ON p.id = l.person_id
    JOIN core_person r ON r.id = coalesce(p.root_id, p.id)
    WHERE l.person_id = :person AND p.status = :active AND r.status = :active
      AND NOT EXISTS (SELECT 1 FROM core_ended_session e WHERE e.key = :session)
""")


def _take(conn: Connection, *limits: tuple[str, int]) -> tuple[int, ...]:
    """Write the try down before it is judged. Raises TooManyAttempts."""
    try:
        return attempts.take(conn, *limits)
    except TooMany as error:
        raise TooManyAttempts(str(error)) from None


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
