"""Periods close once, and late events never alter what they closed with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from renown import clock
from renown.db.engine import Database
from renown.ledger import boards, closed, closes, periods, standings, visibility
from renown.ledger.boards import Line
from renown.ledger.models import Close
from renown.people.models import Merge
from tests.stand.world import MEMBER, POINTS, World, day, noon

APRIL = periods.parse("2026-04", 0)
MAY = periods.parse("2026-05", 0)
TODAY = day("2026-05-20")


@pytest.fixture
def now() -> list[int]:
    return [noon(day("2026-04-20"))]


@pytest.fixture
def world(db: Database, now: list[int]) -> Iterator[World]:
    with clock.set_to(lambda: now[0]):
        yield World.build(db)


def appending(conn: Connection, verb: str, *, extra: dict[str, Any]) -> int:
    """Stands for the log: positions rise."""
    return 100 + int(conn.scalar(text("SELECT count(*) FROM core_close")) or 0)


def close(world: World, *months: str) -> None:
    with world.db.write() as conn:
        for number, month in enumerate(months):
            start = periods.parse(month, 0).start
            closes.snapshot(conn, 1, [1], 10 + number, {"kind": "month", "start": start})


def lines(world: World, span: periods.Span, **more: Any) -> list[Line]:
    with world.db.read() as conn:
        return list(boards.board(conn, MEMBER, POINTS, span.kind, span.start, **more).lines)


def printed(world: World, span: periods.Span) -> list[tuple[int, str, int, int | None]]:
    with world.db.read() as conn:
        page = closed.board(conn, MEMBER, POINTS, span.kind, span.start)
    return [(one.rank, one.key, one.amount, one.difference) for one in page.lines]


def test_a_period_closes_two_days_after_its_end_and_only_once(world: World, now: list[int]) -> None:
    world.give([(11, day("2026-04-20"), 0, 5000)])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        assert closes.close_due(world.db, appending) == 0
    now[0] = noon(day("2026-04-28"))
    assert closes.close_due(world.db, appending) == 0
    now[0] = noon(day("2026-04-29"))
    assert closes.close_due(world.db, appending) == 1
    now[0] = noon(day("2026-05-03"))
    assert closes.close_due(world.db, appending) == 1
    assert closes.close_due(world.db, appending) == 0
    with world.db.read() as conn:
        rows = conn.execute(select(Close.kind, Close.start).order_by(Close.position)).all()
    assert [(row.kind, row.start) for row in rows] == [("week", day("2026-04-20")), ("month", day("2026-04-01"))]


def test_a_period_that_was_over_closes_two_days_after_its_first_entry(world: World, now: list[int]) -> None:
    now[0] = noon(TODAY)
    world.give([(11, day("2024-02-05"), 0, 5000)])
    standings.catch_up(world.db)
    assert closes.close_due(world.db, appending) == 0
    now[0] += 2 * clock.DAY
    assert closes.close_due(world.db, appending) == 4
    with world.db.read() as conn:
        kinds = conn.scalars(select(Close.kind).order_by(Close.position)).all()
    assert kinds == ["week", "month", "quarter", "year"]


def test_late_events_alter_the_live_standing_and_not_the_closed_one(world: World, now: list[int]) -> None:
    world.give([(11, APRIL.start, 1, 5000), (21, APRIL.start, 2, 7000), (31, APRIL.start, 0, 7000)])
    close(world, "2026-04")
    standings.catch_up(world.db)
    assert printed(world, APRIL) == [(1, "p3", 7000, 0), (1, "p2", 7000, 0), (3, "p1", 5000, 0)]
    world.give([(11, APRIL.start, 1, 4000), (21, APRIL.start, 2, -7000), (41, APRIL.start, 0, 1)])
    standings.catch_up(world.db)
    assert printed(world, APRIL) == [(1, "p3", 7000, 0), (1, "p2", 7000, -7000), (3, "p1", 5000, 4000)]
    assert [(one.key, one.amount, one.difference) for one in lines(world, APRIL)] == [
        ("p1", 9000, 4000), ("p3", 7000, 0), ("p4", 1, 1),
    ]  # fmt: skip
    with world.db.read() as conn:
        assert closed.corrections(conn, MEMBER, POINTS, APRIL.kind, APRIL.start) == 3


def test_closing_again_changes_nothing(world: World) -> None:
    world.give([(11, APRIL.start, 1, 5000)])
    close(world, "2026-04")
    world.give([(11, APRIL.start, 1, 5000)])
    close(world, "2026-04")
    standings.catch_up(world.db)
    assert printed(world, APRIL) == [(1, "p1", 5000, 5000)]


def test_movement_is_against_the_last_closed_period(world: World, now: list[int]) -> None:
    world.give([(n * 10 + 1, APRIL.start, 0, (7 - n) * 1000) for n in range(1, 5)])
    close(world, "2026-04")
    now[0] = noon(TODAY)
    world.give([(41, MAY.start, 0, 9000), (11, MAY.start, 0, 8000), (51, MAY.start, 0, 7000)])
    standings.catch_up(world.db)
    assert [(one.key, one.movement) for one in lines(world, MAY)] == [("p4", 3), ("p1", -1), ("p5", None)]
    assert [one.movement for one in lines(world, periods.ALL)] == [None] * 5


def test_a_close_is_of_people_as_they_were_merged_then(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(Merge.__table__.insert().values(kept_id=2, gone_id=1, known=5, undone=8, ground="email"))
        conn.execute(Merge.__table__.insert().values(kept_id=4, gone_id=3, known=12, ground="email"))
        world.point(conn, 3, 4)
        visibility.moved(conn, [3, 4])
    world.give([(11, APRIL.start, 0, 5000), (21, APRIL.start, 0, 500), (31, APRIL.start, 0, 3000)])
    with world.db.write() as conn:
        closes.snapshot(conn, 1, [1], 7, {"kind": "month", "start": APRIL.start})
    standings.catch_up(world.db)
    # 1 had been merged into 2 by then; 3 was merged into 4 later, whose page it is now.
    assert [(key, amount) for _, key, amount, _ in printed(world, APRIL)] == [("p2", 5500), ("p4", 3000)]


def test_who_hides_later_is_not_on_the_closed_page_either(world: World) -> None:
    world.give([(n * 10 + 1, APRIL.start, 0, n * 1000) for n in range(1, 4)])
    close(world, "2026-04")
    standings.catch_up(world.db)
    with world.db.write() as conn:
        visibility.choose(conn, 2, False)
    standings.catch_up(world.db)
    assert [(rank, key) for rank, key, *_ in printed(world, APRIL)] == [(1, "p3"), (2, "p1")]
