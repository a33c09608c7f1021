"""How much memory this process has had at once, step by step."""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path

_STATUS, _REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak() -> int:
    """Bytes at most since `begin`; where the system cannot begin anew, since the process began."""
    told = _told("VmHWM")
    if told is not None:
        return told
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def begin() -> int:
    """Count from here on; gives what there is now."""
    with contextlib.suppress(OSError):
        _REFS.write_text("5")
    return _told("VmRSS") or peak()


def _told(name: str) -> int | None:
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), None)
