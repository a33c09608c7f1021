"""Secrets at rest: encrypted with RENOWN_SECRET_KEY. Several keys, the newest first, so that it can be changed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

#: Secrets that are remembered at most.
_KEPT = 1_000


class WrongKey(Exception):
    """What is stored was encrypted with a key that is not among RENOWN_SECRET_KEY."""


class Keyring:
    """`keys` as in RENOWN_SECRET_KEY: one, or several with spaces between. The first encrypts, all of them decrypt."""

    def __init__(self, keys: str) -> None:
        if not keys.split():
            raise ValueError("RENOWN_SECRET_KEY is empty")
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys.split()])
        #: Signing secrets by their sealed text: each delivery asks for its source's.
        self._opened: dict[str, str] = {}

    def seal(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Raises WrongKey."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise WrongKey("a stored secret was encrypted with another RENOWN_SECRET_KEY") from None

    def seal_all(self, secrets: Sequence[str]) -> list[str]:
        return [self.seal(secret.encode()).decode() for secret in secrets]

    def open_all(self, sealed: Sequence[str]) -> list[str]:
        return [self._opened.get(one) or self._remembered(one) for one in sealed]

    def _remembered(self, sealed: str) -> str:
        if len(self._opened) >= _KEPT:
            self._opened.clear()
        plain = self._opened[sealed] = self.open(sealed.encode()).decode()
        return plain


def _derived(key: str) -> bytes:
    # The same key signs sessions: what is derived for one use tells nothing about the other.
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=32, person=b"renown-at-rest").digest())
