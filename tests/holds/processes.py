"""Renown's own commands as processes that can be killed at any moment, and empty databases for them."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tests.postgres import own

RENOWN = (sys.executable, "-m", "renown.cli")


class Started:
    """One process of ours. What it prints is kept in `lines`."""

    def __init__(
        self, environ: Mapping[str, str], *arguments: str | Path, says: str | None = None, patience: float = 120
    ) -> None:
        """Returns once a line begins with the pattern `says`, where one is given.

        AssertionError if none does within `patience` seconds; then the process is gone.
        """
        self.arguments = arguments
        self.process = subprocess.Popen(
            [*RENOWN, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
        )  # fmt: skip
        self.lines: list[str] = []
        self.killed = False
        self.said: str = ""
        self._pattern = says
        self._found: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if says is not None:
            try:
                self.said = self._first(patience)
            except BaseException:  # whoever is told to end while waiting leaves nothing behind, either
                self.kill()
                raise

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> bool:
        """End it as a lost machine would. Whether it was still there to be killed."""
        there = self.alive
        self.process.kill()
        self._gone()
        self.killed = there and self.process.returncode < 0
        return self.killed

    def stop(self) -> None:
        self.process.terminate()
        self._gone()

    def ended(self, seconds: float = 300) -> int:
        """Its status, once it ended by itself."""
        self.process.wait(seconds)
        self._gone()
        return self.process.returncode

    def _first(self, patience: float) -> str:
        with suppress(queue.Empty):
            found = self._found.get(timeout=patience)
            if found is not None:
                return found
        raise AssertionError("\n".join([f"{self.arguments[0]} does not come up:", *self.lines]))

    def _gone(self) -> None:
        self.process.wait(60)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            match = re.match(self._pattern, line) if self._pattern else None
            if match:
                self._found.put(match[1])
        self._found.put(None)


def told(environ: Mapping[str, str], *arguments: str | Path) -> Any:
    """What a command says as JSON. AssertionError, with what it printed, where its status is not 0."""
    run = subprocess.run(
        [*RENOWN, *map(str, arguments), "--json"],
        capture_output=True, text=True, timeout=600, check=False, env={**os.environ, **environ},
    )  # fmt: skip
    assert run.returncode == 0, f"{' '.join(map(str, arguments))}: {run.stdout[-4000:]}{run.stderr[-4000:]}"
    return json.loads(run.stdout)


@contextmanager
def server(url: str | None) -> Iterator[str | None]:
    """The address of a PostgreSQL server: the one given, or for "postgresql" a durable one for the while."""
    if url == "postgresql":
        with own() as made:
            yield made.url
    else:
        yield url if url is None else make_url(url).set(drivername="postgresql+psycopg").render_as_string(False)


@contextmanager
def empty(at: str | None) -> Iterator[tuple[str, Path]]:
    """The address of a database without tables, on the server `at` or as an SQLite file; and a folder for data."""
    with tempfile.TemporaryDirectory(prefix="renown-holds-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if at is None:
            yield f"sqlite:///{folder / 'renown.sqlite3'}", folder
            return
        database = folder.name.replace("-", "_").lower()
        admin = create_engine(at, isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{database}"'))
        try:
            yield make_url(at).set(database=database).render_as_string(hide_password=False), folder
        finally:
            with admin.connect() as conn:
                conn.execute(text(f'DROP DATABASE "{database}" WITH (FORCE)'))
            admin.dispose()
