"""The wheel holds everything, and works where nothing else is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.ideation.counting.kit import Poll
from tests.serving import answering, fetch
from tests.wheels import HOUSE, run

PACKAGES = {
    "renown": "core",
    "renown_migrations": "migrations",
    "renown_activity": "plugins/activity",
    "renown_influence": "plugins/influence",
    "renown_ideation": "plugins/ideation",
    "renown_oidc": "plugins/oidc",
    "renown_slack": "plugins/slack",
    "renown_github": "plugins/github",
}


def test_the_wheel_holds_code_templates_static_files_and_migrations(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(HOUSE / folder).as_posix()
        for package, folder in PACKAGES.items()
        for path in (HOUSE / folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == set(PACKAGES)


def test_the_wheel_works_on_its_own(clean: Path, tmp_path: Path) -> None:
    environ = {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "PYTHONPATH": ""}
    assert json.loads(run(clean / "renown", "db", "upgrade", "--json", environ=environ))[0]["behind"] is False
    plugins = json.loads(run(clean / "renown", "plugins", "list", "--json", environ=environ))
    assert {one["name"] for one in plugins} >= {"activity", "slack", "github"}


def test_the_wheel_counts_a_tally_where_there_is_nothing_else(clean: Path, tmp_path: Path) -> None:
    file = tmp_path / "tally.jsonl"
    file.write_bytes(b"".join(Poll.of(("approve", "equal-shares"), [{1: 1}, {2: 1}]).lines()))
    environ = {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "PYTHONPATH": ""}
    said = run(clean / "renown", "ideation", "verify", file, environ=environ)
    assert said.splitlines()[-1] == "The tally is what the file's ballots give."
    assert not (tmp_path / "data").exists()


def test_the_wheel_serves_and_imports(clean: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.zip"
    with zipfile.ZipFile(export, "w") as archive:
        archive.writestr("users.json", json.dumps([{"id": "U1", "name": "ana", "profile": {"real_name": "Ana"}}]))
        archive.writestr("channels.json", json.dumps([{"id": "C1", "name": "general"}]))
        said = {"type": "message", "user": "U1", "text": "one two three four five six", "ts": "1717408800.0001"}
        archive.writestr("general/2024-06-03.json", json.dumps([said]))
    environ = {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "PYTHONPATH": ""}
    run(clean / "renown", "db", "upgrade", environ=environ)
    counts = json.loads(
        run(clean / "renown", "import", "slack", export, "--source", "slack:acme", "--json", environ=environ)
    )
    assert counts["accepted"] == 1
    board = json.loads(run(clean / "renown", "boards", "activity.points", "--period", "all", "--json", environ=environ))
    assert [row["name"] for row in board["rows"]] == ["Ana"]
    with answering([clean / "renown", "serve", "--port", "0"], environ) as (address, _):
        assert b"Set up Renown" in fetch(f"{address}/setup")
        assert fetch(f"{address}/healthz").strip() == b"ok"
