"""Statements that pages ask often: made into SQL once for each database, and asked of the driver itself."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Dialect, Integer, Select, TextClause, bindparam, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from renown.db import sets
from renown.db.spelled import ask

if TYPE_CHECKING:
    from renown.context.base import PluginContext

_DIALECTS: dict[str, Callable[[], Dialect]] = {
    "sqlite": lambda: sqlite.dialect(paramstyle="named"),
    "postgresql": psycopg.dialect,
}
#: Any, as checkers of types would know its columns, which a select brings.
_named: Any = namedtuple
#: Characters of a list up to which PostgreSQL keeps its plan, which else depends on how long it is.
_SHORT = 400
#: How many values PostgreSQL reckons with where it does not know a list yet.
_RECKONED = 10
_LISTS = (list, tuple, set, frozenset)
#: PostgreSQL's own type of what SQLAlchemy calls Numeric, the only one whose values it reads by that.
_NUMERIC = 1700


Statement = Select[*tuple[Any, ...]] | TextClause


class Prepared:
    """A statement that is asked often, as by every page: SQLAlchemy would take most of the time of a small one.

    A select, or `text()` in words that both databases know. Values are named by `bindparam("name")` or `:name`, lists
    by `among(column, "name")`, and given as keywords: whole numbers, text, bytes, true and false, None, or a list of
    one kind. In `ctx.reading()` an object of a mapped class stands alone: what is changed in it is not kept, and its
    relationships are not there. Where something is written, a session that is first used after a statement cannot take
    that back. `replan`: the best way depends on the values, as for words or tags that are rare or in most rows, and
    PostgreSQL is not to settle for one.
    """

    def __init__(self, statement: Statement, *, replan: bool = False) -> None:
        self._replan = replan
        self._of = cache(lambda dialect: _Sql(statement, dialect))

    def rows(self, ctx: PluginContext, **values: Any) -> Sequence[Any]:
        """All that it finds, or returns of what it wrote: named tuples of a select, tuples of a text."""
        conn = ctx._connection
        sql: _Sql = self._of(conn.dialect.name)
        given, keeps_plan = {**sql.constants, **values}, not self._replan
        for name, value in values.items():
            if isinstance(value, _LISTS):
                given[name] = listed = sets.listed(conn, _no_fewer(value) if name in sql.lists else value)
                keeps_plan = keeps_plan and len(listed) <= _SHORT
        if "session" in ctx.__dict__ and not ctx._reads:
            _join(ctx.session)
        rows = ask(conn, sql.text, given, prepare=keeps_plan)
        return sql.made(rows, None if ctx._reads or not sql.objects else ctx.session)

    def row(self, ctx: PluginContext, **values: Any) -> Any:
        """The first that it finds; None where there is none."""
        found = self.rows(ctx, **values)
        return found[0] if found else None

    def scalars(self, ctx: PluginContext, **values: Any) -> Sequence[Any]:
        """The first column of each row."""
        return [row[0] for row in self.rows(ctx, **values)]

    def scalar(self, ctx: PluginContext, **values: Any) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.rows(ctx, **values)
        return found[0][0] if found else None


def _join(session: Session) -> None:
    """What the session has done so far is seen, and what is written now goes back where the session does."""
    if session.autoflush:
        session.flush()
    session.connection()


def _no_fewer(values: Collection[Any]) -> Collection[Any]:
    """The same, of no fewer than PostgreSQL reckons with: it would plan anew each time, and gain nothing by it."""
    return [*values] * (_RECKONED // len(values) + 1) if 0 < len(values) <= _RECKONED else values


class _Among(FunctionElement[bool]):
    # Without a type: of one that says it is true or false SQLite would be asked whether it is 1, and use no index.
    inherit_cache = True
    name = "among"


def among(column: ColumnElement[Any] | InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """That a column of numbers or text is one of the list that a `Prepared` is given under this name."""
    return _Among(
        column, bindparam(name, type_=sets.Array("BIGINT" if isinstance(column.type, Integer) else "VARCHAR"))
    )


@compiles(_Among, "sqlite")
def _among_lite(element: _Among, compiler: Any, **options: Any) -> str:
    column, given = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, given = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({given})"


class _Part(NamedTuple):
    """What a row has next: a column, or all those of a mapped class by the names of its attributes, and its keys'."""

    mapper: Mapper[Any] | None
    names: Sequence[str] = ("",)
    keys: Sequence[str] = ()


class _Sql:
    """One statement in one database's words, and how its rows are made of the driver's."""

    def __init__(self, statement: Statement, name: str) -> None:
        dialect = _DIALECTS[name]()
        binds = statement.compile(dialect=dialect).binds
        given = [key for key, one in binds.items() if one.required]
        self.lists = frozenset(key for key, one in binds.items() if isinstance(one.type, sets.Array))
        # What is to be spelled out is so only where all values are there.
        whole = _spelled_out(statement, dialect).params(dict.fromkeys(given)).compile(dialect=dialect)
        self.text = whole.construct_expanded_state().statement
        self.constants = {
            key: _sent(one, dialect) for key, one in whole.binds.items() if key not in given and not one.literal_execute
        }
        self.objects = False
        self._size = 0
        self._row: Any = tuple
        self._processors: list[tuple[int, Callable[[Any], Any]]] = []
        if not isinstance(statement, TextClause):
            self._describe(statement, dialect)

    def _describe(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        columns = list(statement.selected_columns)
        self._size = len(columns)
        processors = (one.type.dialect_impl(dialect).result_processor(dialect, _NUMERIC) for one in columns)
        self._processors = [(at, one) for at, one in enumerate(processors) if one]
        self._parts = list(_parts(statement, [str(getattr(one, "name", "")) for one in columns]))
        self.objects = any(one.mapper for one in self._parts)
        names = [str(one["name"] or "_") for one in statement.column_descriptions]
        self._row = _named("Row", names, rename=True)._make

    def made(self, rows: Sequence[tuple[Any, ...]], session: Session | None) -> list[Any]:
        """With objects of `session`; with none, objects that stand alone."""
        if self._size and rows and len(rows[0]) != self._size:
            raise TypeError("a select is prepared without options that leave columns out")
        if self._processors:
            rows = [self._processed(row) for row in rows]
        return [self._row(self._each(row, session)) for row in rows] if self.objects else [*map(self._row, rows)]

    def _processed(self, row: Sequence[Any]) -> tuple[Any, ...]:
        changed = [*row]
        for at, process in self._processors:
            changed[at] = process(changed[at])
        return tuple(changed)

    def _each(self, row: Sequence[Any], session: Session | None) -> Iterator[Any]:
        at = 0
        for part in self._parts:
            end = at + len(part.names)
            yield _object(part, dict(zip(part.names, row[at:end], strict=True)), session) if part.mapper else row[at]
            at = end


def _spelled_out(statement: Statement, dialect: Dialect) -> Statement:
    """With its constants in the text: PostgreSQL reckons with a limit that it can read, and keeps the plan."""

    def spell(one: BindParameter[Any]) -> None:
        known = not one.required and not isinstance(one.value, bytes)
        one.literal_execute = known and one.type.dialect_impl(dialect).literal_processor(dialect) is not None

    return visitors.cloned_traverse(statement, {"maintain_key": True}, {"bindparam": spell})


def _sent(one: BindParameter[Any], dialect: Dialect) -> Any:
    """A constant that cannot be spelled, as the driver takes it."""
    process = one.type.dialect_impl(dialect).bind_processor(dialect)
    return process(one.value) if process else one.value


def _parts(statement: Select[*tuple[Any, ...]], columns: Sequence[str]) -> Iterator[_Part]:
    at = 0
    for one in statement.column_descriptions:
        known = inspect(one["expr"], raiseerr=False)
        if getattr(known, "is_mapper", False) or getattr(known, "is_aliased_class", False):
            if any(attribute.deferred for attribute in known.mapper.column_attrs):
                raise TypeError(f"{known.mapper.class_.__name__} has columns that are left out of selects")
            attributes = {attribute.columns[0].name: attribute.key for attribute in known.mapper.column_attrs}
            names = [attributes[name] for name in columns[at : at + len(attributes)]]
            part = _Part(known.mapper, names, [attributes[key.name] for key in known.mapper.primary_key])
        else:
            part = _Part(None)
        yield part
        at += len(part.names)


def _object(part: _Part, values: dict[str, Any], session: Session | None) -> Any:
    assert part.mapper is not None
    ids = tuple([values[one] for one in part.keys])
    if None in ids:
        return None  # of an outer join
    key = part.mapper.identity_key_from_primary_key(ids)
    there = session.identity_map.get(key) if session else None
    if there is not None:
        # As the session does it: what it has holds, unless it was told to forget that.
        for name in inspect(there).expired_attributes & values.keys():
            set_committed_value(there, name, values[name])
        return there
    made = part.mapper.class_manager.new_instance()
    made.__dict__.update(values)
    # As `make_transient_to_detached`, which takes longer than all else: of all columns none is left to be asked for.
    inspect(made).key = key
    if session:
        session.add(made)
    return made
