"""Reaching PostgreSQL's host, which may be silent: nobody waits for it long, and not everybody at once."""

from __future__ import annotations

import threading
from collections.abc import MutableMapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import URL

#: What the address does not say itself. A host that says nothing is given up after ten seconds (each, of several);
#: a connection on which something was sent after fifteen, an idle one within a minute. The last is in milliseconds.
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def patience(url: URL) -> dict[str, Any]:
    """How long to wait for a host, as arguments of a connection to `url`. What its query says wins."""
    return {name: value for name, value in _PATIENCE.items() if name not in url.query}


class Reach:
    """Shared by the threads of a process. Once a host was silent, one of them at a time finds out whether it still is.

    All others are refused at once: else each request would keep its thread for as long, and soon there were none left.
    """

    def __init__(self) -> None:
        self._silent = False
        self._trying = threading.Lock()

    def connect(self, dialect: Any, _record: object, args: Sequence[Any], named: MutableMapping[str, Any]) -> Any:
        """Heard of every connection that is to be made, which it makes. Raises psycopg.Error."""
        if not self._silent:
            return self._made(dialect, args, named)
        if not self._trying.acquire(blocking=False):
            raise psycopg.errors.ConnectionTimeout("the host was silent a moment ago")
        try:
            return self._made(dialect, args, named)
        finally:
            self._trying.release()

    def _made(self, dialect: Any, args: Sequence[Any], named: MutableMapping[str, Any]) -> Any:
        try:
            made = dialect.connect(*args, **named)
        except psycopg.errors.ConnectionTimeout:
            self._silent = True
            raise
        except psycopg.Error:
            self._silent = False
            raise
        self._silent = False
        return made
