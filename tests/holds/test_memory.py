"""A plugin that leaks: a worker that has grown too large makes way for a fresh one, and keeps what it did."""

from __future__ import annotations

from pathlib import Path

from renown.db.engine import Database
from renown.jobs import memory, presence
from tests.holds.processes import Started


def test_a_worker_that_has_grown_ends_by_itself(tmp_path: Path, sqlite_template: bytes) -> None:
    file = tmp_path / "renown.sqlite3"
    file.write_bytes(sqlite_template)
    url = f"sqlite:///{file}"
    environ = {"RENOWN_DATA": str(tmp_path), "RENOWN_DATABASE_URL": url, "RENOWN_WORKER_MAX_MEMORY": "1"}
    worker = Started(environ, "worker", says="(Working)")
    assert worker.ended(120) == memory.STATUS
    assert "more memory than 1 MiB" in worker.lines[-1]
    db = Database(url)
    with db.read() as conn:
        assert presence.alive(conn) == 0, "it took itself off the list, so its jobs are free"
    db.close()


def test_memory_is_told() -> None:
    assert memory.is_over(1) == (memory.held() is not None)
    assert not memory.is_over(None)
    assert not memory.is_over(1 << 60)
