"""Migrations make what the models say, and no plugin's absence stops them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from renown.db.engine import Database
from renown_migrations import CORE, differences, is_empty, purge, status, upgrade


def test_the_core_schema_is_what_the_models_say(db: Database) -> None:
    assert differences(db, "core", CORE["core"]) is None


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    before = upgrade(db)
    assert upgrade(db) == before
    assert not any(one.behind for one in before)


def test_an_empty_database_is_told_from_ours(tmp_path: Path, db: Database) -> None:
    with db.read() as conn:
        assert not is_empty(conn)
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with empty.read() as conn:
        assert is_empty(conn)
        assert [one.behind for one in status(conn)] == [True]
    empty.close()


def test_a_plugin_whose_code_is_gone_can_be_purged(db: Database) -> None:
    with db.write() as conn:
        conn.exec_driver_sql(
            "CREATE TABLE gone_thing (id INTEGER PRIMARY KEY, who INTEGER REFERENCES core_person (id))"
        )
        conn.exec_driver_sql("CREATE TABLE alembic_version_gone (version_num VARCHAR(32))")
    with db.write() as conn:
        assert sorted(purge(conn, "gone")) == ["alembic_version_gone", "gone_thing"]
    with db.read() as conn:
        names = inspect(conn).get_table_names()
        assert "gone_thing" not in names
        assert "core_person" in names
    assert not any(one.behind for one in upgrade(db))
