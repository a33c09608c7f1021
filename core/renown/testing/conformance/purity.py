"""Watches what a function asks of the world outside: the clock, chance, files, the network, the database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_CLOCKS = frozenset({"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "localtime"})
_NOWS = frozenset({"now", "utcnow", "today"})
_CHANCE = frozenset({"random", "getrandbits", "urandom", "uuid4", "uuid1"})
_DOORS = frozenset({"open", "connect", "execute", "executemany", "sendall", "getenv"})


class Watched:
    """What was asked, as `module.function`, each once."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and _is_outside(argument):
            self.found[_called(argument)] = None


@contextmanager
def watched() -> Iterator[Watched]:
    """While the block runs, in this thread."""
    before, watch = sys.getprofile(), Watched()
    sys.setprofile(watch)
    try:
        yield watch
    finally:
        sys.setprofile(before)


def _is_outside(function: Any) -> bool:
    name, module, owner = function.__name__, function.__module__ or "", getattr(function, "__self__", None)
    kind = owner if isinstance(owner, type) else type(owner)
    if name in _CLOCKS and module == "time":
        return True
    if name in _NOWS and kind.__module__ == "datetime":
        return True
    if name in _CHANCE and (kind.__module__ in ("random", "_random") or module in ("posix", "nt", "_uuid")):
        return True
    return name in _DOORS and (
        module in ("io", "_io") or kind.__module__ in ("sqlite3", "_socket", "socket", "psycopg")
    )


def _called(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    kind = owner if isinstance(owner, type) else type(owner)
    where = function.__module__ or f"{kind.__module__}.{kind.__qualname__}"
    return f"{where}.{function.__name__}"
