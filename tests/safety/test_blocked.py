"""What is blocked is not even imported, and in safe mode nothing is: the import itself may be what does harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renown.cli import main
from tests.safety.made import MANIFEST, TRACE, installed
from tests.serving import answering, fetch

RENOWN = (sys.executable, "-m", "renown.cli")
EXITS = TRACE + "\nimport os\nos._exit(99)\n"

Renown = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """On the path; what is in it is installed."""
    made = tmp_path / "plugins"
    made.mkdir()
    monkeypatch.syspath_prepend(str(made))
    return made


@pytest.fixture
def renown(database_url: str, tmp_path: Path) -> Iterator[Renown]:
    environ = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path)}

    def run(*line: str, **more: str) -> Result:
        sys.modules.pop("made_odd", None)
        return CliRunner().invoke(main, line, env={**environ, **more})

    yield run
    sys.modules.pop("made_odd", None)


def states(told: str) -> dict[str, str]:
    return {one["name"]: one["state"] for one in json.loads(told)}


def test_a_blocked_plugin_leaves_no_trace(renown: Renown, folder: Path) -> None:
    """Nor is it imported for a command of its own that needs nothing of Renown."""
    trace = installed(folder, "odd", TRACE + MANIFEST, commands={"look": "made_odd:plugin"})
    assert states(renown("plugins", "list", "--json").stdout)["odd"] == "disabled"
    assert trace.exists(), "else this shows nothing"
    trace.unlink()
    blocked = {"RENOWN_BLOCKED_PLUGINS": "odd"}
    found = states(renown("plugins", "list", "--json", **blocked).stdout)
    assert (found["odd"], found["activity"]) == ("blocked", "enabled")
    assert "odd is blocked" in renown("odd", "look", **blocked).output
    assert "odd is blocked" in renown("plugins", "enable", "odd", **blocked).output
    assert not trace.exists()


@pytest.mark.parametrize("way", ["--safe", "RENOWN_SAFE"])
def test_in_safe_mode_no_plugin_leaves_a_trace(renown: Renown, folder: Path, way: str) -> None:
    trace = installed(folder, "odd", TRACE + MANIFEST, commands={"look": "made_odd:plugin"})
    line, more = (("--safe",), {}) if way == "--safe" else ((), {way: "1"})
    told = renown(*line, "plugins", "list", "--json", **more)
    assert set(states(told.stdout).values()) == {"blocked"}
    assert "started in safe mode" in told.stdout
    assert "odd is blocked" in renown(*line, "odd", "look", **more).output
    assert renown(*line, "doctor", **more).exit_code == 0
    assert renown(*line, "db", "upgrade", **more).output.startswith("Up to date: core ")
    assert not trace.exists()


def test_a_plugin_that_ends_every_process_is_got_past(database_url: str, folder: Path, tmp_path: Path) -> None:
    """It is switched off in safe mode, the server starts, and so does a worker."""
    trace = installed(folder, "odd", EXITS)
    environ = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path), "PYTHONPATH": str(folder)}
    ended = subprocess.run([*RENOWN, "doctor"], env={**os.environ, **environ}, capture_output=True, timeout=120)
    assert (ended.returncode, trace.exists()) == (99, True), "else this shows nothing"
    trace.unlink()
    with answering([*RENOWN, "serve", "--safe", "--port", "0"], environ) as (address, lines):
        assert lines[0].startswith("Safe mode: no plugin is loaded.")
        assert b"ready" in fetch(f"{address}/readyz")
        with answering([*RENOWN, "worker", "--safe"], environ, says="(Safe mode)"):
            pass
    assert not trace.exists()
