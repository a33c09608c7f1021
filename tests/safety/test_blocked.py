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
from renown.db.engine import Database
from renown_migrations import is_empty
from tests.safety.made import MANIFEST, TRACE, installed
from tests.serving import answering, fetch

RENOWN = (sys.executable, "-m", "renown.cli")
#: Hangs until nothing comes in any more, then takes the process along.
EXITS = TRACE + "\nimport os, sys\nsys.stdin.read()\nos._exit(99)\n"
ASKS = """
from renown.api import Permission, Plugin

plugin = Plugin("{name}", "{name}", "Made for a test.", permissions=(Permission("{name}.look", "Look at all"),))
"""

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


def test_a_database_is_not_begun_in_safe_mode(tmp_path: Path) -> None:
    """It would have the core's tables alone."""
    file = tmp_path / "new.sqlite3"
    environ = {"RENOWN_DATABASE_URL": f"sqlite:///{file}", "RENOWN_DATA": str(tmp_path)}
    for line in (("serve", "--safe"), ("--safe", "db", "upgrade")):
        told = CliRunner().invoke(main, line, env=environ)
        assert told.exit_code == 1
        assert "safe mode would make the core's tables alone: start once without it" in told.output
    db = Database(environ["RENOWN_DATABASE_URL"])
    with db.read() as conn:
        assert is_empty(conn)
    db.close()


def test_what_a_plugin_asks_for_is_said_without_a_terminal_too(renown: Renown, folder: Path) -> None:
    installed(folder, "odd", ASKS)
    told = renown("plugins", "enable", "odd")
    assert "It asks for odd.look: Look at all, for member and above." in told.stderr
    assert told.stdout == "odd is enabled: switched on.\n"


def test_a_name_of_ours_that_another_takes_stays_ours(renown: Renown, folder: Path) -> None:
    """A slip of pip stops nothing that counts; it is said."""
    trace = installed(folder, "activity", TRACE + MANIFEST)
    said = "activity: made-activity brings a plugin of this name, too, which is left out"
    assert states(renown("plugins", "list", "--json").stdout)["activity"] == "enabled"
    assert said in renown("plugins", "list").stdout
    assert finding(renown("doctor", "--json"))["state"] == "warning"
    assert said in finding(renown("doctor", "--json"))["text"]
    assert not trace.exists()


def test_doctor_names_what_is_blocked_though_it_is_on_and_what_nobody_has(renown: Renown) -> None:
    told = finding(renown("doctor", "--json", RENOWN_BLOCKED_PLUGINS="activity,typo"))
    assert told["state"] == "warning"
    assert "activity is blocked: blocked by RENOWN_BLOCKED_PLUGINS" in told["text"]
    assert "RENOWN_BLOCKED_PLUGINS names no installed plugin by typo" in told["text"]
    assert "safe mode" in finding(renown("--safe", "doctor", "--json"))["text"]


def finding(told: Result) -> dict[str, str]:
    """What doctor says of plugins."""
    (one,) = [one for one in json.loads(told.stdout) if one["check"] == "plugins"]
    return dict(one)


def test_a_plugin_that_ends_every_process_is_got_past(database_url: str, folder: Path, tmp_path: Path) -> None:
    """It is told which it is, the server starts in safe mode, and so does a worker."""
    trace = installed(folder, "odd", EXITS)
    environ = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path), "PYTHONPATH": str(folder)}
    environ["RENOWN_BLOCKED_PLUGINS"] = "typo"
    waits = database_url.startswith("sqlite")
    with subprocess.Popen(
        [*RENOWN, "doctor"], env={**os.environ, **environ}, text=True, stderr=subprocess.PIPE,
        stdin=subprocess.PIPE if waits else subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    ) as hanging:  # fmt: skip
        assert hanging.stderr is not None
        if waits:
            assert any("Importing the plugin odd takes long" in line for line in iter(hanging.stderr.readline, ""))
        hanging.communicate(timeout=120)
    assert (hanging.returncode, trace.exists()) == (99, True), "else this shows nothing"
    trace.unlink()
    with answering([*RENOWN, "serve", "--safe", "--port", "0"], environ) as (address, lines):
        assert lines[0].startswith("Safe mode: no plugin is loaded.")
        assert "The import of odd began and did not end: RENOWN_BLOCKED_PLUGINS=odd" in lines[1]
        assert "RENOWN_BLOCKED_PLUGINS names no installed plugin by typo" in lines[2]
        assert b"ready" in fetch(f"{address}/readyz")
        with answering([*RENOWN, "worker", "--safe"], environ, says="(Safe mode)"):
            pass
    assert not trace.exists()
