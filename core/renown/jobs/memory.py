"""How much memory this process has, and how much a worker may have before it makes way for a fresh one."""

from __future__ import annotations

import os
from pathlib import Path

#: Seconds between two looks.
LOOK = 5.0
#: What a worker that ended for it gives as its status, so that a supervisor that restarts failures does.
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
