"""A disk that is full, for one process: the system refuses to let its files grow. Anybody may do this to their own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import postgres

#: What each segment of PostgreSQL's log has, so that the log itself is never what has no room.
SEGMENT = 1 << 20


def limit(pids: Iterable[int], size: int | None, user: str | None = None) -> None:
    """No file of these processes grows past `size` bytes; None: as far as the disk goes."""
    for pid in pids:
        # The soft limit only, which its owner may lift again.
        command = ["prlimit", "--pid", str(pid), f"--fsize={'unlimited' if size is None else size}:"]
        subprocess.run(command, check=True, user=user)


@contextmanager
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server whose files can be limited."""
    with postgres.own() as running:
        running.resegment(SEGMENT >> 20)
        yield running


def limit_server(running: postgres.Server, size: int | None) -> None:
    main = running.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    limit([main, *map(int, children)], size, running.user)


needs_prlimit = pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit (util-linux) is not there")
