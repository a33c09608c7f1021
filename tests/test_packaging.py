"""The wheel holds everything, and works where nothing else is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.wheels import HOUSE, run

PACKAGES = {
    "renown": "core",
    "renown_migrations": "migrations",
    "renown_activity": "plugins/activity",
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
