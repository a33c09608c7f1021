"""Imports: stopped and started again they end the same, and the readers of the log are up to date at the end."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from renown.db.engine import Database
from renown.events import consume, log
from renown.sources import importing, registry
from renown.sources.importing import CannotImport
from tests.events.kit import message
from tests.sources.kit import reception


class Stopping:
    """Progress that somebody stops after so many records."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.done = 0
        self.total: int | None = None

    def advance(self, by: int = 1, total: int | None = None) -> None:
        self.done, self.total = self.done + by, total
        if self.most is not None and self.done >= self.most:
            raise KeyboardInterrupt


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.jsonl"
    records = [message(f"m{number}", f"U{number % 5}", source="post:acme") for number in range(25)]
    lines = [msgspec.json.encode(record) for record in records] + [b'"skip"', msgspec.json.encode(records[3])]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)


def test_an_export_is_read_once(db: Database, export: Path) -> None:
    desk, progress = reception(db), Stopping()
    counts = importing.run(desk, "post", export, "post:acme", progress)
    assert counts.figures() == {"accepted": 25, "duplicates": 1, "rejected": 0, "skipped": 1, "quarantined": 0}
    assert (progress.done, progress.total) == (27, 27)
    again = importing.run(desk, "post", export, "post:acme")
    assert (again.accepted, again.duplicates) == (0, 26)
    with db.read() as conn:
        row = registry.by_name(conn, "post:acme")
        assert row is not None
        assert (row.network, row.affiliation, row.vouches) == ("post", "employee", True)


def test_stopped_and_started_again_it_ends_the_same(db: Database, export: Path) -> None:
    desk = reception(db)
    with pytest.raises(KeyboardInterrupt):
        importing.run(desk, "post", export, "post:acme", Stopping(10))
    with db.read() as conn:
        assert log.head(conn) == 10
    counts = importing.run(desk, "post", export, "post:acme")
    assert (counts.accepted, counts.duplicates) == (15, 11)


def test_readers_are_up_to_date_at_the_end_even_of_one_that_was_stopped(db: Database, export: Path) -> None:
    desk = reception(db)
    with db.write() as conn:
        consume.ensure(conn, "score:test:1", consume.SCORE, "test", 1)

    def catch_up() -> bool:
        return consume.step(db, "score:test:1", lambda conn, row, events: None, limit=3)

    with pytest.raises(KeyboardInterrupt):
        importing.run(desk, "post", export, "post:acme", Stopping(20), catch_up=catch_up)
    with db.read() as conn:
        assert (log.head(conn), consume.lag(conn)) == (20, 0)
    importing.run(desk, "post", export, "post:acme", catch_up=catch_up)
    with db.read() as conn:
        assert (log.head(conn), consume.lag(conn)) == (25, 0)


def test_it_gives_way_to_readers_that_are_behind(db: Database, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LAG", 5)
    monkeypatch.setattr(importing, "BATCH_WHILE_BEHIND", 2)
    desk, lags = reception(db), []
    with db.write() as conn:
        consume.ensure(conn, "score:test:1", consume.SCORE, "test", 1)

    def catch_up() -> bool:
        with db.read() as conn:
            lags.append(consume.lag(conn))
        return consume.step(db, "score:test:1", lambda conn, row, events: None, limit=4)

    importing.run(desk, "post", export, "post:acme", catch_up=catch_up)
    assert max(lags) <= 5 + 10


def test_a_file_of_cloudevents_goes_under_the_sources_it_names(db: Database, export: Path) -> None:
    lines = export.read_bytes().splitlines()
    other = msgspec.json.encode(message("m1", source="tool:b"))
    export.write_bytes(b"\n".join([*lines, b"", other]))
    desk = reception(db)
    counts = importing.run(desk, "events", export)
    assert (counts.accepted, counts.duplicates, counts.rejected) == (26, 1, 1)
    assert counts.details[0].index == 25
    with db.read() as conn:
        assert [row.name for row in registry.listed(conn)] == ["post:acme", "tool:b"]
    bound = importing.run(desk, "events", export, "tool:b")
    assert (bound.accepted, bound.duplicates, bound.rejected) == (0, 1, 27)


def test_what_cannot_be_imported_says_why(db: Database, export: Path, tmp_path: Path) -> None:
    desk = reception(db)
    for network, path, name, said in [
        ("fax", export, "fax:1", "there are events, post"),
        ("post", tmp_path / "nothing", "post:acme", "no such file"),
        ("post", export, None, "--source"),
    ]:
        with pytest.raises(CannotImport, match=said):
            importing.run(desk, network, path, name)
    importing.run(desk, "events", export)
    with pytest.raises(CannotImport, match="connected to cloudevents"):
        importing.run(desk, "post", export, "post:acme")
