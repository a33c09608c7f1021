"""The words of a message: one notice, or a digest of several; with a way out that needs no sign-in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, Row

from renown.db import stored


class BadLink(ValueError):
    """A link to unsubscribe that was not made here."""


@dataclass(frozen=True)
class Unsubscribe:
    """Which kinds of notices a person no longer wants on a channel."""

    person_id: int
    channel: str
    kinds: tuple[str, ...]


class Writer:
    """`url` is the site's address; without one there are no links in messages."""

    def __init__(self, secret_key: str, url: str | None) -> None:
        key = hmac.new(secret_key.encode(), b"unsubscribe", hashlib.sha256).digest()
        self._signer = URLSafeSerializer(key, signer_kwargs={"digest_method": hashlib.sha256})
        self._url = url

    def __call__(self, conn: Connection, person: int, channel: str, notices: Sequence[Row[Any]]) -> dict[str, Any]:
        kinds = tuple(sorted({row.kind for row in notices}))
        payload: dict[str, Any] = self._one(notices[0]) if len(notices) == 1 else self._many(conn, notices)
        if self._url:
            payload["unsubscribe"] = f"{self._url}/unsubscribe/{self.token(Unsubscribe(person, channel, kinds))}"
        return payload

    def token(self, wanted: Unsubscribe) -> str:
        return str(self._signer.dumps([wanted.person_id, wanted.channel, *wanted.kinds]))

    def read(self, token: str) -> Unsubscribe:
        """Raises BadLink. A link holds for ever: who has the mail may leave."""
        try:
            person, channel, *kinds = self._signer.loads(token)
        except (BadSignature, ValueError):
            raise BadLink("this link was not made here") from None
        return Unsubscribe(person, channel, tuple(kinds))

    def _one(self, notice: Row[Any]) -> dict[str, Any]:
        return {"title": notice.title, "body": notice.body or "", "url": self._absolute(notice.url)}

    def _many(self, conn: Connection, notices: Sequence[Row[Any]]) -> dict[str, Any]:
        name = stored.get(conn, "core", "organisation", "Renown")
        lines = []
        for notice in notices:
            link = self._absolute(notice.url)
            lines.append(f"- {notice.title}" + (f"\n  {link}" if link else ""))
        title = f"{len(notices)} things that happened at {name}"
        return {"title": title, "body": "\n".join(lines), "url": self._absolute("/notifications")}

    def _absolute(self, path: str | None) -> str | None:
        return f"{self._url}{path}" if self._url and path else None
