"""A database whose tables are not those of this version, though its revision says so: it is told, and what to do."""

from __future__ import annotations

import json

import pytest

from renown.db.engine import Database
from renown_migrations.fit import misfits
from tests.commands.conftest import Run

#: What was done beside the migrations, and what is said of it.
DONE = (
    ("DROP TABLE core_team_head", "table core_team_head is missing"),
    ("CREATE TABLE core_old (id INTEGER PRIMARY KEY)", "table core_old is too much"),
    ("ALTER TABLE core_person ADD COLUMN nickname TEXT", "column core_person.nickname is too much"),
    ("ALTER TABLE core_setting RENAME COLUMN value TO val", "column core_setting.value is missing"),
    ("DROP INDEX {index}", "index {index} of core_event is missing"),
)


@pytest.fixture
def index(db: Database) -> str:
    """One of the log."""
    kinds = "sqlite_master WHERE type = 'index' AND tbl_name" if db.is_sqlite else "pg_indexes WHERE tablename"
    name = "name" if db.is_sqlite else "indexname"
    with db.read() as conn:
        found = conn.exec_driver_sql(f"SELECT {name} FROM {kinds} = 'core_event' AND {name} LIKE 'ix_%%' ORDER BY 1")
        return str(found.scalars().first())


@pytest.mark.parametrize(("statement", "said"), DONE)
def test_doctor_says_in_what_they_differ(run: Run, db: Database, index: str, statement: str, said: str) -> None:
    assert "ok  fit of tables: they are those of this version" in run("doctor").output
    with db.write() as conn:
        conn.exec_driver_sql(statement.format(index=index))
    with db.read() as conn:
        found = misfits(conn)["core"]
    assert said.format(index=index) in found
    told = run("doctor")
    assert told.exit_code == 1
    assert f"BAD  fit of tables: {'; '.join(found)}\n" in told.output
    assert "to do: take a back-up." in told.output


def test_status_says_so_too(run: Run, db: Database) -> None:
    fitting = run("db", "status")
    assert (fitting.exit_code, "up to date" in fitting.output) == (0, True)
    with db.write() as conn:
        conn.exec_driver_sql("DROP TABLE core_team_head")
    told = run("db", "status")
    assert told.exit_code == 1
    assert "other than this version's" in told.output
    assert "core: table core_team_head is missing" in told.output
    assert "To do: take a back-up." in told.output
    as_json = run("db", "status", "--json")
    assert as_json.exit_code == 1
    (core,) = (one for one in json.loads(as_json.stdout) if one["owner"] == "core")
    assert (core["behind"], core["misfits"]) == (False, ["table core_team_head is missing"])


def test_what_is_not_there_yet_is_only_behind(run: Run, db: Database) -> None:
    with db.write() as conn:
        conn.exec_driver_sql("DELETE FROM alembic_version_core")
    told = run("db", "status")
    assert told.exit_code == 1
    assert "behind: renown db upgrade" in told.output
    assert "missing" not in told.output
