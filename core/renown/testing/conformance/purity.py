"""Watches what a function asks of the world outside: the clock, chance, the process, files, the network, the database.

By modules, not by functions: what is in `time` or `posix` is outside, but for what only reckons.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

#: Built-in modules that ask the system, and what of them only reckons with what it is given.
_OUTSIDE = frozenset({"time", "posix", "nt", "_posixsubprocess", "_winapi", "_socket", "_ssl", "_uuid", "_sqlite3"})
_RECKONS = frozenset({"fspath", "mktime", "_path_normpath", "_path_splitroot", "_path_splitroot_ex"})
#: Modules whose objects do, each by the beginning of its name.
_CHANCE = ("random", "_random", "numpy.random")
_STORES = ("sqlite3", "psycopg", "socket", "_socket")
_DOORS = frozenset({"open", "connect", "execute", "executemany", "sendall"})
_NOWS = frozenset({"now", "utcnow", "today"})
#: What they read changes nothing that is reckoned: modules, zones of time, what is written into the log of the process.
_EXCUSED = ("importlib", "zoneinfo", "logging", "linecache")
_ENVIRONMENT = frozenset({
    one.__code__ for one in vars(type(os.environ)).values() if hasattr(one, "__code__") and one.__name__ != "__init__"
})  # fmt: skip


class Watched:
    """What was asked, as `module.function`, each once."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            if _is_outside(argument) and not _is_excused(frame):
                self.found[_called(argument)] = None
        elif event == "call" and frame.f_code in _ENVIRONMENT and not _is_excused(frame):
            self.found["os.environ"] = None


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
    kind = (owner if isinstance(owner, type) else type(owner)).__module__
    if module in _OUTSIDE or kind in _OUTSIDE:
        return name not in _RECKONS
    if name in _NOWS and kind == "datetime":
        return True
    if kind.startswith(_CHANCE) or module.startswith("numpy.random"):
        return name not in ("seed", "__init__")
    return name in _DOORS and (module in ("io", "_io") or kind.startswith(_STORES))


def _is_excused(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(_EXCUSED):
            return True
        frame = frame.f_back
    return False


def _called(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    kind = owner if isinstance(owner, type) else type(owner)
    where = function.__module__ or f"{kind.__module__}.{kind.__qualname__}"
    return f"{where}.{function.__name__}"
