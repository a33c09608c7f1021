"""API tokens: scoped, shown once, kept as hashes, bound to sources where wanted, expiring and revocable."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, null, or_, select, update

from renown import clock
from renown.access.models import Token
from renown.access.permissions import ACTIONS
from renown.access.viewer import Viewer
from renown.clock import DAY, SECOND
from renown.db.spelled import Spelled
from renown.people.models import ACTIVE

PREFIX = "rnw_"
#: Days that a token may last, where it ends at all.
LONGEST = 3660


_FIND = Spelled("""
    SELECT id, name, digest, CAST(scopes AS TEXT) AS scopes, CAST(sources AS TEXT) AS sources, person_id, expires_at,
           revoked_at
    FROM core_token WHERE digest = :digest
""")


class BadToken(ValueError):
    """A token cannot be made like that. The text names the field."""


@dataclass(frozen=True)
class Made:
    """`token` is shown once and never again."""

    id: int
    token: str


@dataclass(frozen=True)
class Bearer:
    """Who a request with a token speaks for. `sources` None: any but the core's own."""

    id: int
    name: str
    viewer: Viewer
    sources: frozenset[str] | None

    def may_send(self, source: str) -> bool:
        """Whether events of this source are taken from the token."""
        if source == "renown" or source.startswith("renown."):
            return False
        return self.sources is None or source in self.sources


@dataclass(frozen=True)
class Listed:
    """A token as the page of tokens shows it: `hint` is its end."""

    id: int
    name: str
    hint: str
    scopes: Sequence[str]
    sources: Sequence[str] | None
    person_id: int | None
    created_at: int
    expires_at: int | None
    used_at: int | None
    revoked_at: int | None


def add(
    conn: Connection,
    name: str,
    scopes: Collection[str],
    *,
    sources: Collection[str] | None = None,
    person_id: int | None = None,
    days: int | None = None,
    actions: Collection[str] = tuple(ACTIONS),
) -> Made:
    """A new token, for `days` (None: until revoked). With `person_id` it can do no more than that person.

    `actions` are the scopes there are: the core's, and those that plugins declare. Raises BadToken.
    """
    _check(name, scopes, sources, days, actions)
    token = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    values = {
        "name": name.strip(),
        "digest": _digest(token),
        "hint": token[-4:],
        "scopes": sorted(set(scopes)),
        "sources": null() if sources is None else sorted(set(sources)),
        "person_id": person_id,
        "created_at": now,
        "expires_at": None if days is None else now + days * DAY,
    }
    return Made(conn.execute(insert(Token).values(values).returning(Token.id)).scalar_one(), token)


def check(conn: Connection, token: str) -> Bearer | None:
    """Who holds this token, or None where there is no such one, or no more."""
    digest = _digest(token)
    found = _FIND.row(conn, {"digest": digest})
    if found is None or not hmac.compare_digest(found[2], digest):
        return None
    number, name, _, scopes, sources, person, expires, revoked = found
    if revoked is not None or (expires is not None and expires <= clock.now()):
        return None
    viewer = _viewer(conn, person, frozenset(msgspec.json.decode(scopes)))
    within = None if sources is None else frozenset(msgspec.json.decode(sources))
    return None if viewer is None else Bearer(number, name, viewer, within)


def touch(conn: Connection, token_id: int) -> None:
    """Note that the token is in use, at most once a minute."""
    now = clock.now()
    stale = or_(Token.used_at.is_(None), Token.used_at < now - 60 * SECOND)
    conn.execute(update(Token).where(Token.id == token_id, stale).values(used_at=now))


def revoke(conn: Connection, token_id: int, person_id: int | None = None) -> bool:
    """End a token (one of this person's, if given); False where there is none to end."""
    chosen = update(Token).where(Token.id == token_id, Token.revoked_at.is_(None))
    if person_id is not None:
        chosen = chosen.where(Token.person_id == person_id)
    return conn.scalar(chosen.values(revoked_at=clock.now()).returning(Token.id)) is not None


def listed(conn: Connection, person_id: int | None = None) -> list[Listed]:
    """All tokens, or one person's, newest first."""
    names = tuple(Listed.__dataclass_fields__)
    chosen = select(*(getattr(Token, name) for name in names)).order_by(Token.id.desc())
    if person_id is not None:
        chosen = chosen.where(Token.person_id == person_id)
    return [Listed(*row) for row in conn.execute(chosen)]


def _viewer(conn: Connection, person_id: int | None, scopes: frozenset[str]) -> Viewer | None:
    if person_id is None:
        return Viewer(None, "administrator", scopes)
    row = _PERSON.row(conn, {"person": person_id, "active": ACTIVE})
    return None if row is None else Viewer(row[1], row[0], scopes)


_PERSON = Spelled("""
    SELECT l.role, r.id FROM core_login l
    JOIN core_person p ON p.id = l.person_id
    JOIN core_person r ON r.id = coalesce(p.root_id, p.id)
    WHERE l.person_id = :person AND p.status = :active AND r.status = :active
""")


def _check(
    name: str, scopes: Collection[str], sources: Collection[str] | None, days: int | None, actions: Collection[str]
) -> None:
    if not 1 <= len(name.strip()) <= 128:
        raise BadToken("name: 1 to 128 characters, please")
    if not scopes:
        raise BadToken("scopes: at least one, please")
    unknown = sorted(set(scopes) - set(actions))
    if unknown:
        raise BadToken(f"scopes: {', '.join(unknown)} not known; there are {', '.join(sorted(actions))}")
    if sources is not None and (not sources or "renown" in sources):
        raise BadToken("sources: name at least one, and not the core's own")
    if days is not None and not 1 <= days <= LONGEST:
        raise BadToken(f"days: 1 to {LONGEST}, please")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
