"""Kudos, installed as a third party would: from its wheel, beside Renown's, where there is nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hooks.conftest import KUDOS
from tests.wheels import run


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "RENOWN_URL": "", "PYTHONPATH": ""}


def plugins(apart: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Its exit status may be 1: that is part of what it says."""
    line = [apart / "renown", "plugins", *arguments]
    return subprocess.run(line, capture_output=True, text=True, env={"PATH": "/bin", **environ}, timeout=60)


def state(apart: Path, environ: dict[str, str]) -> str:
    listed = json.loads(plugins(apart, environ, "list", "--json").stdout)
    return next(str(one["state"]) for one in listed if one["name"] == "kudos")


@pytest.fixture
def other_process(apart: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that has long been running, and tells on request which plugins are on."""
    script = (
        "import sys\n"
        "from renown.app import build\n"
        "from renown.settings import Settings\n"
        "renown = build(Settings.from_environment())\n"
        "print('running', flush=True)\n"
        "for _ in sys.stdin:\n"
        "    renown.plugins.refresh(now=True)\n"
        "    print('kudos' in renown.plugins.enabled, flush=True)\n"
    )
    line = [apart / "python", "-c", script]
    env = {"PATH": "/bin", **environ}
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "running\n"  # before anything is switched
        yield process
        process.stdin.close()


def test_its_wheel_holds_code_templates_migrations_types_and_licence(kudos: Path) -> None:
    held = set(zipfile.ZipFile(kudos).namelist())
    wanted = {
        path.relative_to(KUDOS).as_posix()
        for path in (KUDOS / "renown_kudos").rglob("*")
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


@pytest.mark.slow
def test_its_types_hold_against_the_wheel(apart: Path, tmp_path: Path) -> None:
    mypy = (sys.executable, "-m", "mypy", "--python-executable", apart / "python", "--cache-dir", tmp_path)
    run(*mypy, cwd=KUDOS)


def test_without_its_tables_it_says_what_to_run(apart: Path, environ: dict[str, str]) -> None:
    assert state(apart, environ) == "disabled"
    run(apart / "renown", "db", "upgrade", "--plugin", "core", environ=environ)
    refused = plugins(apart, environ, "enable", "kudos")
    assert refused.returncode == 1
    assert "renown db upgrade --plugin kudos" in refused.stdout
    assert state(apart, environ) == "needs-upgrade"


def test_a_running_process_sees_the_switch_and_a_purge_takes_its_tables(
    apart: Path, clean: Path, environ: dict[str, str], request: pytest.FixtureRequest
) -> None:
    run(apart / "renown", "db", "upgrade", "--plugin", "core", environ=environ)
    process: subprocess.Popen[str] = request.getfixturevalue("other_process")
    assert process.stdin
    assert process.stdout
    # The second from where its code is gone.
    for bin, act, told in (
        (apart, ("enable", "kudos", "--upgrade"), "True\n"),
        (clean, ("disable", "kudos"), "False\n"),
    ):
        run(bin / "renown", "plugins", *act, environ=environ)
        process.stdin.write("?\n")
        process.stdin.flush()
        assert process.stdout.readline() == told
    told = run(clean / "renown", "plugins", "purge", "kudos", "--yes", environ=environ)
    assert all(table in told for table in ("kudos_thanks", "kudos_giver"))
    again = plugins(clean, environ, "purge", "kudos", "--yes")
    assert (again.returncode, "there is nothing of a plugin kudos" in again.stderr) == (1, True)
