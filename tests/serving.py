"""A server or worker in a process of its own, for tests that need the real one; it is ended by its id."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue


@contextmanager
def answering(
    command: Sequence[str | Path],
    environ: Mapping[str, str],
    *,
    cwd: Path | None = None,
    seconds: float = 120,
    says: str = r"Renown answers at (\S+)",
) -> Iterator[tuple[str, list[str]]]:
    """The address at which it answers, or what else is found in the line that it begins with; and the lines so far."""
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
    )  # fmt: skip
    lines: list[str] = []
    found: Queue[str | None] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            address = re.match(says, line)
            if address:
                found.put(address[1])
        found.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        try:
            address = found.get(timeout=seconds)
        except Empty:
            address = None
        assert address is not None, "\n".join(["it does not answer:", *lines])
        yield address, lines
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())
