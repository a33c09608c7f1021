"""The wheel holds everything, and works where nothing else is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGES = {
    "renown": "core",
    "renown_migrations": "migrations",
    "renown_activity": "plugins/activity",
    "renown_slack": "plugins/slack",
    "renown_github": "plugins/github",
}


def run(*command: str | Path, environ: Mapping[str, str] | None = None) -> str:
    line = [str(part) for part in command]
    result = subprocess.run(line, capture_output=True, text=True, env={**os.environ, **(environ or {})}, timeout=300)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what the repository tracks, so that nothing left over from another build gets in."""
    copy, out = tmp_path_factory.mktemp("tree") / "renown", tmp_path_factory.mktemp("wheel")
    tracked = run("git", "-C", HOUSE, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, tracked):
        if (HOUSE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOUSE / name, copy / name)
    run(sys.executable, "-m", "build", "--wheel", "--installer", installer(), "--outdir", out, copy)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "-q", "--python", sys.executable, folder)
        run(uv, "pip", "install", "-q", "--python", folder / "bin" / "python", wheel)
    else:
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel)
    return folder / "bin"


def installer() -> str:
    return "uv" if shutil.which("uv") else "pip"


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
