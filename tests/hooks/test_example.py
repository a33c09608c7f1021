"""A plugin in a wheel of its own, beside Renown's wheel in a clean environment: it runs on `renown.api` alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hooks.conftest import EXAMPLE
from tests.wheels import run


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "RENOWN_URL": "", "PYTHONPATH": ""}


def plugins(apart: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Its exit status may be 1: that is part of what it says."""
    line = [apart / "renown", "plugins", *arguments]
    return subprocess.run(line, capture_output=True, text=True, env={"PATH": "/bin", **environ}, timeout=60)


def state(apart: Path, environ: dict[str, str]) -> str:
    done = plugins(apart, environ, "list", "--json")
    [thanks] = [one for one in json.loads(done.stdout) if one["name"] == "thanks"]
    return str(thanks["state"])


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
        "    print('thanks' in renown.plugins.enabled, flush=True)\n"
    )
    line = [apart / "python", "-c", script]
    env = {"PATH": "/bin", **environ}
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "running\n"  # before anything is switched
        yield process
        process.stdin.close()


def test_without_its_tables_it_says_what_to_run(apart: Path, environ: dict[str, str]) -> None:
    assert state(apart, environ) == "disabled"
    run(apart / "renown", "db", "upgrade", "--plugin", "core", environ=environ)
    refused = plugins(apart, environ, "enable", "thanks")
    assert refused.returncode == 1
    assert "renown db upgrade --plugin thanks" in refused.stdout
    assert state(apart, environ) == "needs-upgrade"


def test_a_running_process_sees_the_switch(
    apart: Path, environ: dict[str, str], request: pytest.FixtureRequest
) -> None:
    run(apart / "renown", "db", "upgrade", "--plugin", "core", environ=environ)
    process: subprocess.Popen[str] = request.getfixturevalue("other_process")
    assert process.stdin
    assert process.stdout
    run(apart / "renown", "plugins", "enable", "thanks", "--upgrade", environ=environ)
    process.stdin.write("?\n")
    process.stdin.flush()
    assert process.stdout.readline() == "True\n"
    run(apart / "renown", "plugins", "disable", "thanks", environ=environ)
    process.stdin.write("?\n")
    process.stdin.flush()
    assert process.stdout.readline() == "False\n"


def test_it_scores_shows_its_panel_and_keeps_to_the_contract(apart: Path, tmp_path: Path) -> None:
    told = run(apart / "python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", EXAMPLE / "tests")
    assert " passed" in told
    assert "no PostgreSQL" not in told


def test_its_tables_go_when_its_code_is_gone(wheel: Path, apart: Path, clean: Path, environ: dict[str, str]) -> None:
    run(apart / "renown", "db", "upgrade", environ=environ)
    told = run(clean / "renown", "plugins", "purge", "thanks", "--yes", environ=environ)
    assert "thanks_card" in told
    assert "There are no tables" in run(clean / "renown", "plugins", "purge", "thanks", "--yes", environ=environ)
