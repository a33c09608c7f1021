"""Standings follow the day totals: in every board, whatever the batches, and whoever is merged with whom."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import STANDINGS_LOCK, Database, lock
from renown.ledger import boards, buckets, levels, standings, visibility
from renown.ledger.boards import Cursor, NotShown
from renown.ledger.models import (
    Close,
    DayTotal,
    LeadChange,
    LeadState,
    Measure,
    Moved,
    Period,
    Seen,
    Standing,
    StandingBucket,
    StandingClose,
)
from tests.stand.world import ADMIN, MEMBER, POINTS, World, day, noon

TODAY = day("2026-05-20")
_KEPT = (LeadChange, LeadState, StandingClose, Close, Moved, Standing, StandingBucket, Period, Seen, DayTotal)


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    with clock.set_to(lambda: noon(TODAY)):
        yield World.build(db)


def wipe(world: World) -> None:
    with world.db.write() as conn:
        for table in _KEPT:
            conn.execute(delete(table))
        conn.execute(text("UPDATE core_person SET root_id = NULL, shown = NULL"))
        conn.execute(text("DELETE FROM core_setting"))


ACCOUNTS = (11, 12, 21, 31, 32, 41, 51, 52, 61)
rows = st.tuples(
    st.sampled_from(ACCOUNTS),
    st.integers(TODAY - 40, TODAY + 1),
    st.sampled_from((0, 1, 2)),
    st.sampled_from((-3000, -1000, 1, 500, 1000, 1000, 2000, 30_000, 2_000_000, 1 << 33)),
)
steps = st.lists(
    st.one_of(
        st.lists(rows, max_size=12).map(lambda batch: ("give", batch)),
        st.just(("tick", None)),
        st.tuples(st.just("merge"), st.permutations((1, 2, 3, 4, 5, 6)).map(lambda order: tuple(order[:2]))),
        st.tuples(st.just("split"), st.integers(1, 6)),
        st.tuples(st.just("choose"), st.tuples(st.integers(1, 6), st.booleans())),
        st.tuples(st.just("wait"), st.sampled_from((1, 7, 45))),
    ),
    min_size=3,
    max_size=10,
)
FAST = (Phase.explicit, Phase.generate)
slow = settings(
    max_examples=25,
    deadline=None,
    phases=FAST,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@slow
@given(steps)
def test_whatever_happens_every_board_is_the_sum_of_its_days(world: World, steps: list[tuple[str, object]]) -> None:
    wipe(world)
    now = [noon(TODAY)]
    with clock.set_to(lambda: now[0]):
        for verb, what in steps:
            _step(world, verb, what, now)
        standings.catch_up(world.db)
        assert world.standing() == world.expected()
        _check_boards(world)


def _step(world: World, verb: str, what: object, now: list[int]) -> None:
    match verb, what:
        case "give", list(batch):
            world.give(batch)
        case "tick", _:
            standings.tick(world.db)
        case "merge", (int(gone), int(kept)):
            with world.db.write() as conn:
                roots = dict(conn.execute(text("SELECT id, coalesce(root_id, id) FROM core_person")).all())
                if roots[gone] != roots[kept]:
                    moving = [person for person, root in roots.items() if root == roots[gone]]
                    for person in moving:
                        world.point(conn, person, roots[kept])
                    visibility.moved(conn, [*moving, roots[kept]])
        case "split", int(person):
            with world.db.write() as conn:
                conn.execute(text("UPDATE core_person SET root_id = NULL WHERE root_id = :id"), {"id": person})
                visibility.moved(conn, list(range(1, 7)))
        case "choose", (int(person), bool(shown)):
            with world.db.write() as conn:
                visibility.choose(conn, person, shown)
        case "wait", int(days):
            now[0] += days * clock.DAY


def _check_boards(world: World) -> None:
    """Every board's pages, ranks and histogram against a sorted list."""
    with world.db.read() as conn:
        hidden = set(conn.scalars(text("SELECT id FROM core_person WHERE shown = false OR root_id <> id")))
        grouped: dict[tuple[str, str, int], dict[int, int]] = {}
        for (scope, kind, start, subject), amount in world.standing().items():
            grouped.setdefault((scope, kind, start), {})[subject] = amount
        for (scope, kind, start), amounts in grouped.items():
            if scope == "teams":
                continue
            seen = sorted((-a, -s) for s, a in amounts.items() if s not in hidden and a > 0)
            found: list[boards.Line] = []
            after = None
            while True:
                page = boards.board(conn, ADMIN, POINTS, kind, start, scope, after=after, limit=2, deep=True)  # type: ignore[arg-type]
                found += page.lines
                after = page.next
                if after is None:
                    break
            assert [(-one.amount, -one.subject_id) for one in found] == seen
            assert [one.rank for one in found] == [1 + sum(a < mine for a, _ in seen) for mine, _ in seen]
            assert page.total == len(seen)
            for person, amount in amounts.items():
                own = boards.rank(conn, Viewer(person, "member"), person, POINTS, kind, start, scope)  # type: ignore[arg-type]
                assert own is not None
                higher = sum(a > amount for s, a in amounts.items() if s not in hidden)
                assert (own.amount, own.rank) == (amount, higher + 1)


def test_amounts_fall_into_rising_buckets() -> None:
    random.seed(5)
    amounts = sorted(random.randrange(-(1 << 45), 1 << 45) >> random.randrange(45) for _ in range(4000))
    found = [buckets.fine(amount) for amount in amounts]
    assert found == sorted(found)
    for amount in amounts:
        bucket = buckets.fine(amount)
        assert buckets.fine(buckets.above(bucket)) == bucket + 1
        assert buckets.fine(buckets.above(bucket) - 1) == bucket


def test_places_are_the_same_with_a_histogram_and_without(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(11)
    rows = [(chance.choice([chance.randint(-9, 9) * 500, chance.randint(1, 1 << 33)]), chance.random() < 0.8)
            for _ in range(60)]  # fmt: skip
    with db.write() as conn:
        boards_of = []
        for start, few in enumerate((2, 1000)):
            monkeypatch.setattr(buckets, "FEW", few)
            values = {"generation": 1, "measure": 1, "scope": "organisation", "kind": "month", "start": start}
            period = conn.execute(insert(Period).values(people=len(rows), **values).returning(Period.id)).scalar_one()
            standing = [
                {"period_id": period, "subject_id": n, "amount": amount, "visible": visible}
                for n, (amount, visible) in enumerate(rows, 1)
                if amount
            ]
            conn.execute(insert(Standing), standing)
            buckets.rebuild(conn, period)
            boards_of.append(period)
        kept = conn.scalars(select(Period.bucketed).order_by(Period.start)).all()
        assert kept == [True, False]
        for amount, _ in [*rows, (0, True), (1 << 40, True)]:
            above = sum(1 for other, visible in rows if visible and other and other > amount)
            assert [buckets.more_than(conn, period, amount) for period in boards_of] == [above, above]
        everybody = [conn.scalar(text(f"SELECT {buckets.EVERYBODY.format(period=period)}")) for period in boards_of]
        assert everybody == [sum(1 for amount, visible in rows if visible and amount > 0)] * 2


def test_the_database_buckets_as_python_does(db: Database) -> None:
    random.seed(6)
    amounts = [random.randrange(-(1 << 45), 1 << 45) >> random.randrange(45) for _ in range(500)]
    with db.read() as conn:
        statement = text(f"SELECT {buckets.sql('(CAST(:amount AS BIGINT))')}")
        assert [conn.scalar(statement, {"amount": a}) for a in amounts] == [buckets.fine(a) for a in amounts]


def test_a_tick_that_dies_leaves_nothing_and_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.give([(11, TODAY, 1, 5000), (21, TODAY, 2, 3000)])
    standings.catch_up(world.db)
    world.give([(11, TODAY, 1, 1000), (31, TODAY, 2, 9000)])
    with world.db.write() as conn:
        visibility.moved(conn, [1])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(standings, "settle_teams", die)
    with pytest.raises(KeyboardInterrupt):
        standings.tick(world.db)
    monkeypatch.undo()
    assert world.standing() != world.expected()
    standings.catch_up(world.db)
    assert world.standing() == world.expected()


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_one_tick_at_a_time(world: World) -> None:
    world.give([(11, TODAY, 1, 5000)])
    with world.db.write() as conn:
        lock(conn, STANDINGS_LOCK)
        assert not standings.tick(world.db)
    standings.catch_up(world.db)
    assert world.standing() == world.expected()


def test_consumers_and_ticks_at_the_same_time_lose_nothing(world: World) -> None:
    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            world.give([(chance.choice(ACCOUNTS), TODAY - chance.randrange(5), 1, 1000) for _ in range(20)])

    writers = [threading.Thread(target=write, args=(seed,)) for seed in (1, 2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        standings.tick(world.db)
    for writer in writers:
        writer.join()
    standings.catch_up(world.db)
    assert world.standing() == world.expected()
    assert sum(v for (scope, kind, *_), v in world.standing().items() if (scope, kind) == ("teams", "all")) == 1_000_000


def test_another_generation_stands_before_it_is_read(world: World) -> None:
    world.give([(11, TODAY, 0, 5000)])
    world.give([(11, TODAY, 0, 8000)], generation=2)
    standings.catch_up(world.db)
    with world.db.write() as conn:
        before = boards.rank(conn, MEMBER, 1, POINTS)
        conn.execute(text("UPDATE core_measure SET generation = 2"))
        after = boards.rank(conn, MEMBER, 1, POINTS)
        standings.forget(conn, 1)
    assert before is not None
    assert after is not None
    assert (before.amount, after.amount) == (5000, 8000)
    assert world.standing(1) == {}


def test_around_me(world: World) -> None:
    with world.db.write() as conn:
        world.add_people(conn, range(7, 30))
    world.give([(n * 10 + 1, TODAY, 0, (30 - n // 2) * 1000) for n in range(1, 30)])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        near = boards.around(conn, Viewer(20, "member"), POINTS)
        first = boards.around(conn, Viewer(1, "member"), POINTS)
        assert near[3].own
        missing = boards.next_place(conn, near[3], POINTS, boards.Span("all"))
        whole = boards.board(conn, ADMIN, POINTS, deep=True).lines
    at = next(i for i, one in enumerate(whole) if one.subject_id == 20)
    assert [(o.rank, o.subject_id) for o in near] == [(o.rank, o.subject_id) for o in whole[at - 3 : at + 4]]
    assert missing == 1000
    assert [one.subject_id for one in first] == [1, 3, 2, 5]


def test_a_board_is_not_deeper_than_the_setting(world: World) -> None:
    with world.db.write() as conn:
        world.add_people(conn, range(7, 60))
    world.give([(n * 10 + 1, TODAY, 0, n * 1000) for n in range(1, 60)])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        page = boards.board(conn, MEMBER, POINTS, limit=20)
        assert page.next is not None
        rest = boards.board(conn, MEMBER, POINTS, limit=20, after=page.next)
        assert (len(rest.lines), rest.next, rest.total) == (5, None, 59)
        deep = Cursor(5000, 5)
        assert boards.board(conn, MEMBER, POINTS, after=deep).lines == ()
        assert boards.board(conn, MEMBER, POINTS, deep=True, limit=90).next is None
        assert len(boards.board(conn, MEMBER, POINTS, deep=True, limit=90).lines) == 25
        assert len(boards.board(conn, ADMIN, POINTS, deep=True, limit=90).lines) == 59


def test_levels_are_replaced_whole(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(Measure.__table__.insert().values(id=2, name="influence.score", plugin="influence"))
        levels.publish(conn, "influence.score", {1: 900, 2: 700, 3: 700}, "run-1")
        levels.publish(conn, "influence.score", {1: 500, 2: 700, 4: 10}, "run-2")
        with pytest.raises(LookupError):
            levels.publish(conn, POINTS, {1: 1}, "run-1")
    with world.db.read() as conn:
        lines = boards.board(conn, MEMBER, "influence.score").lines
        assert levels.level(conn, "influence.score", 4) == 10
    assert [(one.rank, one.subject_id, one.amount) for one in lines] == [(1, 2, 700), (2, 1, 500), (3, 4, 10)]


def test_nobody_and_customers_see_no_board_of_employees(world: World) -> None:
    world.give([(11, TODAY, 1, 5000)])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        for viewer in (Viewer(), Viewer(9, "customer"), Viewer(1, "member", frozenset({"me:read"}))):
            for scope in ("organisation", "teams", "team:1"):
                with pytest.raises(NotShown):
                    boards.board(conn, viewer, POINTS, scope=scope)
            assert boards.rank(conn, viewer, 1, POINTS) is None or viewer.person_id == 1
