"""Tokens that a product makes, and those that somebody else would like to have made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from renown import app, clock
from tests.ideation.company import NOW, Company

SITE = "https://ideas.acme.example"
SECRET = "s" * 32
RSA, P256 = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
_OWN = RSAKey.generate_key(2048)


def named(company: Company) -> None:
    renown = company.renown
    settings = replace(renown.settings, url=SITE)
    renown.contexts.parts.settings = settings
    company.app = app.create_app(replace(renown, settings=settings))


def claims(**changed: Any) -> dict[str, Any]:
    now = NOW // clock.SECOND
    said = {
        "iss": "shop", "sub": "4711", "email": "zoe@shop.example", "email_verified": True, "name": "Zoe Quill",
        "aud": SITE, "iat": now, "exp": now + 300, "jti": "one",
    }  # fmt: skip
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(said: Any = None, key: Any = None, algorithm: str = "HS256", **header: Any) -> str:
    key = key or OctKey.import_key(SECRET)
    payload = json.dumps(claims() if said is None else said).encode()
    return jws.serialize_compact({"alg": algorithm, **header}, payload, key, algorithms=[algorithm])


def enter(client: FlaskClient, token: str, wanted: str = "/ideas") -> str:
    """Where it leads."""
    answer = client.get("/portal/enter", query_string={"token": token, "next": wanted})
    assert answer.status_code == 303
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "token" not in answer.headers["Location"]
    return answer.headers["Location"]


NOW_S = NOW // clock.SECOND
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": NOW_S - 61}, "expired"),
    "for too long": ({"exp": NOW_S + 661}, "unreadable"),
    "from long ago": ({"iat": NOW_S - 700}, "expired"),
    "from later": ({"iat": NOW_S + 61}, "expired"),
    "not yet": ({"nbf": NOW_S + 61}, "expired"),
    "for another site": ({"aud": "https://evil.example"}, "unreadable"),
    "for a part of the site": ({"aud": SITE[:-1]}, "unreadable"),
    "for nobody": ({"aud": None}, "unreadable"),
    "of another product": ({"iss": "other"}, "unreadable"),
    "without exp": ({"exp": None}, "unreadable"),
    "without iat": ({"iat": None}, "unreadable"),
    "without jti": ({"jti": None}, "unreadable"),
    "without sub": ({"sub": ""}, "unreadable"),
    "with a number as sub": ({"sub": 7}, "unreadable"),
    "with a text as exp": ({"exp": str(NOW_S + 60)}, "unreadable"),
    "with true as exp": ({"exp": True}, "unreadable"),
    "verified by a text": ({"email_verified": "true"}, "unreadable"),
    "not verified": ({"email_verified": False}, "unverified"),
    "no e-mail": ({"email": "zoe"}, "unreadable"),
    "an employee's": ({"email": "Eve@example.com"}, "employee"),
    "an administrator's": ({"email": "ada@example.com"}, "employee"),
}


def _raw(header: object, said: object, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(said).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _by(head: object, said: object, secret: bytes) -> str:
    unsigned = _raw(head, said).rstrip(".")
    return _raw(head, said, hmac.new(secret, unsigned.encode(), hashlib.sha256).digest())


def _hs_by_public_key(iss: str, pem: bytes) -> str:
    """The classic: a public key, which everybody has, taken for a shared secret."""
    return _by({"alg": "HS256"}, claims(iss=iss), pem)


FORGED: dict[str, Callable[[], str]] = {
    "alg none": lambda: _raw({"alg": "none"}, claims()),
    "alg None, signed": lambda: _raw({"alg": "None"}, claims(), b"x" * 32),
    "no alg": lambda: _raw({}, claims(), b"x" * 32),
    "another secret": lambda: signed(key=OctKey.import_key("t" * 32)),
    "another algorithm of the secret": lambda: signed(algorithm="HS512", key=OctKey.import_key(SECRET * 2)),
    "public key as secret": lambda: _hs_by_public_key("rsa", RSA.as_pem(private=False)),
    "public key as secret, stripped": lambda: _hs_by_public_key("rsa", RSA.as_pem(private=False).strip()),
    "curve key as secret": lambda: _hs_by_public_key("p256", P256.as_pem(private=False)),
    "another product's key": lambda: signed(claims(iss="rsa")),
    "another RSA key": lambda: signed(claims(iss="rsa"), _OWN, "RS256"),
    "its own key inside": lambda: _with_own_key(),
    "other claims under a signature": lambda: _swapped(),
    "critical": lambda: _critical(),
    "a file of nothing as key": lambda: _by({"alg": "HS256", "kid": "../../../../dev/null"}, claims(), b""),
    "a key from the database": lambda: _by({"alg": "HS256", "kid": "x' UNION SELECT 'k' --"}, claims(), b"k"),
    "another product's key by its kid": lambda: _by(
        {"alg": "HS256", "kid": "rsa"}, claims(), RSA.as_pem(private=False)
    ),
    "a key from elsewhere": lambda: signed(claims(iss="rsa"), _OWN, "RS256", jku="https://evil.example/keys.json"),
    "a certificate from elsewhere": lambda: signed(claims(iss="rsa"), _OWN, "RS256", x5u="https://evil.example/x"),
    "nothing": lambda: "",
    "no token": lambda: "abc",
    "two parts": lambda: "a.b",
    "an array": lambda: signed([1]),
    "too long": lambda: signed(claims(name="x" * 9000)),
    "not ASCII": lambda: signed() + "é",
}


def _with_own_key() -> str:
    return signed(claims(iss="rsa"), _OWN, "RS256", jwk=_OWN.as_dict(private=False))


def _swapped() -> str:
    head, _, signature = signed().split(".")
    return f"{head}.{_raw({}, claims(sub='1')).split('.')[1]}.{signature}"


def _critical() -> str:
    return _by({"alg": "HS256", "crit": ["exp"], "exp": 1}, claims(), SECRET.encode())
