"""Whole numbers in addresses and forms: none that no row can have, so that a made-up one is a 404 and no fault."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

#: What a database keeps as a whole number.
_MOST = (1 << 63) - 1


class _Id(IntegerConverter):
    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{"max": _MOST, **options})  # type: ignore[arg-type]


def init(app: Flask) -> None:
    app.url_map.converters["int"] = _Id


def whole(text: str) -> int:
    """A number from 0 on. Raises ValueError."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > _MOST:
        raise ValueError(f"{text[:40]!r} is not a whole number")
    return int(text)


def whole_or(text: str, default: int) -> int:
    """The number, or `default` where the text is none."""
    try:
        return whole(text)
    except ValueError:
        return default
