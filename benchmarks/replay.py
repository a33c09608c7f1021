"""A replay of a whole log by `renown replay`, as an administrator would, while a server serves the boards.

For `benchmarks.growth --replay`. The board is read over HTTP until the command has ended, and every answer must have
the numbers from before: while it counts, while it compares, when it switches, and after. Memory is the most that the
command's process ever had, and beside it what its connections' server processes had for themselves at any look.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec
import psutil
from benchmarks import kit
from benchmarks.kit import KEY
from sqlalchemy import func, make_url, select

from renown.access import tokens
from renown.db.engine import Database
from renown.ledger.models import Entry, Generation

BOARD = "/api/v1/boards/activity.points?period=all&limit=50"
#: Seconds between two looks.
LOOK = 0.2
MIB = 1 << 20


@dataclass
class Replay:
    """Events a second: `whole` with comparison and switch, `counting` alone. `ingest` is their rate. Memory in MiB."""

    database: str
    events: int
    entries: int
    whole: float
    counting: float
    ingest: float
    memory: float
    server_memory: float
    looks: int
    series: str = "replay"

    def say(self) -> str:
        over = "" if self.whole >= self.ingest else "  UNDER THE AIM OF 1"
        server = f" and {self.server_memory:,.0f} of its server processes" if self.server_memory else ""
        return (
            f"{self.database}, replay of {self.events:,} events ({self.entries:,} entries): {self.whole:,.0f} events/s "
            f"with comparison and switch, {self.whole / self.ingest:.2f} of ingest's {self.ingest:,.0f}{over}; "
            f"counting alone {self.counting:,.0f}\n  {self.memory:,.0f} MiB at most{server}; {self.looks:,} looks at "
            "the board over HTTP meanwhile, all with the same numbers"
        )


def replay(db: Database, url: str, ingest: float) -> Replay:
    """`ingest` is the rate to compare with, in events a second."""
    with db.read() as conn:
        entries = conn.scalar(select(func.count()).select_from(Entry)) or 0
        live = conn.scalar(select(Generation.id).where(Generation.state == "live"))
    with db.write() as conn:
        token = tokens.add(conn, "looks", ["boards:read"]).token
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory() as folder, kit.up(url) as ([address], _):
        before, events = _rows(address, token), kit.head(db)
        assert before
        environ = {**os.environ, "RENOWN_DATABASE_URL": _named(url), "RENOWN_DATA": folder, "RENOWN_SECRET_KEY": KEY}
        begun, counted, memory, backends, looks = time.perf_counter(), 0.0, 0.0, 0.0, 0
        process = subprocess.Popen(
            [sys.executable, "-m", "renown.cli", "replay"], env=environ, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                memory, backends = max(memory, _peak(process.pid)), max(backends, _backends(db))
                if not counted and kit.replayed(db) >= events:
                    counted = time.perf_counter() - begun
                assert _rows(address, token) == before, "the board changed"
                looks += 1
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK)
            whole = time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(60)
        said.seek(0)
        assert process.returncode == 0, said.read().decode()
        assert _rows(address, token) == before, "the board changed with the switch"
    with db.read() as conn:
        assert conn.scalar(select(Generation.id).where(Generation.state == "live")) != live
    counting = events / (counted or whole)
    return Replay(db.dialect, events, entries, events / whole, counting, ingest, memory, backends, looks)


def _rows(address: str, token: str) -> list[dict[str, Any]]:
    request = Request(address + BOARD, headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=60) as answer:
        rows: list[dict[str, Any]] = msgspec.json.decode(answer.read())["rows"]
    return rows


def _named(url: str) -> str:
    if url.startswith("sqlite"):
        return url
    return make_url(url).update_query_dict({"application_name": "replay"}).render_as_string(hide_password=False)


def _peak(pid: int) -> float:
    """MiB that the process had at most since it began; what Linux says with its exit has our own in it, too."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    with suppress(psutil.NoSuchProcess):
        return float(psutil.Process(pid).memory_info().rss / MIB)
    return 0.0


def _backends(db: Database) -> float:
    """MiB that the server's processes for the replay have for themselves alone; 0 on SQLite."""
    if db.is_sqlite:
        return 0.0
    with db.read() as conn:
        pids = conn.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'replay'").scalars()
        found = 0.0
        for pid in pids:
            with suppress(psutil.NoSuchProcess):
                used = psutil.Process(pid).memory_info()
                found += (used.rss - getattr(used, "shared", 0)) / MIB
    return found
