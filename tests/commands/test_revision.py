"""`renown db revision`: the next migration of the core or of a plugin of one's own, or why there is none to write."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from renown.db.engine import Database
from renown_migrations import CORE, MigrationError, revision
from tests.commands.conftest import Run


def test_a_new_plugin_gets_its_tables(run: Run, database_url: str, tmp_path: Path) -> None:
    """In a process of its own: what is imported stays, and so would its tables."""
    assert run("plugins", "new", "badges", "--into", tmp_path).exit_code == 0
    folder = tmp_path / "renown-badges"
    package = folder / "renown_badges"
    info = folder / "badges-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: badges\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\nbadges = renown_badges.plugin\n")
    environ = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path / "data"), "PYTHONPATH": str(folder)}

    def ask(*words: str) -> tuple[int, str, str]:
        found = subprocess.run(
            [sys.executable, "-m", "renown.cli", "db", *words],
            env=environ, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        return found.returncode, found.stdout.strip(), found.stderr.strip()

    write = ("revision", "--plugin", "badges", "-m", "badges")
    shutil.rmtree(package / "migrations")
    status, written, _ = ask(*write)
    assert (status, Path(written).parent) == (0, package / "migrations")
    assert "badges_note" in Path(written).read_text()
    assert (package / "migrations" / "__init__.py").exists()
    assert ask(*write) == (1, "", "Error: badges: Target database is not up to date. Run `renown db upgrade` first.")
    assert ask("upgrade")[0] == 0
    assert ask(*write) == (1, "", "Error: badges: nothing to write, models and tables agree")
    assert ask("check", "--plugin", "badges")[:2] == (0, "badges: models and migrations agree")


def test_a_plugin_without_tables_gets_no_folder(db: Database, tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="nothing to write"):
        revision(db, "badges", tmp_path / "migrations", "x")
    assert not (tmp_path / "migrations").exists()


def test_who_has_no_tables_is_named_with_who_may(run: Run) -> None:
    refused = run("db", "revision", "--plugin", "nope", "-m", "x")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "no plugin 'nope' is installed; there are core, activity" in refused.stderr


def test_where_models_and_tables_agree_nothing_is_written(run: Run) -> None:
    before = sorted(CORE["core"].iterdir())
    refused = run("db", "revision", "-m", "x")
    assert (refused.exit_code, refused.stderr) == (1, "Error: core: nothing to write, models and tables agree\n")
    assert sorted(CORE["core"].iterdir()) == before


def test_an_installed_wheel_is_no_place_to_write_to(db: Database, tmp_path: Path) -> None:
    versions = tmp_path / "site-packages" / "renown_badges" / "migrations"
    with pytest.raises(MigrationError, match="install its source with `pip install -e`"):
        revision(db, "badges", versions, "x")
    assert not versions.exists()
