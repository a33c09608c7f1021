"""Customer care in a wheel of its own, as a third party publishes it: built, installed, run with its own tests."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests import wheels
from tests.wheels import HOUSE, run

EXAMPLE = HOUSE / "examples" / "care"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.once(tmp_path_factory, "care", lambda folder: wheels.build(EXAMPLE, folder))


@pytest.fixture(scope="module")
def apart(wheel: Path, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with Renown's wheel, the plugin's, and what its tests need."""

    def make(folder: Path) -> Path:
        return wheels.environment(folder / "venv", wheel, f"{built}[test]")

    return wheels.once(tmp_path_factory, "apart-care", make)


def test_its_wheel_holds_all_of_it_and_nothing_else(built: Path) -> None:
    held = set(zipfile.ZipFile(built).namelist())
    wanted = {
        path.relative_to(EXAMPLE).as_posix()
        for path in (EXAMPLE / "renown_care").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in held if ".dist-info/" not in name} == wanted
    assert any(name.endswith("/licenses/LICENSE") for name in held)


@pytest.mark.slow
def test_it_is_enabled_and_passes_its_own_checks(apart: Path, tmp_path: Path) -> None:
    environ = {
        "RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "RENOWN_URL": "", "PYTHONPATH": "",
    }  # fmt: skip
    run(apart / "renown", "db", "upgrade", "--plugin", "core", environ=environ)
    run(apart / "renown", "plugins", "enable", "care", "--upgrade", environ=environ)
    listed = json.loads(run(apart / "renown", "plugins", "list", "--json", environ=environ))
    assert [one["state"] for one in listed if one["name"] == "care"] == ["enabled"]
    told = run(apart / "python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", EXAMPLE / "tests")
    assert " passed" in told
    assert "no PostgreSQL" not in told
    run(apart / "mypy", "--config-file", EXAMPLE / "pyproject.toml")
