"""Stored settings: small JSON values that administrators change at run time."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete

from renown import clock
from renown.db.models import Setting
from renown.db.spelled import Spelled
from renown.db.upsert import upsert


def get(conn: Connection, owner: str, name: str, default: Any = None) -> Any:
    found = _GET.row(conn, {"of": owner, "named": name})
    return default if found is None else None if found[0] is None else json.loads(found[0])


_GET = Spelled("SELECT CAST(value AS TEXT) FROM core_setting WHERE owner = :of AND name = :named")


def all_of(conn: Connection, owner: str) -> dict[str, Any]:
    return {name: None if value is None else json.loads(value) for name, value in _ALL.rows(conn, {"of": owner})}


_ALL = Spelled("SELECT name, CAST(value AS TEXT) FROM core_setting WHERE owner = :of")


def put(conn: Connection, owner: str, name: str, value: Any) -> None:
    upsert(
        conn,
        Setting.__table__,
        [{"owner": owner, "name": name, "value": value, "changed_at": clock.now()}],
        update=("value", "changed_at"),
    )


def drop(conn: Connection, owner: str, name: str) -> None:
    conn.execute(delete(Setting).where(Setting.owner == owner, Setting.name == name))
