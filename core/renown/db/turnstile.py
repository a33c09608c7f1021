"""Whose turn it is to write next, among the processes that share a SQLite file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import fcntl

#: Seconds between two looks.
LOOK = 0.002


class Turnstile:
    """SQLite keeps no queue: who writes again and again, as a worker does, would hardly let another process in.

    Who is to write goes through here first, and stays until its transaction has begun. So a process that has just
    written comes behind one that was waiting. It is a lock on a file beside the database, which ends with its process.
    """

    def __init__(self, database: str) -> None:
        self._path = f"{database}-turn"

    @contextmanager
    def held(self, late: float) -> Iterator[None]:
        """Held while the block runs. At `late` (monotonic), or where the file cannot be had, it goes on without."""
        file = self._opened()
        try:
            while file is not None and not _locked(file) and time.monotonic() < late:
                time.sleep(LOOK)
            yield
        finally:
            if file is not None:
                os.close(file)

    def _opened(self) -> int | None:
        try:
            return os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o644)
        except OSError:
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
