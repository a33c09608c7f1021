"""Who said "Not now" is suggested to nobody, as whomever they count; it goes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from renown.context import PluginContext
from renown.db.engine import Database
from renown.people import merge, persons, quiet
from tests.context.kit import House

TODAY = 20_000


@pytest.fixture
def two(db: Database) -> tuple[int, int]:
    with db.write() as conn:
        return persons.add(conn, "Ana", "ana@example.test"), persons.add(conn, "Bea", "bea@example.test")


def wants(db: Database, *people: int, today: int = TODAY) -> dict[int, int | None]:
    with db.read() as conn:
        return quiet.among_people(conn, people, today)


def test_it_holds_until_its_day_or_until_they_end_it(db: Database, two: tuple[int, int]) -> None:
    ana, bea = two
    with db.write() as conn:
        quiet.choose(conn, ana, TODAY + 7)
        quiet.choose(conn, bea, None)
    assert wants(db, ana, bea) == {ana: TODAY + 7, bea: None}
    assert wants(db, ana, bea, today=TODAY + 7) == {bea: None}, "on its day it is over"
    with db.write() as conn:
        quiet.choose(conn, ana, TODAY + 30)
        quiet.end(conn, bea)
    assert wants(db, ana, bea) == {ana: TODAY + 30}


def test_of_two_who_are_one_the_longer_wish_holds_and_each_has_theirs_after(db: Database, two: tuple[int, int]) -> None:
    ana, bea = two
    with db.write() as conn:
        quiet.choose(conn, ana, TODAY + 7)
        quiet.choose(conn, bea, None)
        made = merge.merge(conn, ana, bea, "administrator", None)
    assert wants(db, ana) == {ana: None}
    with db.write() as conn:
        merge.split(conn, made, None)
    assert wants(db, ana, bea) == {ana: TODAY + 7, bea: None}
    with db.write() as conn:
        merge.merge(conn, ana, bea, "administrator", None)
        quiet.end(conn, ana)
    assert wants(db, ana, bea) == {}, "ended for both"


def test_plugins_ask_and_set_it_and_know_many_accounts_at_once(
    db: Database, tmp_path: Path, two: tuple[int, int]
) -> None:
    ana, bea = two
    house = House.of(db, tmp_path, {})

    def days(ctx: PluginContext) -> object:
        return ctx.people.quiet([ana, bea])

    with house.writing() as ctx:
        ctx.people.set_quiet(ana, ctx.clock.today() + 1)
        assert days(ctx) == {ana: ctx.clock.today() + 1}
        ctx.people.end_quiet(ana)
        assert days(ctx) == {}
    with db.write() as conn:
        merge.merge(conn, ana, bea, "administrator", None)
    with house.writing() as ctx:
        many = ctx.people.actors([ana, bea])
        assert many == {one: ctx.people.actor(one) for one in two}
        assert many[bea].id == f"person:{ana}"
        assert ctx.people.actors([ana, bea]) == many, "none is made twice"
