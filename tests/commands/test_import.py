"""`renown import`: what a file gave, why the rest was left, and files that are none."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from renown import audit
from renown.db.engine import Database
from renown.sources import notes, registry
from tests.commands.conftest import Run
from tests.events.kit import message
from tests.web.test_sources import export

KEYS = {"accepted", "duplicates", "rejected", "skipped"}


def reasons(told: str) -> list[tuple[str, int]]:
    """Lines of a number and a reason, in their order."""
    lines = [line.split(maxsplit=1) for line in told.splitlines()]
    return [(line[1], int(line[0])) for line in lines if len(line) == 2 and line[0].isdigit()]


def names(db: Database) -> list[str]:
    with db.read() as conn:
        return [row.name for row in registry.listed(conn)]


def act(kind: str = "WatchEvent", number: int = 1) -> str:
    actor, repo = {"id": 5, "login": "ben"}, {"id": 7, "name": "acme/app"}
    at = f"2024-05-06T07:{number:02}:00Z"
    record = {"id": "1", "type": kind, "actor": actor, "repo": repo, "payload": {"action": "started"}}
    return json.dumps({**record, "public": True, "created_at": at})


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".json", text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("network", "data", "told"),
    [
        ("slack", b"hello", "file.x is not a zip archive"),
        ("slack", zipped(notes="[]"), "file.x: users.json is missing"),
        ("slack", zipped(users="{"), "file.x: users.json is not JSON"),
        ("github-archive", b"hello\nyou\n", "file.x is no file of GH Archive's: line 1 is not JSON"),
        ("github-archive", b"\x1f\x8bhello", "file.x cannot be read"),
        ("github-archive", b'{"type": "collab.create.v1"}\n', "is no file of GH Archive's: line 1.actor is missing"),
        ("github-archive", b"", "file.x is no file of GH Archive's: it is empty"),
        ("events", b"hello\n", "file.x is no file of CloudEvents, one a line: the first line is not valid JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_export_is_named_and_connects_nothing(
    run: Run, db: Database, tmp_path: Path, network: str, data: bytes, told: str
) -> None:
    file = tmp_path / "file.x"
    file.write_bytes(data)
    refused = run("import", network, file, "--source", "net:acme", "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr
    assert names(db) == []


def test_good_lines_of_a_partly_bad_file_come_in_and_the_rest_is_told_by_reason(
    run: Run, db: Database, tmp_path: Path
) -> None:
    file = tmp_path / "hour.json"
    bad = ["{", "[]", act("ForkEvent"), act("ForkEvent"), act("ForkEvent")]
    file.write_text("\n".join([bad[0], act(number=1), *bad[1:], act(number=2)]))
    told = run("import", "github-archive", file, "--source", "github:acme", "--json")
    figures = json.loads(told.stdout)
    assert told.exit_code == 0
    assert figures.keys() == KEYS
    assert figures == {"accepted": 2, "duplicates": 0, "rejected": 0, "skipped": 5}
    left = [("A kind of event that Renown does not read", 3), ("The record cannot be read", 2)]
    assert reasons(told.stderr) == left
    with db.read() as conn:
        row = registry.by_name(conn, "github:acme")
        assert row is not None
        assert {one.reason: one.count for one in notes.grouped(conn, row.id)} == dict(left)
        acts = [(line.action, line.target, line.details) for line in audit.lines(conn)]
    done = {"network": "github-archive", "file": "hour.json", **figures}
    assert acts == [("source.import", f"source:{row.id}", done), ("source.added", f"source:{row.id}", None)]
    again = run("import", "github-archive", file, "--source", "github:acme").stdout.splitlines()
    assert again == [
        "0 accepted, 2 there already, 0 rejected, 5 skipped.",
        "        3  A kind of event that Renown does not read",
        "        2  The record cannot be read",
    ]


def test_a_day_of_slacks_that_cannot_be_read_leaves_the_others(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(export().getvalue())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("general/2024-06-02.json", "[{")
    told = run("import", "slack", file, "--source", "slack:acme", "--json")
    assert json.loads(told.stdout)["accepted"] == 1
    assert reasons(told.stderr) == [("The record cannot be read", 1)]


def test_events_of_which_some_are_refused_come_in_and_all_refused_is_no_success(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    good = msgspec.json.encode(message("m1", source="tool:a")).decode()
    wrong = good.replace("collab.create.v1", "collab.juggle.v1")
    file.write_text("\n".join(["{", wrong, wrong, good]))
    partly = run("import", "events", file, "--json")
    why = ("type: is not declared by any plugin", 2)
    figures = json.loads(partly.stdout)
    assert (partly.exit_code, figures["accepted"], figures["rejected"]) == (0, 1, 3)
    assert [number for _, number in reasons(partly.stderr)] == [2, 1]
    assert why in reasons(partly.stderr)
    file.write_text("\n".join([wrong, wrong]))
    none = run("import", "events", file, "--json")
    assert (none.exit_code, reasons(none.stderr)) == (1, [why])
    assert "nothing of events.jsonl could be taken: all 2 were rejected" in none.stderr
