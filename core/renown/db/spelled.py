"""Statements of SQL that every page runs: spelled for each driver once, at import, instead of at every call."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, CursorResult


class Spelled:
    """A statement in which `:name` stands for a value, and "::" for nothing: casts are written CAST."""

    def __init__(self, sqlite: str, postgresql: str | None = None) -> None:
        #: As it was written, by dialect.
        self.spelling = given = {"sqlite": sqlite, "postgresql": postgresql or sqlite}
        self._names = {dialect: tuple(_NAME.findall(sql)) for dialect, sql in given.items()}
        self._sql = {
            "sqlite": _NAME.sub("?", sqlite),
            "postgresql": _NAME.sub("%s", given["postgresql"].replace("%", "%%")),
        }

    def __call__(self, conn: Connection, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        dialect = conn.dialect.name
        return conn.exec_driver_sql(self._sql[dialect], tuple([values[name] for name in self._names[dialect]]))


def spelled_among(sql: str, kind: str = "VARCHAR") -> Spelled:
    """With `{among}` in it: "is one of `:given`", which is the text that `sets.listed` makes of values of this kind."""
    return Spelled(
        sql.format(among="IN (SELECT value FROM json_each(:given))"),
        sql.format(among=f"= ANY(CAST(:given AS {kind}[]))"),
    )


_NAME = re.compile(r":([a-z_]+)")
