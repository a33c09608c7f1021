"""One MetaData for every owner of tables, and a declarative base for each owner that keeps to its prefix."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, MetaData, SmallInteger

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only for INTEGER keys.
BigKey = BigInteger().with_variant(Integer, "sqlite")
#: The same for tables of few rows.
SmallKey = SmallInteger().with_variant(Integer, "sqlite")
#: On SQLite the row itself lies in the order of the key: one tree to write instead of two, where rows come at random.
BY_KEY = {"sqlite_with_rowid": False}


class Owned:
    """Keeps the tables of one owner to its prefix: `class Base(Owned, DeclarativeBase, owner="activity")`.

    A table with another name raises TypeError. Each such base has a registry of its own and shares `metadata`.
    """

    _owner: ClassVar[str]
    metadata: ClassVar[MetaData] = metadata

    def __init_subclass__(cls, owner: str | None = None, **kwargs: Any) -> None:
        if owner is not None:
            cls._owner = owner
        table = getattr(cls, "__tablename__", None)
        if table is not None and not table.startswith(f"{cls._owner}_"):
            raise TypeError(f"table {table!r}: tables of {cls._owner!r} are named {cls._owner}_*")
        super().__init_subclass__(**kwargs)
