"""What is prepared finds what the session finds, and what it finds behaves as docs/plugins.md says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Numeric,
    String,
    Text,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, defer, mapped_column, relationship
from sqlalchemy.orm.exc import DetachedInstanceError

from renown.api import Prepared, among
from renown.db.engine import Database
from tests.context.kit import House


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "thanks_shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Book(Base):
    __tablename__ = "thanks_book"
    #: Called otherwise in the table.
    number: Mapped[int] = mapped_column("id", BigInteger, primary_key=True)
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("thanks_shelf.id"))
    title: Mapped[str] = mapped_column(String(80))
    lent: Mapped[bool] = mapped_column(Boolean)
    tags: Mapped[Any | None] = mapped_column(JSON)
    shelf: Mapped[Shelf | None] = relationship()


class Side(Enum):
    HEADS = "h"
    TAILS = "t"


class Coin(Base):
    __tablename__ = "thanks_coin"
    id: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[Side] = mapped_column(SqlEnum(Side, native_enum=False))
    worth: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    weight: Mapped[Decimal] = mapped_column(Numeric(10, 2, asdecimal=False))
    rough: Mapped[float] = mapped_column(Float)


class Letter(Base):
    """Of which a select leaves a column out."""

    __tablename__ = "thanks_letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text, deferred=True)


@pytest.fixture
def house(db: Database, tmp_path: Path) -> Iterator[House]:
    found = House.of(db, tmp_path, {})
    Base.metadata.create_all(db.engine)
    with found.writing() as ctx:
        ctx.session.add(Shelf(id=1, name="Front"))
        ctx.session.flush()
        ctx.session.add_all([
            Book(number=5_000_000_000, shelf_id=1, title='A "quoted" title', lent=True, tags=["new", {"by": None}]),
            Book(number=2, shelf_id=None, title="Back\\slash, {brace}", lent=False, tags=None),
            Book(number=3, shelf_id=1, title="Ünï\nbroken", lent=False, tags=[]),
        ])  # fmt: skip
    yield found
    Base.metadata.drop_all(db.engine)


_ALL = select(Book).order_by(Book.number)
_ONE = Prepared(_ALL.where(Book.number == bindparam("number")))


def test_rows_are_what_the_session_finds(house: House) -> None:
    columns = select(Book.number, Book.title, Book.lent, Book.tags, func.length(Book.title).label("long"))
    found = columns.where(Book.lent == bindparam("lent")).order_by(Book.number)
    prepared = Prepared(found)
    with house.reading() as ctx:
        for lent in (True, False):
            asked = ctx.session.execute(found, {"lent": lent}).all()
            rows = prepared.rows(ctx, lent=lent)
            assert [tuple(one) for one in rows] == [tuple(one) for one in asked]
            assert asked
        assert (rows[0].number, rows[0].lent, rows[0].long) == (2, False, 19)
        assert rows[0].lent is False
        assert prepared.row(ctx, lent=True).tags == ["new", {"by": None}]


def test_scalars_and_none(house: House) -> None:
    titles = Prepared(select(Book.title).where(Book.number > bindparam("above")).order_by(Book.number))
    with house.reading() as ctx:
        assert titles.scalars(ctx, above=2) == ["Ünï\nbroken", 'A "quoted" title']
        assert titles.scalar(ctx, above=2) == "Ünï\nbroken"
        assert titles.scalar(ctx, above=5_000_000_000) is None
        assert titles.row(ctx, above=5_000_000_000) is None
        assert titles.scalars(ctx, above=5_000_000_000) == []


def test_constants_in_a_statement(house: House) -> None:
    found = select(Book.number).where(Book.title.in_(["Back\\slash, {brace}", "50 % off"]), Book.lent.is_(False))
    with house.reading() as ctx:
        assert Prepared(found.limit(1)).scalars(ctx) == [2]


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2, 3]), max_size=5), st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_among_numbers(house: House, numbers: list[int], as_set: bool) -> None:
    here = Prepared(select(Book.number).where(among(Book.number, "numbers")))
    with house.reading() as ctx:
        asked = frozenset(numbers) if as_set else numbers
        assert set(here.scalars(ctx, numbers=asked)) == {2, 3, 5_000_000_000}.intersection(numbers)


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(_TEXT, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_among_texts(house: House, others: list[str]) -> None:
    here = Prepared(select(Book.title).where(among(Book.title, "titles")))
    with house.reading() as ctx:
        every = ["Ünï\nbroken", "Back\\slash, {brace}", *others]
        assert {"Ünï\nbroken", "Back\\slash, {brace}"} <= set(here.scalars(ctx, titles=every))
        assert set(here.scalars(ctx, titles=others)) <= set(others)


def test_among_many_finds_them_all_and_by_an_index(house: House) -> None:
    here = Prepared(select(Book.number).where(among(Book.number, "numbers")))
    with house.reading() as ctx:
        for size in (10, 100, 10_000):
            assert set(here.scalars(ctx, numbers=[*range(size)])) == {2, 3}
        if ctx.dialect == "sqlite":
            asked = "EXPLAIN QUERY PLAN " + here._of("sqlite").text
            plan = ctx.session.connection().exec_driver_sql(asked, {"numbers": "[2]"}).all()
            assert next(one[3] for one in plan if "thanks_book" in one[3]).startswith("SEARCH")
        else:
            ctx.session.execute(text("SET LOCAL enable_seqscan = off"))
            ctx.session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
            asked = "EXPLAIN " + here._of("postgresql").text
            driver: Any = ctx.session.connection().connection.driver_connection
            plan = driver.execute(asked, {"numbers": "{2}"}).fetchall()
            assert "Index Cond: (id = ANY" in " ".join(one[0] for one in plan)


def test_a_list_of_a_text_is_as_it_was_given(house: House) -> None:
    each = Prepared(
        text("SELECT value FROM json_each(:given)")
        if house.db.is_sqlite
        else text("SELECT unnest(CAST(:given AS bigint[]))")
    )
    with house.reading() as ctx:
        assert each.scalars(ctx, given=[3, 3, 5]) == [3, 3, 5]


def test_what_is_written_goes_back_where_the_session_does(house: House) -> None:
    lend = Prepared(text("UPDATE thanks_book SET lent = true WHERE id = :number"))
    lent = Prepared(select(Book.number).where(Book.lent).order_by(Book.number))
    with house.writing() as ctx:
        _ = ctx.session
        lend.rows(ctx, number=3)
        ctx.session.rollback()
        assert lent.scalars(ctx) == [5_000_000_000]
        with suppress(ZeroDivisionError), ctx.session.begin_nested():
            lend.rows(ctx, number=3)
            _ = 1 / 0
        assert lent.scalars(ctx) == [5_000_000_000]
        with suppress(DBAPIError), ctx.session.begin_nested():
            Prepared(text("SELECT 1 FROM thanks_nothing")).rows(ctx)
        lend.rows(ctx, number=2)
        assert lent.scalars(ctx) == [2, 5_000_000_000]
    with house.reading() as ctx:
        assert lent.scalars(ctx) == [2, 5_000_000_000]


def test_types_are_the_sessions_on_both_databases(house: House) -> None:
    book = select(Coin).where(Coin.side.in_([Side.HEADS, Side.TAILS]), Coin.worth > bindparam("above"))
    with house.writing() as ctx:
        ctx.session.add(Coin(id=1, side=Side.TAILS, worth=Decimal("2.50"), weight=Decimal("7.25"), rough=1.5))
    with house.reading() as ctx:
        found, kept = Prepared(book).scalar(ctx, above=1), ctx.session.get_one(Coin, 1)
        for name in ("side", "worth", "weight", "rough"):
            ours, theirs = getattr(found, name), getattr(kept, name)
            assert (ours, type(ours)) == (theirs, type(theirs)), name
        assert Prepared(select(Coin.id).where(Coin.side == Side.TAILS)).scalars(ctx) == [1]
        assert Prepared(select(literal(b"\x00%"), literal({"a": 1}, JSON))).row(ctx) == (b"\x00%", {"a": 1})


def test_objects_that_are_read_stand_alone(house: House) -> None:
    with house.reading() as ctx:
        found = _ONE.scalar(ctx, number=2)
        assert (found.number, found.title, found.lent, found.tags) == (2, "Back\\slash, {brace}", False, None)
        assert found not in ctx.session
        with pytest.raises(DetachedInstanceError):
            _ = found.shelf
        found.title = "Changed"
    with house.reading() as ctx:
        assert _ONE.scalar(ctx, number=2).title == "Back\\slash, {brace}"


def test_objects_that_are_written_are_the_sessions(house: House) -> None:
    with house.writing() as ctx:
        found = _ONE.scalar(ctx, number=2)
        assert found in ctx.session
        assert ctx.session.get(Book, 2) is found
        found.title = "Changed"
        # Also what is not flushed is found, and nothing that was changed is lost.
        assert Prepared(select(Book.title).where(Book.number == 2)).scalar(ctx) == "Changed"
        assert _ONE.scalar(ctx, number=2) is found
        found.shelf_id = 1
        ctx.session.flush()
        assert found.shelf is not None
        assert found.shelf.name == "Front"
    with house.writing() as ctx:
        kept = ctx.session.get(Book, 2)
        assert kept is not None
        assert kept.title == "Changed"
        ctx.session.connection().exec_driver_sql("UPDATE thanks_book SET title = 'Below' WHERE id = 2")
        assert _ONE.scalar(ctx, number=2).title == "Changed"
        ctx.session.expire_all()
        assert _ONE.scalar(ctx, number=2).title == "Below"
        assert kept.title == "Below"


def test_objects_of_several_classes_and_of_none(house: House) -> None:
    both = select(Book, Shelf, func.length(Book.title).label("long"))
    beside = Prepared(both.outerjoin(Shelf, Shelf.id == Book.shelf_id).order_by(Book.number))
    for block in (house.reading, house.writing):
        with block() as ctx:
            rows = beside.rows(ctx)
            assert [(one.Book.number, one.Shelf and one.Shelf.name, one.long) for one in rows] == [
                (2, None, 19),
                (3, "Front", 10),
                (5_000_000_000, "Front", 16),
            ]


def test_a_text_that_writes(house: House) -> None:
    lend = Prepared(text("UPDATE thanks_book SET lent = :lent WHERE id = :number RETURNING id, title"))
    quietly = Prepared(text("UPDATE thanks_book SET lent = :lent WHERE id = :number"))
    with house.writing() as ctx:
        assert lend.rows(ctx, lent=True, number=2) == [(2, "Back\\slash, {brace}")]
        assert lend.row(ctx, lent=True, number=9) is None
        assert quietly.rows(ctx, lent=True, number=3) == []
    with house.reading() as ctx:
        assert Prepared(select(func.count()).where(Book.lent)).scalar(ctx) == 3
        # What is written while reading is not kept, as ever.
        lend.rows(ctx, lent=False, number=2)
    with house.reading() as ctx:
        assert _ONE.scalar(ctx, number=2).lent is True


def test_what_does_not_work_is_said_as_the_session_says_it(house: House) -> None:
    with house.reading() as ctx, pytest.raises(DBAPIError, match="number"):
        _ONE.rows(ctx)
    with house.reading() as ctx, pytest.raises(DBAPIError, match="thanks_nothing"):
        Prepared(text("SELECT 1 FROM thanks_nothing")).rows(ctx)
    with house.reading() as ctx, pytest.raises(TypeError, match="without options"):
        Prepared(select(Book).options(defer(Book.tags))).rows(ctx)
    with house.reading() as ctx, pytest.raises(TypeError, match="Letter has columns"):
        Prepared(select(Letter)).rows(ctx)


def test_memory_is_of_one_plugin_and_one_process(house: House) -> None:
    with house.reading() as ctx:
        ctx.memory["counted"] = 7
    with house.writing() as ctx:
        assert ctx.memory == {"counted": 7}
    assert house.contexts.of("another").memory == {}
    again = House.of(house.db, Path("/nowhere"), {})
    assert again.contexts.of("thanks").memory == {}
