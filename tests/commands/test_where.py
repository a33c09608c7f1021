"""Commands that read or import say which database, and make none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renown.cli import main
from renown.cli.common import where
from renown.settings import Settings
from tests.commands.conftest import Run


@pytest.mark.parametrize(
    "asked", ["import events none", "people import none", "boards activity.points", "why ana activity.points"]
)
def test_no_database_is_made_unasked(tmp_path: Path, asked: str) -> None:
    (tmp_path / "none").touch()
    words = [str(tmp_path / "none") if word == "none" else word for word in asked.split()]
    elsewhere = tmp_path / "renown-data"
    refused: Result = CliRunner().invoke(main, words, env={"RENOWN_DATA": str(elsewhere), "RENOWN_DATABASE_URL": ""})
    assert refused.exit_code == 1
    assert f"there is nothing yet in {elsewhere / 'renown.sqlite3'}" in refused.stderr
    assert "RENOWN_DATA" in refused.stderr
    assert not elsewhere.exists()


def test_the_database_is_named_beside_what_it_gave(run: Run, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "none").touch()
    for asked in (("import", "events", tmp_path / "none"), ("boards", "activity.points")):
        told = run(*asked)
        assert told.exit_code == 0
        assert "Database: " in told.stderr
        assert database_url.rsplit("/", 1)[1] in told.stderr
        assert "Database: " not in run(*asked, "--json").stderr


def test_a_database_is_named_without_its_password(tmp_path: Path) -> None:
    made = Settings(data=tmp_path, database_url="postgresql+psycopg://ana:hidden@db.acme.example/renown")
    assert where(made) == "postgresql://ana:***@db.acme.example/renown"
