"""Migrations make what the models say, and no plugin's absence stops them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from renown.db.engine import Database
from renown_migrations import CORE, MigrationError, differences, is_empty, status, upgrade
from renown_migrations.dropping import purge, strangers, tables, views


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


#: A table for its migrations, two that refer to each other, views on views, and triggers on its own and on others'.
BOTH = """
    CREATE TABLE alembic_version_mood (version_num VARCHAR(32));
    CREATE TABLE mood_thread (id INTEGER PRIMARY KEY, last_id INTEGER);
    CREATE TABLE mood_post (
        id INTEGER PRIMARY KEY, thread_id INTEGER REFERENCES mood_thread (id) ON DELETE RESTRICT,
        author_id INTEGER REFERENCES core_person (id)
    );
    CREATE VIEW mood_today AS SELECT id FROM mood_post;
    CREATE VIEW mood_alone AS SELECT count(*) AS n FROM mood_today;
    INSERT INTO mood_thread VALUES (1, NULL), (2, NULL);
    INSERT INTO mood_post VALUES (1, 1, NULL), (2, 2, NULL);
"""
SQLITE = """
    ALTER TABLE mood_thread ADD COLUMN newest INTEGER REFERENCES mood_post (id);
    UPDATE mood_thread SET last_id = id, newest = id;
    CREATE VIRTUAL TABLE mood_words USING fts5 (body);
    CREATE TRIGGER mood_met AFTER INSERT ON core_person BEGIN SELECT count(*) FROM mood_post; END
"""
POSTGRESQL = """
    UPDATE mood_thread SET last_id = id;
    ALTER TABLE mood_thread ADD FOREIGN KEY (last_id) REFERENCES mood_post (id);
    CREATE MATERIALIZED VIEW mood_kept AS SELECT id FROM mood_alone, mood_post;
    CREATE TYPE mood_kind AS ENUM ('well', 'ill');
    CREATE DOMAIN mood_sure AS mood_kind NOT NULL;
    CREATE TYPE mood_pair AS (one mood_kind, other mood_kind);
    CREATE TYPE mood_span AS RANGE (subtype = float8);
    CREATE TABLE mood_first (id SERIAL PRIMARY KEY, n INTEGER GENERATED ALWAYS AS IDENTITY, kind mood_kind);
    CREATE TABLE mood_second (kind mood_kind, pair mood_pair, span mood_span);
    INSERT INTO mood_first (kind) VALUES ('ill');
    CREATE SEQUENCE mood_number;
    CREATE FUNCTION mood_of(mood_first) RETURNS mood_kind LANGUAGE sql AS 'SELECT $1.kind';
    CREATE FUNCTION mood_told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER mood_seen BEFORE INSERT ON mood_first FOR EACH ROW EXECUTE FUNCTION mood_told();
    CREATE TRIGGER mood_met BEFORE INSERT ON core_person FOR EACH ROW EXECUTE FUNCTION mood_told();
    CREATE FUNCTION mood_alike(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
    ALTER EXTENSION plpgsql ADD FUNCTION mood_alike(text)
"""


def do(conn: Connection, statements: str) -> None:
    """A trigger of SQLite's has its own semicolons, so it is the last."""
    head, trigger, rest = statements.partition("CREATE TRIGGER mood_met AFTER")
    for one in head.split(";\n"):
        if one.strip():
            conn.exec_driver_sql(one)
    if rest:
        conn.exec_driver_sql(trigger + rest)


def named(conn: Connection, mark: str) -> set[str]:
    """Whatever has the mark in its name."""
    if conn.dialect.name == "sqlite":
        found = conn.exec_driver_sql("SELECT name FROM sqlite_master")
    else:
        found = conn.exec_driver_sql(
            "SELECT relname FROM pg_class UNION SELECT typname FROM pg_type UNION SELECT proname FROM pg_proc"
            " UNION SELECT tgname FROM pg_trigger"
        )
    return {name for name in found.scalars() if mark in name}


def test_what_hangs_together_goes_whole(db: Database) -> None:
    """With rows: SQLite looks at them alone, PostgreSQL at what was declared."""
    with db.write() as conn:
        do(conn, BOTH)
        do(conn, SQLITE if db.is_sqlite else POSTGRESQL)
        assert len(views(conn, "mood")) == (2 if db.is_sqlite else 3)
    with db.write() as conn:
        assert {"mood_thread", "mood_post", "alembic_version_mood"} <= set(purge(conn, "mood"))
    with db.write() as conn:
        # What an extension brought is its own, whatever its name.
        assert named(conn, "mood") == (set() if db.is_sqlite else {"mood_alike"})
        # As batch migrations do: SQLite then looks at every view.
        conn.exec_driver_sql("ALTER TABLE core_person RENAME TO core_human")
        conn.exec_driver_sql("ALTER TABLE core_human RENAME TO core_person")


@pytest.mark.parametrize(
    ("theirs", "drop"),
    [
        ("CREATE VIEW report AS SELECT id FROM mood_post", "VIEW report"),
        ("CREATE TABLE report (post_id INTEGER REFERENCES mood_post (id))", "TABLE report"),
    ],
)
def test_what_others_hang_on_it_is_named_and_nothing_goes(db: Database, theirs: str, drop: str) -> None:
    with db.write() as conn:
        do(conn, BOTH)
        conn.exec_driver_sql(theirs)
        before = named(conn, "mood")
    with pytest.raises(MigrationError, match="report"), db.write() as conn:
        purge(conn, "mood")
    with db.write() as conn:
        assert named(conn, "mood") == before
        conn.exec_driver_sql(f"DROP {drop}")
        purge(conn, "mood")
        assert named(conn, "mood") == set()


def test_what_no_migration_of_its_own_made_is_nobodys(db: Database) -> None:
    """In a database that others use, too, a plugin without tables may be called as their program is."""
    with db.write() as conn:
        conn.exec_driver_sql("CREATE TABLE github_repository (id INTEGER)")
        assert (tables(conn, "github"), strangers(conn, "github")) == ([], ["github_repository"])
        assert purge(conn, "github") == []
        assert inspect(conn).has_table("github_repository")
