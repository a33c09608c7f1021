"""Handles: the short, unique names of people and teams in addresses of pages."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.db.sets import among


def slug(text: str, most: int = 64) -> str:
    """Lower-case ASCII letters, digits, dots and dashes; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain)[:most].strip("-.")


def allot(
    conn: Connection, column: InstrumentedAttribute[str], wanted: Mapping[str, Sequence[str]], fallback: str = "person"
) -> dict[str, str]:
    """A free handle for each key, from the first of its texts that gives one: `ana`, `ana-2`, then one at random.

    Whoever calls holds the lock under which such handles are written.
    """
    bases = {key: next(filter(None, map(slug, texts)), fallback) for key, texts in wanted.items()}
    given: dict[str, str] = {}
    used: set[str] = set()
    for attempt in range(1, 6):
        tried = {key: _attempt(base, attempt) for key, base in bases.items() if key not in given}
        if not tried:
            break
        used.update(conn.scalars(select(column).where(among(conn, column, set(tried.values())))))
        for key, handle in tried.items():
            if handle not in used:
                used.add(handle)
                given[key] = handle
    return given


def is_from(handle: str, text: str, fallback: str = "person") -> bool:
    """Whether `allot` may have made the handle of this text."""
    base = slug(text) or fallback
    return handle == base or re.fullmatch(rf"{re.escape(base)}-([23]|[0-9a-f]{{12}})", handle) is not None


def _attempt(base: str, attempt: int) -> str:
    if attempt == 1:
        return base
    if attempt <= 3:
        return f"{base}-{attempt}"
    # At random: the same account may come from any number of sources.
    return f"{base}-{secrets.token_hex(6)}"
