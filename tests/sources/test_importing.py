"""Imports: stopped and started again they end the same, and the readers of the log are up to date at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from renown.db.engine import Database
from renown.events import consume, log
from renown.events.types import CloudEvent
from renown.jobs import runs
from renown.jobs.models import Run
from renown.sources import importing, registry
from renown.sources.connector import BadPayload, Skipped, SourceInfo
from renown.sources.importing import CannotImport
from renown.sources.models import Reject
from tests.events.kit import message
from tests.sources.kit import Post, reception


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
    monkeypatch.setattr(importing, "BATCH_WHILE_BEHIND", 10)


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


class Breaking(Post):
    """An export that cannot be read any further after so many records."""

    def __init__(self, good: int) -> None:
        self.good = good

    def size(self, path: Path) -> int | None:
        return None

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        yield from islice(super().backfill(path, source), self.good)
        raise BadPayload("page 3 is torn")


def test_a_file_that_cannot_be_read_connects_no_source(db: Database, export: Path) -> None:
    with pytest.raises(BadPayload, match=r"^export\.jsonl: page 3 is torn$"):
        importing.run(reception(db, connectors=[Breaking(0)]), "post", export, "post:acme")
    with db.read() as conn:
        assert registry.by_name(conn, "post:acme") is None


def test_what_was_read_before_a_file_broke_is_taken(db: Database, export: Path) -> None:
    with pytest.raises(BadPayload, match=r"torn \(13 events before that were taken\)"):
        importing.run(reception(db, connectors=[Breaking(13)]), "post", export, "post:acme")
    with db.read() as conn:
        assert log.head(conn) == 13


def test_a_file_of_which_no_line_is_an_event_is_none(db: Database, export: Path) -> None:
    good = export.read_bytes()
    export.write_bytes(b"PNG\n{\n[1]\n")
    with pytest.raises(BadPayload, match=r"export\.jsonl is no file of CloudEvents, one a line: the first line is not"):
        importing.run(reception(db), "events", export)
    with db.read() as conn:
        assert (conn.scalar(select(func.count()).select_from(Reject)), registry.listed(conn)) == (0, [])
    export.write_bytes(b"PNG\n{\n" + good)
    counts = importing.run(reception(db), "events", export)
    assert (counts.accepted, counts.rejected) == (25, 3)
    assert counts.reasons.total() == 3


def test_reasons_add_up_over_batches(db: Database, export: Path) -> None:
    late = message("late", source="post:acme", minute=10**8)
    lines = [b'"skip"', msgspec.json.encode(late)] * 12
    export.write_bytes(b"\n".join(lines + export.read_bytes().splitlines()))
    counts = importing.run(reception(db), "post", export, "post:acme")
    assert counts.reasons == {"no event": 13, "time: is more than 24 hours in the future": 12}
    assert counts.reasons.total() == counts.rejected + counts.skipped


class Exiting(Post):
    """Its reader ends the process after so many records."""

    after = 0

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        yield from islice(super().backfill(path, source), self.after)
        raise SystemExit(0)


@pytest.mark.parametrize("after", [0, 15])
def test_a_reader_that_exits_ends_its_import_in_words_and_nothing_else(db: Database, export: Path, after: int) -> None:
    """A command would end as if all were well, and a worker would begin again and again."""
    connector = Exiting()
    connector.after = after
    desk = reception(db, connectors=[connector])
    with pytest.raises(BadPayload, match=r"^export\.jsonl: its reader exited instead of reading it"):
        importing.run(desk, "post", export, "post:acme")
    with db.read() as conn:
        assert log.head(conn) == after, "what was read before stays"
    works = {"import": importing.work(desk, lambda: False)}
    parameters = {"network": "post", "path": str(export), "source": "post:acme"}
    with db.write() as conn:
        number = runs.start(conn, "import", "An export", parameters)
    assert runs.drain(db, works)
    assert not runs.drain(db, works)
    with db.read() as conn:
        row = conn.execute(select(Run.state, Run.error).where(Run.id == number)).one()
    assert row.state == "failed"
    assert "exited instead of reading it (SystemExit: 0)" in row.error
    assert export.exists(), "to be tried again"
