"""All that has a name in a database, so that what somebody made there is told from what was there before."""

from __future__ import annotations

from sqlalchemy import Connection

_ON_SQLITE = """
    SELECT name FROM sqlite_master UNION
    SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE m.type = 'table' AND substr(m.name, 1, 5) = 'core_'
"""
_ON_POSTGRESQL = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION
    SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typelem = 0 UNION
    SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION
    SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' UNION
    SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION
    SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND starts_with(relname, 'core_')
    AND attnum > 0 AND NOT attisdropped
"""
#: SQLite's own, which come with statistics and with the first row that is numbered.
_ITS_OWN = ("sqlite_stat", "sqlite_sequence")


def names(conn: Connection) -> frozenset[str]:
    """Of tables, views, indexes, keys, triggers, types, functions, and of the columns of the core's tables."""
    statement = _ON_SQLITE if conn.dialect.name == "sqlite" else _ON_POSTGRESQL
    return frozenset(name for name in conn.exec_driver_sql(statement).scalars() if not name.startswith(_ITS_OWN))
