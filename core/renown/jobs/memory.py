"""How much memory this process has, and how much it may have before it makes way for a fresh one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

#: Seconds between two looks.
LOOK = 5.0
#: What a process that ended for it gives as its status, so that a supervisor that restarts failures does.
STATUS = 75

_FIGURES = Path("/proc/self/statm")


def held() -> int | None:
    """Bytes in memory; None where the system does not tell."""
    try:
        return int(_FIGURES.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return None


def is_over(most: int | None) -> bool:
    """Whether it has more than so many bytes; None is no limit."""
    now = held() if most is not None else None
    return now is not None and most is not None and now > most


class Watch:
    """Looks every few seconds; `over` is set, and `then` called once, when it has more than `most` bytes."""

    def __init__(self, most: int | None, then: Callable[[], None]) -> None:
        self.over = False
        self._most = most
        self._then = then
        self._stopped = threading.Event()

    def start(self) -> None:
        """Without a limit nobody looks."""
        if self._most is not None:
            threading.Thread(target=self._look, name="renown-memory", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _look(self) -> None:
        while not self._stopped.wait(LOOK):
            if is_over(self._most):
                self.over = True
                self._then()
                return
