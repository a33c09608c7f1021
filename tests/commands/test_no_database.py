"""Commands where the database does not answer: one line that says so, and no traceback."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renown.cli import main

COMMANDS = (
    "serve --port 0", "worker", "demo --port 0", "import events none", "boards activity.points",
    "why a activity.points",
    "db status", "db upgrade", "db check", "db revision -m x", "plugins enable activity", "sources list", "tokens list",
    "people import none", "replay", "reconcile", "audit verify", "activity any",
)  # fmt: skip


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Result]:
    """Runs a command with a database at a port on which nobody listens, or at the address given."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (tmp_path / "none").touch()

    def call(command: str, url: str = f"postgresql://renown:hidden@127.0.0.1:{port}/renown") -> Result:
        environment = {"RENOWN_DATABASE_URL": url, "RENOWN_DATA": str(tmp_path / "data")}
        words = [str(tmp_path / "none") if word == "none" else word for word in command.split()]
        result = CliRunner().invoke(main, words, env=environment)
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    return call


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_that_the_database_does_not_answer(ask: Callable[..., Result], command: str) -> None:
    said = ask(command)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("Error: the database does not answer: ")
    assert said.stderr.count("\n") == 1
    assert "hidden" not in said.stderr


def test_doctor_says_so_among_what_else_it_finds(ask: Callable[..., Result]) -> None:
    said = ask("doctor --json")
    [tables] = [one for one in json.loads(said.stdout) if one["check"] == "tables"]
    assert (said.exit_code, tables["state"]) == (1, "bad")
    assert tables["text"].startswith("the database does not answer: ")
    assert tables["remedy"].startswith("start the database")


def test_plugins_are_listed_without_it(ask: Callable[..., Result]) -> None:
    said = ask("plugins list --json")
    assert said.exit_code == 0
    assert {one["name"] for one in json.loads(said.stdout)} >= {"activity", "github", "slack"}
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "is no address"),
        ("postgresql://u:hidden@host:port/x", "is no address"),
        ("mysql://u:hidden@h/x", "mysql is neither"),
    ],
)
def test_an_address_that_is_none_names_the_variable(ask: Callable[..., Result], url: str, told: str) -> None:
    said = ask("boards activity.points", url)
    assert (said.exit_code, said.stderr.count("\n")) == (1, 1)
    assert said.stderr.startswith("Error: RENOWN_DATABASE_URL: ")
    assert told in said.stderr
    assert "hidden" not in said.stderr
