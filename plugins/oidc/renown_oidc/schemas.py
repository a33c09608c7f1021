"""What administrators set: which provider, as what, and whom it lets in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

#: Where a provider may be reached without TLS: on the same machine, to try things out.
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


class Settings(Schema):
    title = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"label": "Title", "description": "It stands on the button: Sign in with ... Empty: none is shown."},
    )
    issuer = fields.String(
        load_default="",
        validate=validate.Length(max=512),
        metadata={
            "label": "Issuer",
            "description": "The provider's address, to the letter, below which /.well-known/openid-configuration is.",
        },
    )
    client_id = fields.String(load_default="", validate=validate.Length(max=256), metadata={"label": "Client ID"})
    client_secret = fields.String(
        load_default="",
        validate=validate.Length(max=1024),
        metadata={"label": "Client secret", "description": "Empty for a public client.", "secret": True},
    )
    admits = fields.String(
        load_default="known",
        validate=validate.OneOf(("known", "customers")),
        metadata={
            "label": "Lets in",
            "description": "known: whom an administrator let in. customers: others become customers, where they may.",
        },
    )
    scopes = fields.String(
        load_default="openid email profile",
        validate=validate.Length(max=512),
        metadata={"label": "Scopes", "description": "With spaces between; openid and email are needed."},
    )

    @validates_schema(skip_on_field_errors=True)
    def _complete(self, data: dict[str, Any], **_more: Any) -> None:
        errors: dict[str, list[str]] = {}
        if data["issuer"] and not usable(data["issuer"]):
            errors["issuer"] = ["An https address without query, as https://login.example.com/realms/acme."]
        scopes = data["scopes"].split()
        if not {"openid", "email"} <= set(scopes) or not all(map(_SCOPE.fullmatch, scopes)):
            errors["scopes"] = ["openid and email must be among them."]
        if data["title"]:
            errors |= {name: ["Needed."] for name in ("issuer", "client_id") if not data[name]}
        if errors:
            raise ValidationError(errors)


def usable(address: str) -> bool:
    """Whether a provider may be asked at this address."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    return safe and bool(host) and not (parts.query or parts.fragment or parts.username is not None)
