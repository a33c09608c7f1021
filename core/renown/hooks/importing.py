"""An import that never ends, or ends the process, says nothing itself: which plugin's it is, is noted before."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds until an import is told of that has not ended. One of our own takes five on a machine that is busy.
PATIENCE = 10.0
_MARK = "importing."


@contextmanager
def noted(name: str, data: Path | None) -> Iterator[None]:
    """While a plugin is imported: a file in the data folder, where there is one, and soon a line on standard error."""
    mark = data / f"{_MARK}{name}" if data is not None else None
    telling = threading.Timer(PATIENCE, _tell, (name,))
    telling.daemon = True
    if mark is not None:
        # A folder that is not there yet, or cannot be written, is told of elsewhere.
        with contextlib.suppress(OSError):
            mark.touch()
    telling.start()
    try:
        yield
    finally:
        telling.cancel()
        if mark is not None:
            with contextlib.suppress(OSError):
                mark.unlink()


def unfinished(data: Path) -> list[str]:
    """The plugins whose import began in some process, and has not come to its end in any since."""
    return sorted(file.name.removeprefix(_MARK) for file in data.glob(f"{_MARK}*"))


def advice(names: list[str]) -> str:
    """What to tell of them; empty where there are none."""
    each = ", ".join(names)
    return f"The import of {each} began and did not end: RENOWN_BLOCKED_PLUGINS={','.join(names)}" if names else ""


def _tell(name: str) -> None:
    sys.stderr.write(f"Importing the plugin {name} takes long; to start without it: RENOWN_BLOCKED_PLUGINS={name}\n")
    sys.stderr.flush()
