"""Whose turn it is to write next, among the processes that share a SQLite file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

if sys.platform != "win32":
    import fcntl

#: Seconds between two looks.
LOOK = 0.002
#: Seconds after which whoever is in it is passed by: it is a courtesy, and SQLite's own lock is what counts.
COURTESY = 2.0


class Turnstile:
    """SQLite keeps no queue: who writes again and again, as a worker does, would hardly let another process in.

    Who is to write goes through here first, and stays until its transaction has begun. So a process that has just
    written comes behind one that was waiting; of several that wait, any may be next. It is a lock on a file beside the
    database, which ends with its process.
    """

    def __init__(self, database: str | None) -> None:
        self._path = None if database in (None, "", ":memory:") else f"{database}-turn"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Held while the block runs; soon, or where the file cannot be had, it goes on without."""
        file, late = self._opened(), time.monotonic() + COURTESY
        try:
            while file is not None and not _locked(file) and time.monotonic() < late:
                time.sleep(LOOK)
            yield
        finally:
            if file is not None:
                os.close(file)

    def _opened(self) -> int | None:
        if self._path is None:
            return None
        # The first way also opens what another user made, where the system does not let that be "created".
        for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CREAT):
            with suppress(OSError):
                return os.open(self._path, flags, 0o644)
        return None


def _locked(file: int) -> bool:
    """Whether it is to be waited for no longer: where the system knows no such locks, it is not waited for at all."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
