"""Every number opens into the entries that make it, and they add up to it, in every period."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.events.models import PRIVATE
from renown.ledger import boards, periods, standings, visibility, why
from renown.ledger.boards import NotShown
from tests.stand.world import ADMIN, MEMBER, POINTS, World, day, noon

TODAY = day("2026-05-20")


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    with clock.set_to(lambda: noon(TODAY)):
        world = World.build(db)
        with db.write() as conn:
            for position in range(1, 40):
                number = TODAY - position
                world.act(conn, position, 21, noon(number), PRIVATE if position % 7 == 0 else 0)
        yield world


def many(world: World) -> None:
    entries = []
    for position in range(1, 38):
        identity = 12 if position % 3 == 0 else 11
        raw = position * 100
        entries.append({"identity_id": identity, "event_id": position, "day": TODAY - position, "raw": raw,
                        "amount": raw if position % 5 else raw // 2})  # fmt: skip
    world.post(entries)
    standings.catch_up(world.db)


def test_the_sum_is_the_standing_in_every_period(world: World) -> None:
    many(world)
    with world.db.read() as conn:
        for (scope, kind, start, person), amount in world.standing().items():
            if scope != "organisation":
                continue
            found = why.why(conn, MEMBER, person, POINTS, periods.Span(kind, start), limit=100)  # type: ignore[arg-type]
            assert found.amount == amount
            assert sum(change.amount for change in found.changes) == amount
            assert sum(part.amount for part in found.parts) == amount


def test_pages_hold_every_change_once(world: World) -> None:
    many(world)
    with world.db.read() as conn:
        seen: list[int] = []
        after = None
        while True:
            page = why.why(conn, MEMBER, 1, POINTS, after=after, limit=5)
            seen += [change.id for change in page.changes]
            if page.next is None:
                break
            after = why.Cursor.parse(str(page.next))
        days = [c.day for c in why.why(conn, MEMBER, 1, POINTS, limit=100).changes]
    assert len(seen) == len(set(seen)) == 37
    assert days == sorted(days, reverse=True)


def test_private_acts_are_day_and_points_only(world: World) -> None:
    many(world)
    with world.db.read() as conn:
        for viewer in (MEMBER, ADMIN, Viewer(1, "member")):
            found = why.why(conn, viewer, 1, POINTS, limit=100)
            private = [change for change in found.changes if change.private]
            assert len(private) == 5
            for change in private:
                assert change == why.Change(
                    change.id, change.day, change.raw, change.amount, change.reverses, change.reversed_by, True
                )
            told = [change for change in found.changes if not change.private]
            assert {(c.rule, c.version, c.type, c.kind, c.source, c.by) for c in told} == {
                ("reply", 1, "collab.reply.v1", "message", "Chat", "Person 2")
            }
            assert {part.rule for part in found.parts} == {"reply", None}


def test_what_was_taken_and_what_reversed_it(world: World) -> None:
    world.post([{"identity_id": 11, "event_id": 1, "day": TODAY, "raw": 5000, "amount": 4000}])
    world.post([{"identity_id": 11, "event_id": 2, "day": TODAY, "amount": 1000}])
    with world.db.write() as conn:
        first = conn.scalar(text("SELECT min(id) FROM core_entry"))
    world.post([{"identity_id": 11, "event_id": 3, "act_id": 1, "day": TODAY, "raw": -5000, "amount": -4000,
                 "reverses": first}])  # fmt: skip
    standings.catch_up(world.db)
    with world.db.read() as conn:
        found = why.why(conn, MEMBER, 1, POINTS)
        taken = why.why(conn, MEMBER, 1, POINTS, taken=True)
        person, history = why.history(conn, MEMBER, first or 0)
    assert found.amount == 1000
    assert [(part.acts, part.amount) for part in found.parts] == [(1, 1000)]
    assert [(c.amount, bool(c.reverses), bool(c.reversed_by)) for c in taken.changes] == [
        (-4000, True, False), (4000, False, True),
    ]  # fmt: skip
    assert [c.taken for c in taken.changes] == [-1000, 1000]
    assert (person.key, [c.amount for c in history]) == ("p1", [4000, -4000])
    assert history[1].cause == "collab.reply.v1"


def test_only_those_who_may_see_a_person_see_why(world: World) -> None:
    many(world)
    with world.db.write() as conn:
        visibility.choose(conn, 1, False)
    standings.catch_up(world.db)
    with world.db.read() as conn:
        entry = conn.scalar(text("SELECT min(id) FROM core_entry")) or 0
        for viewer in (MEMBER, ADMIN, Viewer(), Viewer(2, "member"), Viewer(9, "customer")):
            with pytest.raises(NotShown):
                why.why(conn, viewer, 1, POINTS)
            with pytest.raises(NotShown):
                why.history(conn, viewer, entry)
        own = why.why(conn, Viewer(1, "member"), 1, POINTS)
        line = boards.rank(conn, Viewer(1, "member"), 1, POINTS)
        assert line is not None
        assert own.amount == line.amount
        with pytest.raises(NotShown):
            why.why(conn, MEMBER, 99, POINTS)
        with pytest.raises(NotShown):
            why.why(conn, Viewer(1, "member"), 1, "no.such")


def test_accounts_of_merged_people_are_explained_together(world: World) -> None:
    world.post([{"identity_id": 11, "event_id": 1, "day": TODAY, "amount": 4000},
                {"identity_id": 31, "event_id": 2, "day": TODAY, "amount": 500}])  # fmt: skip
    with world.db.write() as conn:
        world.point(conn, 3, 1)
        visibility.moved(conn, [1, 3])
    standings.catch_up(world.db)
    with world.db.read() as conn:
        assert why.why(conn, MEMBER, 1, POINTS).amount == 4500
        with pytest.raises(NotShown):
            why.why(conn, MEMBER, 3, POINTS)
