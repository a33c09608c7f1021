"""Several processes on one log: two workers count while an import, which counts too, goes on beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select, text

from renown.db.engine import Database
from renown.events import consume, log
from renown.events.types import CloudEvent
from renown.ledger import generations
from renown.ledger.models import Entry
from tests.commands.conftest import Run
from tests.events.kit import event, message
from tests.serving import answering

RENOWN = (sys.executable, "-m", "renown.cli")
SOURCE = "tool:a"
ACCOUNTS, MESSAGES = 30, 1000


def history() -> Iterator[CloudEvent]:
    """Messages, each with a like by somebody else; every third like comes before its message, every fifth is undone."""
    for number in range(MESSAGES):
        key, author, giver = f"m{number}", f"U{number % ACCOUNTS}", f"U{(number + 1) % ACCOUNTS}"
        state = {"actor": giver, "statekey": f"{giver}:{key}", "thing": key, "source": SOURCE}
        said = message(key, author, minute=number * 20, source=SOURCE)
        liked = event(f"{key}:like", minute=number * 20 + 1, **state)
        yield from (liked, said) if number % 3 == 0 else (said, liked)
        if number % 5 == 0:
            yield event(f"{key}:unlike", activity="Undo", minute=number * 20 + 2, **state)


@pytest.mark.timeout(120)
def test_two_workers_beside_an_import_count_every_event_once(
    run: Run, db: Database, database_url: str, tmp_path: Path
) -> None:
    file, none = tmp_path / "events.jsonl", tmp_path / "none.jsonl"
    lines = [msgspec.json.encode(one) for one in history()]
    file.write_bytes(b"\n".join(lines))
    none.touch()
    assert run("import", "events", none).exit_code == 0, "a start, so that the workers find what they count for"
    environ = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path / "data")}
    with ExitStack() as both:
        printed = [both.enter_context(answering((*RENOWN, "worker"), environ, says="(Working)"))[1] for _ in range(2)]
        importing = both.enter_context(
            subprocess.Popen([*RENOWN, "import", "events", file, "--json"], stdout=subprocess.PIPE, env=environ)
        )
        told, _ = importing.communicate(timeout=90)
        assert json.loads(told) == {
            "accepted": len(lines), "duplicates": 0, "rejected": 0, "skipped": 0
        }  # fmt: skip
        while_they_work = run("reconcile", "--json")
        assert json.loads(while_they_work.stdout) == {"drift": []}
    assert [line for one in printed for line in one if "failed" in line] == []
    with db.read() as conn:
        assert (consume.lag(conn), conn.scalar(text("SELECT count(*) FROM core_day_total WHERE amount <> stood"))) == (
            0,
            0,
        )
        assert log.head(conn) >= len(lines)
        points = Entry.generation == generations.live(conn, "activity")
        paid = select(Entry.act_id, func.sum(Entry.raw)).where(points, Entry.reason.is_(None)).group_by(Entry.act_id)
        messages = [raw for _, raw in conn.execute(paid)]
        assert messages.count(1000) == MESSAGES
    replayed = json.loads(run("replay", "--dry-run", "--digest", "--json").stdout)
    same = {one["plugin"]: one["same"] for one in replayed["replays"]}
    assert "activity" in same
    assert all(same.values()), same
