"""Changes of the lead: who passed whom, when, after how long; kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.ledger import judging, lead, periods, standings, visibility
from renown.ledger.models import LeadChange
from tests.stand.test_standings import wipe
from tests.stand.world import MEMBER, POINTS, World, day, noon

TODAY = day("2026-05-20")
LEADER, COLLEAGUE = 11, 21
MARKETING, SUPPORT = 1, 2


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    with clock.set_to(lambda: noon(TODAY)):
        yield World.build(db)


def judge(world: World, today: int = TODAY) -> None:
    standings.catch_up(world.db)
    judging.catch_up(world.db, today)


def kept(
    world: World, kind: periods.Kind = "all", scope: str = "organisation", **more: bool
) -> list[tuple[object, ...]]:
    with world.db.read() as conn:
        found = lead.changes(conn, MEMBER, POINTS, kind, 0, scope, **more)  # type: ignore[arg-type]
    return [(one.day, one.leader and one.leader.key, one.former and one.former.key, one.days) for one in found]


def two_years(world: World) -> int:
    """14,000 points gathered over exactly two years at the top; the colleague from support comes nearer, and passes."""
    first = day("2024-05-18")
    last = day("2026-05-18")
    days = last - first
    rows = []
    for number in range(days):
        rows.append(
            (LEADER, first + number, MARKETING, 14_000_000 * (number + 1) // days - 14_000_000 * number // days)
        )
        rows.append(
            (COLLEAGUE, first + number, SUPPORT, 13_000_000 * (number + 1) // days - 13_000_000 * number // days)
        )
    rows.append((COLLEAGUE, last, SUPPORT, 1_001_000))
    world.give(rows)
    return last


def test_one_change_after_two_years_at_the_top(world: World) -> None:
    passed = two_years(world)
    judge(world)
    assert kept(world) == [(passed, "p2", "p1", 731 - 1)]
    with world.db.read() as conn:
        [change] = lead.changes(conn, MEMBER, POINTS)
        assert (change.amount, change.former_amount) == (14_001_000, 14_000_000)
        assert clock.to_date(change.day - change.days).isoformat() == "2024-05-18"
        [teams] = lead.changes(conn, MEMBER, POINTS, scope="teams")
        assert teams.leader is not None
        assert (teams.leader.key, teams.day) == ("t2", passed)
    judge(world, TODAY + 400)
    assert kept(world) == [(passed, "p2", "p1", 730)]


def test_ties_keep_the_leader_and_the_day_is_judged_at_its_end(world: World) -> None:
    world.give([(11, TODAY - 3, 0, 5000), (21, TODAY - 2, 0, 5000)])
    world.give([(21, TODAY - 1, 0, 9000), (11, TODAY - 1, 0, 9000)])
    world.give([(21, TODAY, 0, 1000)])
    judge(world)
    assert kept(world) == []
    judge(world, TODAY + 1)
    assert kept(world) == [(TODAY, "p2", "p1", 3)]


def test_what_a_late_event_disproves_stays_and_is_marked(world: World) -> None:
    world.give([(11, TODAY - 9, 0, 5000), (21, TODAY - 5, 0, 7000)])
    judge(world)
    assert kept(world) == [(TODAY - 5, "p2", "p1", 4)]
    world.give([(11, TODAY - 6, 0, 4000)])
    judge(world)
    assert kept(world) == []
    assert kept(world, superseded=True) == [(TODAY - 5, "p2", "p1", 4)]
    world.give([(11, TODAY - 6, 0, -4000)])
    judge(world)
    assert kept(world, superseded=True) == [(TODAY - 5, "p2", "p1", 4)]
    assert kept(world) == [(TODAY - 5, "p2", "p1", 4)]


def test_customers_and_bots_never_lead(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_person SET bot = true WHERE id = 1"))
    world.give([(11, TODAY - 9, 0, 50_000), (21, TODAY - 5, 0, 7000), (31, TODAY - 4, 0, 8000)])
    judge(world)
    assert kept(world) == [(TODAY - 4, "p3", "p2", 1)]
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_person SET bot = false WHERE id = 1"))
        visibility.moved(conn, [1])
    judge(world)
    assert kept(world) == []


def test_a_killed_judging_is_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.give([(11, TODAY - 9, 0, 5000), (21, TODAY - 5, 0, 7000)])
    standings.catch_up(world.db)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "_write", die)
    with pytest.raises(KeyboardInterrupt):
        judging.catch_up(world.db, TODAY)
    monkeypatch.undo()
    judge(world)
    assert kept(world) == [(TODAY - 5, "p2", "p1", 4)]


def test_a_hidden_person_is_not_named(world: World) -> None:
    world.give([(11, TODAY - 9, 0, 5000), (21, TODAY - 5, 0, 7000), (31, TODAY - 3, 0, 8000)])
    judge(world)
    with world.db.write() as conn:
        visibility.choose(conn, 2, False)
    standings.catch_up(world.db)
    assert kept(world) == [(TODAY - 3, "p3", None, 2), (TODAY - 5, None, "p1", 4)]
    with world.db.read() as conn:
        own = lead.changes(conn, Viewer(2, "member"), POINTS)
    assert [(one.leader and one.leader.key, one.former and one.former.key) for one in own] == [
        ("p3", "p2"), ("p2", "p1"),
    ]  # fmt: skip


rows = st.lists(
    st.tuples(
        st.sampled_from((11, 21, 31, 41)),
        st.integers(TODAY - 25, TODAY - 1),
        st.sampled_from((0, 1, 2)),
        st.sampled_from((-2000, 1000, 1000, 1500, 3000)),
    ),
    max_size=10,
)
FAST = (Phase.explicit, Phase.generate)


@settings(max_examples=250, deadline=None, phases=FAST, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, min_size=1, max_size=4))
def test_judging_step_by_step_is_judging_at_once(world: World, batches: list[list[tuple[int, int, int, int]]]) -> None:
    wipe(world)
    today = TODAY - 12
    for batch in batches:
        world.give(batch)
        judge(world, today)
        today += 4
    judge(world, TODAY)
    stepwise = _rows(world)
    with world.db.write() as conn:
        conn.execute(text("DELETE FROM core_lead_change"))
        conn.execute(text("DELETE FROM core_lead_state"))
    judge(world, TODAY)
    assert stepwise == _rows(world)
    assert stepwise == _slowly(world)


def _rows(world: World) -> set[tuple[object, ...]]:
    with world.db.read() as conn:
        found = conn.execute(select(LeadChange.__table__).where(LeadChange.superseded_at.is_(None)))
        return {
            (r.period_id, r.day, r.leader_id, r.amount, r.former_id, r.former_amount, r.former_since) for r in found
        }


def _slowly(world: World) -> set[tuple[object, ...]]:
    """Every board, every day, from nothing."""
    with world.db.read() as conn:
        boards = {(r.scope, r.kind, r.start): r.id for r in conn.execute(text("SELECT * FROM core_period"))}
        totals = conn.execute(text("SELECT identity_id, day, team, amount FROM core_day_total ORDER BY day")).all()
    found = set()
    for (scope, kind, start), period in boards.items():
        if scope.startswith("source") or kind == "rolling":
            continue
        leader, since = None, None
        sums: dict[int, int] = {}
        for now in range(TODAY - 30, TODAY):
            if not periods.Span(kind, start).holds(now):
                continue
            for row in totals:
                person = world.accounts[row.identity_id][0]
                subject = row.team if scope == "teams" else person
                mine = scope == "organisation" or (row.team and scope in ("teams", f"team:{row.team}"))
                if row.day == now and mine:
                    sums[subject] = sums.get(subject, 0) + row.amount
            had = sums.get(leader, 0) if leader is not None else 0
            best = max(sums, key=lambda s: (sums[s], -s), default=None)
            if best is not None and sums[best] > max(had, 0) and best != leader:
                found.add((period, now, best, sums[best], leader, None if leader is None else had, since))
                leader, since = best, now
    return found
