"""The ID token: signed by the provider, for us, in answer to what was asked, and not too old."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from renown.api import BadPayload, parse_json
from renown_oidc.metadata import Key, Unbelievable

#: Seconds that clocks may differ.
SKEW = 60
#: The kind of key of each algorithm that is believed: neither none nor one with a shared secret is among them.
ALGORITHMS = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC", "Ed25519": "OKP", "EdDSA": "OKP",
}  # fmt: skip
_LONGEST = 64 << 10

#: Keys by id and kind.
Keys = Callable[[str | None, str], Sequence[Key]]


def read(token: object, keys: Keys, *, issuer: str, client: str, nonce: str, now: float) -> dict[str, Any]:
    """The claims. `now` is in seconds. Raises Unbelievable, which names what is wrong."""
    if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST:
        raise Unbelievable("id_token: is missing, or no token")
    said = _proved(token, keys)
    if said.get("iss") != issuer:
        raise Unbelievable("iss: is another issuer")
    audience = said.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if client not in named or (len(named) > 1 and said.get("azp") != client) or said.get("azp", client) != client:
        raise Unbelievable("aud, azp: is for somebody else")
    if _moment(said, "exp") <= now - SKEW:
        raise Unbelievable("exp: is over")
    if _moment(said, "iat") > now + SKEW or ("nbf" in said and _moment(said, "nbf") > now + SKEW):
        raise Unbelievable("iat, nbf: are still to come")
    given = said.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise Unbelievable("nonce: answers another sign-in")
    if not isinstance(said.get("sub"), str) or not said["sub"]:
        raise Unbelievable("sub: is missing")
    return said


def _proved(token: str, keys: Keys) -> dict[str, Any]:
    """What a key of the provider's signed, by the algorithm that its kind is for."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise Unbelievable(f"id_token: {error}") from None
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise Unbelievable("alg: none that is believed")
    for key in keys(name if isinstance(name, str) else None, ALGORITHMS[algorithm]):
        try:
            proved = jws.deserialize_compact(token, key, algorithms=[algorithm])
            said = parse_json(proved.payload)
        except (JoseError, ValueError, BadPayload):
            continue
        if isinstance(said, dict):
            return said
    raise Unbelievable("signature: by none of the provider's keys")


def _moment(said: dict[str, Any], name: str) -> float:
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Unbelievable(f"{name}: no time in seconds")
    return float(found)
