"""Instants and days as the file writes them: in UTC, to the second, so that the order of texts is that of time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from msgspec import Meta

Instant: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]
Day: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


def is_instant(text: str) -> bool:
    """`2026-01-05T09:00:00Z`, and there is such a time."""
    return _is(text, "%Y-%m-%dT%H:%M:%SZ", 20)


def is_day(text: str) -> bool:
    """`2026-01-05`, and there is such a day."""
    return _is(text, "%Y-%m-%d", 10)


def _is(text: str, form: str, length: int) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return False
    return len(text) == length and text.isascii()
