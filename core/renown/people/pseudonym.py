"""The keyed hash that stands for an erased account's id. Its key never changes: hashes must meet again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from sqlalchemy import Connection

from renown.db import stored

PREFIX = "erased:"

Hasher = Callable[[str], str]


def hasher(conn: Connection) -> Hasher | None:
    """How erased ids are written, or None as long as nobody was ever erased."""
    key: str | None = stored.get(conn, "core", "erasure_key")
    return None if key is None else _with(bytes.fromhex(key))


def make_hasher(conn: Connection) -> Hasher:
    """The same, with a key made if there is none yet."""
    found = hasher(conn)
    if found is None:
        key = secrets.token_bytes(32)
        stored.put(conn, "core", "erasure_key", key.hex())
        found = _with(key)
    return found


def _with(key: bytes) -> Hasher:
    def digest(text: str) -> str:
        return PREFIX + hashlib.blake2b(text.encode(), key=key, digest_size=24).hexdigest()

    return digest
