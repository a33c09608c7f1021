"""Tokens (JWT) in which the company's product says who its user is: each lets somebody in once, within ten minutes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import JoseError
from sqlalchemy import Select, delete, select, text

from renown.api import (
    SECOND,
    BadPayload,
    NotACustomer,
    NotConfigured,
    PluginContext,
    SignInRefused,
    Vouched,
    parse_json,
)
from renown_ideation.models import UsedToken
from renown_ideation.portal import keys
from renown_ideation.portal.keys import ALGORITHMS

#: Seconds that a token may be ahead, and that clocks may differ.
LONGEST, SKEW = 600, 60
_LONGEST_TOKEN = 8192

Why = Literal["unreadable", "expired", "used", "employee", "unverified", "closed"]


class Unusable(ValueError):
    """A token that lets nobody in. `why` is for the person; the text says more, for whoever writes the product."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True)
class Claims:
    """What a token says, believed. `until` is when it is too old, in seconds."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    id: str
    until: float


def enter(ctx: PluginContext, token: str) -> Vouched:
    """The customer whom the token names, and the token is used up. Raises Unusable, and leaves it unused."""
    claims = read(ctx, token)
    _use(ctx, claims)
    try:
        return ctx.customers.vouch(
            claims.issuer, claims.subject, claims.email, verified=claims.verified, name=claims.name
        )
    except NotACustomer:
        raise Unusable("employee", "sub: works here") from None
    except SignInRefused:
        raise Unusable("closed" if claims.verified else "unverified", "sub: may not come in") from None
    except ValueError as error:
        raise Unusable("unreadable", str(error)) from None


def read(ctx: PluginContext, token: str) -> Claims:
    """Whether a key of the product signed it, for this site, for now. Raises Unusable."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise Unusable("unreadable", "token: longer than 8192 characters, or no ASCII")
    try:
        unproved = jws.extract_compact(token.encode())
        algorithm, said = unproved.headers().get("alg"), _object(unproved.payload)
    except (JoseError, ValueError) as error:
        raise Unusable("unreadable", f"token: {error}") from None
    if algorithm not in ALGORITHMS:
        raise Unusable("unreadable", f"alg: is none of {', '.join(ALGORITHMS)}")
    issuer = _text(said, "iss", 64)
    for row, key in keys.of(ctx, issuer, algorithm):
        try:
            proved = jws.deserialize_compact(token, key, algorithms=[algorithm])
        except (JoseError, ValueError):
            continue
        claims = _claims(ctx, _object(proved.payload))
        row.used_at = ctx.clock.now()
        return claims
    raise Unusable("unreadable", f"signature: by none of the {algorithm} keys of {issuer!r}")


def forget(ctx: PluginContext) -> bool:
    """A job: used tokens that are too old by themselves."""
    ctx.session.execute(delete(UsedToken).where(UsedToken.until < ctx.clock.now()))
    return False


def waiting(now: int) -> Select[str]:
    """What `forget` has to do."""
    return select(UsedToken.digest).where(UsedToken.until < now)


def _claims(ctx: PluginContext, said: dict[str, Any]) -> Claims:
    now = ctx.clock.now() / SECOND
    until, made = _moment(said, "exp"), _moment(said, "iat")
    if until <= now - SKEW:
        raise Unusable("expired", "exp: is over")
    if until > now + LONGEST + SKEW:
        raise Unusable("unreadable", f"exp: more than {LONGEST} seconds ahead")
    if not now - LONGEST - SKEW <= made <= now + SKEW or ("nbf" in said and _moment(said, "nbf") > now + SKEW):
        raise Unusable("expired", "iat, nbf: not now")
    _check_audience(ctx, said.get("aud"))
    verified = said.get("email_verified")
    if not isinstance(verified, bool):
        raise Unusable("unreadable", "email_verified: neither true nor false")
    name = said.get("name", "")
    return Claims(
        _text(said, "iss", 64), _text(said, "sub", 256), _text(said, "email", 254), verified,
        name if isinstance(name, str) else "", _text(said, "jti", 256), until,
    )  # fmt: skip


def _check_audience(ctx: PluginContext, said: object) -> None:
    """A token for another site is none for this one."""
    try:
        here = ctx.urls.absolute("")
    except NotConfigured as error:
        raise Unusable("unreadable", f"aud: {error}") from None
    named = said if isinstance(said, list) else [said]
    if here not in [one.rstrip("/") for one in named if isinstance(one, str)]:
        raise Unusable("unreadable", f"aud: is not {here}")


def _use(ctx: PluginContext, claims: Claims) -> None:
    """Two that come at once with one token: the second waits for the first, and is refused."""
    digest = hashlib.sha256(f"{claims.issuer}\n{claims.id}".encode()).hexdigest()
    values = {"digest": digest, "until": int((claims.until + 2 * SKEW) * SECOND)}
    if ctx.session.execute(_USE, values).first() is None:
        raise Unusable("used", "jti: was used already")


_USE = text("""
    INSERT INTO ideation_used_token (digest, until) VALUES (:digest, :until)
    ON CONFLICT (digest) DO NOTHING RETURNING digest
""")


def _object(payload: bytes | None) -> dict[str, Any]:
    try:
        said = parse_json(payload or b"")
    except BadPayload as error:
        raise Unusable("unreadable", f"token: {error}") from None
    if not isinstance(said, dict):
        raise Unusable("unreadable", "token: holds no claims")
    return said


def _text(said: dict[str, Any], name: str, most: int) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not 1 <= len(found) <= most or not found.isprintable():
        raise Unusable("unreadable", f"{name}: no text of 1 to {most} characters")
    return found


def _moment(said: dict[str, Any], name: str) -> float:
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1 << 40:
        raise Unusable("unreadable", f"{name}: no time in seconds")
    return float(found)
