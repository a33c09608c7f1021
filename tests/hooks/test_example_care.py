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


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "RENOWN_URL": "", "PYTHONPATH": ""}


@pytest.mark.slow
def test_it_is_enabled_and_keeps_to_its_own_checks(apart: Path, environ: dict[str, str]) -> None:
    run(apart / "renown", "db", "upgrade", environ=environ)
    run(apart / "renown", "plugins", "enable", "care", "--upgrade", environ=environ)
    listed = json.loads(run(apart / "renown", "plugins", "list", "--json", environ=environ))
    assert [one["state"] for one in listed if one["name"] == "care"] == ["enabled"]
    run(apart / "mypy", "--config-file", EXAMPLE / "pyproject.toml", environ=environ)
    run(apart / "ruff", "format", "--check", "--no-cache", EXAMPLE, environ=environ)
    assert not any("please adjust!" in path.read_text() for path in EXAMPLE.rglob("migrations/*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_its_own_tests_pass_on_both_databases(
    apart: Path, environ: dict[str, str], postgres: str, dialect: str
) -> None:
    tests = (apart / "python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", EXAMPLE / "tests")
    # What asks for no database is run with the first.
    chosen = "postgresql" if dialect == "postgresql" else "not postgresql"
    told = run(*tests, "-k", chosen, environ={**environ, "RENOWN_TEST_DATABASE_URL": postgres})
    assert " passed" in told
    assert "no PostgreSQL" not in told
