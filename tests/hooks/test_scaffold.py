"""`renown plugins new`: what it writes is whole, and passes what its own CI asks of it, as a third party would find."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from renown.cli import main
from tests import wheels
from tests.wheels import run

RUFF = (sys.executable, "-m", "ruff")


def new(name: str, folder: Path) -> Result:
    return CliRunner().invoke(main, ["plugins", "new", name, "--into", str(folder)])


@pytest.fixture(scope="module")
def praise(apart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new plugin's folder."""
    into = tmp_path_factory.mktemp("new")
    run(apart / "renown", "plugins", "new", "praise", "--into", into)
    return into / "renown-praise"


@pytest.mark.slow
def test_a_new_plugin_passes_ruff_and_mypy(apart: Path, praise: Path) -> None:
    run(*RUFF, "check", praise)
    run(*RUFF, "format", "--check", praise)
    told = run(sys.executable, "-m", "mypy", "--python-executable", apart / "python", cwd=praise)
    assert f"in {len(list(praise.rglob('*.py')))} source files" in told, "its tests, too"


@pytest.mark.slow
def test_a_new_plugin_is_installed_and_passes_its_tests(apart: Path, praise: Path, tmp_path: Path) -> None:
    beside = wheels.add_beside(apart, tmp_path / "installed", praise)
    # On a server of its own, as where nobody named one.
    environ = {"PYTHONPATH": str(beside), "RENOWN_TEST_DATABASE_URL": ""}
    told = run(
        apart / "python", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", praise, environ=environ, cwd=praise
    )
    assert " passed" in told
    assert "no PostgreSQL" not in told, "on both databases"


@pytest.mark.parametrize("name", ["ab", "abcdefghijklmnopqrstuvwxy"])
def test_it_is_formatted_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert new(name, tmp_path).exit_code == 0
    run(*RUFF, "check", tmp_path)
    run(*RUFF, "format", "--check", tmp_path)


def test_it_brings_all_that_a_repository_needs(tmp_path: Path) -> None:
    assert new("praise", tmp_path).exit_code == 0
    folder = tmp_path / "renown-praise"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files >= {".github/workflows/test.yml", ".gitignore", "LICENSE", "README.md", "pyproject.toml"}
    assert files >= {f"renown_praise/{name}" for name in ("migrations/0001_notes.py", "py.typed", "models.py")}
    assert not [path for path in folder.rglob("*") if path.is_file() and "$name" in path.read_text("utf-8")]
    said = re.findall(r'\b_\("([^"]+)"', (folder / "renown_praise/templates/praise/page.html").read_text("utf-8"))
    with (folder / "renown_praise/locale/de/LC_MESSAGES/praise.po").open("rb") as file:
        assert {message.id for message in read_po(file, abort_invalid=True) if message.string} - {""} == {*said}


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "renown-praise" / ".git").mkdir(parents=True)
    assert new("praise", tmp_path).exit_code == 0, "a new clone is filled"
    again = new("praise", tmp_path)
    assert (again.exit_code, "is there already" in again.output) == (1, True)


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = new("praise", tmp_path / "file" / "sub")
    assert (told.exit_code, "Not a directory" in told.output) == (1, True)


@pytest.mark.parametrize("name", ["slack", "migrations", "surveys"])
def test_a_name_that_is_somebody_elses_here_is_refused(tmp_path: Path, name: str) -> None:
    """Of a plugin, of a package, of a page."""
    refused = new(name, tmp_path)
    assert (refused.exit_code, f"'{name}' is taken" in refused.output) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["core", "Praise", "a", "with_underscore", "renown", "metrics", "ix"])
def test_a_name_that_no_plugin_may_have_is_refused(tmp_path: Path, name: str) -> None:
    refused = new(name, tmp_path)
    assert refused.exit_code == 2
    assert "reserved" in refused.output
    assert not list(tmp_path.iterdir())
