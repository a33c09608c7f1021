"""`renown db backup`: a whole copy for its owner alone, or none; and what to run for PostgreSQL."""

from __future__ import annotations

import shlex
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from renown.cli import main
from renown.db.engine import Database
from tests.commands.conftest import Run
from tests.events.kit import connect


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_committed_is_in_it_while_somebody_writes(run: Run, db: Database, tmp_path: Path) -> None:
    connect(db, "slack:T1")
    with db.write() as conn:
        conn.exec_driver_sql("DELETE FROM core_source")
        made = run("db", "backup", tmp_path / "copy")
    assert made.exit_code == 0, made.output
    with sqlite3.connect(tmp_path / "copy") as copied:
        assert copied.execute("SELECT name FROM core_source").fetchall() == [("slack:T1",)]
    copied.close()
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    again = run("db", "backup", tmp_path / "copy")
    assert (again.exit_code, "there is such a file already" in again.stderr) == (1, True)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_copy_is_made_of_what_is_damaged(run: Run, db: Database, tmp_path: Path) -> None:
    with db.write() as conn:
        conn.exec_driver_sql("CREATE TABLE harmed (a)")
        root = conn.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'harmed'").scalar_one()
        size = conn.exec_driver_sql("PRAGMA page_size").scalar_one()
    with db.engine.connect() as conn:
        conn.exec_driver_sql("ROLLBACK")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with (tmp_path / "renown.sqlite3").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    made = run("db", "backup", tmp_path / "copy")
    assert (made.exit_code, "the database is damaged" in made.stderr) == (1, True)
    assert [one.name for one in tmp_path.glob("copy*")] == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_for_postgresql_it_says_what_to_run_and_never_the_password(database_url: str, tmp_path: Path) -> None:
    url = make_url(database_url)
    given = url if url.password else url.set(password="hidden")
    environment = {"RENOWN_DATABASE_URL": given.render_as_string(False), "RENOWN_DATA": str(tmp_path)}
    said = CliRunner().invoke(main, ["db", "backup", str(tmp_path / "a copy")], env=environment)
    assert said.exit_code == 1
    assert f"pg_dump --format custom --file '{tmp_path}/a copy' " in said.stderr
    address = make_url(shlex.split(said.stderr)[-1])
    assert (address.drivername, address.database, address.password) == ("postgresql", url.database, None)
