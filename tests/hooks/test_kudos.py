"""Kudos, installed as a third party would: from its wheel, beside Renown's, where there is nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests import wheels
from tests.wheels import HOUSE, run

KUDOS = HOUSE / "examples" / "kudos"
PACKAGE = KUDOS / "renown_kudos"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.once(tmp_path_factory, "kudos-wheel", lambda folder: wheels.build(KUDOS, folder))


@pytest.fixture(scope="module")
def apart(wheel: Path, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with two wheels: Renown's and the plugin's."""

    def make(folder: Path) -> Path:
        return wheels.environment(folder / "venv", wheel, built, "pytest")

    return wheels.once(tmp_path_factory, "kudos", make)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "RENOWN_URL": "", "PYTHONPATH": ""}


def test_its_wheel_holds_code_templates_migrations_types_and_licence(built: Path) -> None:
    held = set(zipfile.ZipFile(built).namelist())
    wanted = {
        path.relative_to(KUDOS).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"renown_kudos"}
    assert any(name.endswith("/licenses/LICENSE") for name in held)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_its_own_tests_pass_on_both_databases(
    apart: Path, environ: dict[str, str], postgres: str, dialect: str
) -> None:
    told = run(
        *(apart / "python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-k", dialect, KUDOS / "tests"),
        environ={**environ, "RENOWN_TEST_DATABASE_URL": postgres},
    )
    assert " passed" in told
    assert "no PostgreSQL" not in told


def test_it_is_installed_enabled_and_purged_by_commands(apart: Path, clean: Path, environ: dict[str, str]) -> None:
    run(apart / "renown", "db", "upgrade", environ=environ)
    assert "kudos" in run(apart / "renown", "plugins", "enable", "kudos", environ=environ)
    told = run(clean / "renown", "plugins", "purge", "kudos", "--yes", environ=environ)
    assert all(table in told for table in ("kudos_thanks", "kudos_giver", "kudos_moved"))
    assert "There are no tables" in run(clean / "renown", "plugins", "purge", "kudos", "--yes", environ=environ)
