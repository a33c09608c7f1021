"""Addresses as they come: bytes that are no text in a query are written as percent signs, as they should have been."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

_BYTES = re.compile("[\x80-\xff]")


def init(app: Flask) -> None:
    inner = app.wsgi_app

    def answer(environ: dict[str, Any], start: Any) -> Any:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            # Reading them raises, also while the error page is made.
            environ["QUERY_STRING"] = _BYTES.sub(lambda found: f"%{ord(found[0]):02X}", query)
        return inner(environ, start)

    app.wsgi_app = answer  # type: ignore[assignment, method-assign]
