"""What an owner has in the database, found by its prefix, so that its code is not needed; and the end of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from renown_migrations import MigrationError, version_table

#: PostgreSQL's word for what cannot go since something else hangs on it.
_NEEDED = "2BP01"

#: By kind, in the order in which they are tried. What an extension brought is not the owner's, whatever its name, and
#: what the database made for a column or a type goes with that.
_ON_POSTGRESQL = """
    SELECT kind, named FROM (
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                            WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind,
               relname AS name, oid::regclass::text AS named, oid, 'pg_class'::regclass AS of
        FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'm', 'S', 'f', 'r', 'p')
        UNION ALL
        SELECT 'TYPE', typname, t.oid::regtype::text, t.oid, 'pg_type'::regclass
        FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid
        WHERE typnamespace = current_schema()::regnamespace AND (typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
        UNION ALL
        SELECT 'ROUTINE', proname, oid::regprocedure::text, oid, 'pg_proc'::regclass
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        UNION ALL
        SELECT 'TRIGGER', tgname, format('%%I ON %%s', tgname, tgrelid::regclass), t.oid, 'pg_trigger'::regclass
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND NOT starts_with(relname, %(mark)s)
    ) AS there
    WHERE (starts_with(name, %(mark)s) OR name = %(version)s) AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = of AND d.objid = there.oid
        AND (deptype IN ('e', 'i') OR deptype = 'a' AND kind = 'SEQUENCE')
    )
    ORDER BY kind NOT IN ('TRIGGER', 'VIEW', 'MATERIALIZED VIEW'), kind NOT IN ('TABLE', 'FOREIGN TABLE'), kind, name
"""


def tables(conn: Connection, owner: str) -> list[str]:
    """The tables of `owner`; its version table is the last.

    None without a version table: its migrations never ran here, and what is called so is another program's.
    """
    found, mine = inspect(conn).get_table_names(), version_table(owner)
    return [*_called(conn, owner, found), mine] if mine in found else []


def strangers(conn: Connection, owner: str) -> list[str]:
    """Tables that are called as the owner's would be, though its migrations never ran here."""
    found = inspect(conn).get_table_names()
    return [] if version_table(owner) in found else _called(conn, owner, found)


def views(conn: Connection, owner: str) -> list[str]:
    """The views of `owner`, materialised ones too."""
    if not tables(conn, owner):
        return []
    found = inspect(conn)
    kept = found.get_materialized_view_names() if conn.dialect.name == "postgresql" else []
    return _called(conn, owner, [*found.get_view_names(), *kept])


def purge(conn: Connection, owner: str) -> Sequence[str]:
    """Drop all that `owner` has: `tables`, `views`, and what is named as they are. Returns the names of the tables.

    Raises MigrationError where something of somebody else's hangs on it, and is no further than it was.
    """
    if owner == "core":
        raise MigrationError("core: its tables are never purged")
    mine = tables(conn, owner)
    if mine:
        drop: Callable[[Connection, str, Sequence[str]], None]
        drop = _drop_on_sqlite if conn.dialect.name == "sqlite" else _drop_on_postgresql
        drop(conn, owner, mine)
    return mine


def _called(conn: Connection, owner: str, names: Sequence[str]) -> list[str]:
    apart = _apart(conn)
    return sorted(name for name in names if name.startswith(f"{owner}_") and name not in apart)


def _apart(conn: Connection) -> frozenset[str]:
    """What goes with something else: SQLite's shadows of virtual tables, such as full text; parts of extensions."""
    if conn.dialect.name == "sqlite":
        found = conn.exec_driver_sql("SELECT name FROM pragma_table_list WHERE type = 'shadow'")
    else:
        found = conn.exec_driver_sql(
            "SELECT relname FROM pg_class JOIN pg_depend ON objid = oid AND classid = 'pg_class'::regclass"
            " WHERE deptype = 'e'"
        )
    return frozenset(found.scalars())


def _drop_on_postgresql(conn: Connection, owner: str, mine: Sequence[str]) -> None:
    """Whatever is in the way of something goes before it. Nothing of anybody else's goes with it: no CASCADE."""
    rows = conn.exec_driver_sql(_ON_POSTGRESQL, {"mark": f"{owner}_", "version": version_table(owner)}).all()
    # Tables may refer to each other, so they go in one.
    together = ", ".join(row.named for row in rows if row.kind == "TABLE")
    waiting = [f"DROP {row.kind} {row.named}" for row in rows if row.kind != "TABLE"]
    at = sum(row.kind in ("TRIGGER", "VIEW", "MATERIALIZED VIEW") for row in rows)
    waiting.insert(at, f"DROP TABLE {together}")
    while waiting:
        held: list[str] = []
        for statement in waiting:
            try:
                with conn.begin_nested():
                    conn.exec_driver_sql(statement)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") != _NEEDED:
                    raise
                held.append(statement)
                why = str(getattr(getattr(error.orig, "diag", None), "message_detail", ""))
        if len(held) == len(waiting):
            raise _in_the_way(owner, why.partition("\n")[0])
        waiting = held


def _drop_on_sqlite(conn: Connection, owner: str, mine: Sequence[str]) -> None:
    """SQLite drops what others hang on without a word, and fails at those others later."""
    keys = conn.exec_driver_sql(
        "SELECT m.name, k.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table'"
    ).all()
    for table, target in keys:
        if target in mine and table not in mine:
            raise _in_the_way(owner, f"table {table} refers to {target}")
    for kind in ("trigger", "view"):
        named = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = ?", (kind,)).scalars()
        for name in _called(conn, owner, named.all()):
            conn.exec_driver_sql(f'DROP {kind} "{name}"')
    before = _broken_views(conn)
    # They may refer to each other; only when all are gone is it looked at.
    conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for table in mine:
        conn.exec_driver_sql(f'DROP TABLE "{table}"')
    for view in sorted(_broken_views(conn) - before):
        raise _in_the_way(owner, f"view {view} reads its tables")


def _broken_views(conn: Connection) -> set[str]:
    """Views of what is not there: with one, the next migration that renames a table fails, whosever it is."""
    broken = set()
    for name in inspect(conn).get_view_names():
        try:
            conn.exec_driver_sql(f'EXPLAIN SELECT * FROM "{name}"').close()
        except DBAPIError:
            broken.add(name)
    return broken


def _in_the_way(owner: str, why: str) -> MigrationError:
    return MigrationError(f"{owner}: something that is not its own hangs on what it has: {why}; remove that first")
