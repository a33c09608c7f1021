"""What may be done so often, and whom to tell: `ctx.limits`, `ctx.people.with_role`."""

from __future__ import annotations

from pathlib import Path

import pytest

from renown import clock
from renown.access import signin
from renown.api import TooMany
from renown.db.engine import Database
from renown.people import merge, persons
from tests.context.kit import House


@pytest.fixture
def house(db: Database, tmp_path: Path) -> House:
    return House.of(db, tmp_path, {})


def test_so_many_times_in_a_quarter_of_an_hour_each_thing_and_each_person_by_themselves(house: House) -> None:
    now = [20_000 * clock.DAY]
    with clock.set_to(lambda: now[0]):
        for _ in range(2):
            with house.writing() as ctx:
                ctx.limits.take("text", 7, 2)
        with pytest.raises(TooMany, match="Try again in"), house.writing() as ctx:
            ctx.limits.take("text", 7, 2)
        with house.writing() as ctx:
            ctx.limits.take("text", 8, 2)
            ctx.limits.take("report", 7, 2)
            ctx.limits.take_of("text", "2001:db8::1", 1)
        with pytest.raises(TooMany), house.writing() as ctx:
            ctx.limits.take_of("text", "2001:db8::2", 1)
        now[0] += 15 * 60 * clock.SECOND
        with house.writing() as ctx:
            ctx.limits.take("text", 7, 2)


def test_who_signs_in_with_a_role_is_told_as_whom_they_count_as(house: House) -> None:
    with house.db.write() as conn:
        ana, bo, zoe, second = (persons.add(conn, name) for name in ("Ana", "Bo", "Zoe", "Ana again"))
        signin.add_login(conn, second, "ana@example.com", "administrator")
        signin.add_login(conn, bo, "bo@example.com", "moderator")
        signin.add_login(conn, zoe, "zoe@example.com", "member")
        merge.merge(conn, ana, second, "administrator", None)
    with house.writing() as ctx:
        assert list(ctx.people.with_role("moderator")) == [ana, bo]
        assert list(ctx.people.with_role("administrator")) == [ana]
