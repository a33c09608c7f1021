"""The presets, at the gate: nothing of a hidden person comes through, and totals do not give them away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.ledger import adjustments, boards, closed, lead, levels, standings, teams, visibility, why
from renown.ledger.boards import NotShown
from renown.ledger.models import Measure
from renown.people.models import TeamMember
from renown.sources.models import Source
from tests.stand.world import ADMIN, MEMBER, POINTS, World, day, noon

TODAY = day("2026-05-20")
MODERATOR = Viewer(role="moderator")


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    """Team 1: people 1-6, team 2: 7-10, team 3: 11-17."""
    with clock.set_to(lambda: noon(TODAY)):
        world = World.build(db, people=17, teams=3)
        world.give([(n * 10 + 1, TODAY - 1, team(n), n * 1000) for n in range(1, 18)])
        with db.write() as conn:
            conn.execute(
                TeamMember.__table__.insert(), [{"team_id": team(n), "person_id": n, "known": 0} for n in range(1, 18)]
            )
            visibility.moved(conn, list(range(1, 18)))
            conn.execute(Measure.__table__.insert().values(id=2, name="influence.score", plugin="influence"))
            levels.publish(conn, "influence.score", {n: n for n in range(1, 18)}, "run-1")
        standings.catch_up(db)
        yield world


def team(person: int) -> int:
    return 1 if person <= 6 else 2 if person <= 10 else 3


def under(world: World, preset: str, **shown: bool) -> None:
    with world.db.write() as conn:
        visibility.set_preset(conn, preset)
        for person, choice in shown.items():
            conn.execute(text("UPDATE core_person SET shown = :c WHERE id = :id"), {"c": choice, "id": int(person[1:])})
            visibility.moved(conn, [int(person[1:])])
    standings.catch_up(world.db)


def listed(world: World, viewer: Viewer = ADMIN, measure: str = POINTS, scope: str = "organisation") -> set[int]:
    with world.db.read() as conn:
        page = boards.board(conn, viewer, measure, scope=scope, deep=True, limit=100)
        assert page.total == len(page.lines)
        return {one.subject_id for one in page.lines}


def test_open_shows_all_whatever_they_chose(world: World) -> None:
    under(world, "open", p3=False)
    assert listed(world) == set(range(1, 18))
    assert listed(world, scope="teams") == {1, 2, 3}


def test_opt_out_hides_who_chose_it_everywhere(world: World) -> None:
    under(world, "opt-out", p3=False)
    everybody = set(range(1, 18)) - {3}
    for viewer in (MEMBER, MODERATOR, ADMIN):
        assert listed(world, viewer) <= everybody
        assert listed(world, viewer, "influence.score") <= everybody
    assert listed(world) == everybody
    assert listed(world, scope="team:1") == {1, 2, 4, 5, 6}
    with world.db.read() as conn:
        assert boards.rank(conn, ADMIN, 3, POINTS) is None
        four = boards.rank(conn, ADMIN, 4, POINTS)
        own = boards.rank(conn, Viewer(3, "member"), 3, POINTS)
        near = boards.around(conn, Viewer(4, "member"), POINTS)
        mine = boards.around(conn, Viewer(3, "member"), POINTS)
    assert own is not None
    assert four is not None
    assert (own.amount, own.rank, four.rank) == (3000, 15, 14)
    assert 3 not in {one.subject_id for one in near}
    assert [one.subject_id for one in mine] == [6, 5, 4, 3, 2, 1]


def test_a_total_does_not_give_one_hidden_member_away(world: World) -> None:
    under(world, "opt-out", p3=False)
    assert listed(world, scope="teams") == {2, 3}
    with world.db.read() as conn:
        _, shares = teams.shares(conn, MEMBER, POINTS, TODAY, months=1)[0]
    assert {one.team_id for one in shares} == {2, 3}
    assert sum(one.amount for one in shares) == sum(range(7, 18)) * 1000
    under(world, "opt-out", p1=False, p2=False, p4=False, p5=False)
    assert listed(world, scope="teams") == {1, 2, 3}, "five hidden together give nobody away"
    under(world, "opt-out", p1=True, p2=True, p3=True, p4=True, p5=True)
    assert listed(world, scope="teams") == {1, 2, 3}


def test_a_hidden_member_who_left_or_comes_back_is_not_given_away_either(world: World) -> None:
    for status in (2, 1, 0):
        with world.db.write() as conn:
            conn.execute(text("UPDATE core_person SET status = :status WHERE id = 3"), {"status": status})
        under(world, "opt-out", p3=False)
        assert listed(world, scope="teams") == {2, 3}


def test_a_hidden_customer_who_is_employed_is_not_given_away(world: World) -> None:
    for kind, shown in (("customer", {1, 2, 3}), ("employee", {2, 3})):
        with world.db.write() as conn:
            conn.execute(text("DELETE FROM core_affiliation"))
            conn.execute(text("INSERT INTO core_affiliation (person_id, kind, known) VALUES (3, :k, 1)"), {"k": kind})
        under(world, "opt-out", p3=False)
        assert listed(world, scope="teams") == shown


def test_what_is_given_by_hand_makes_no_employee(world: World) -> None:
    with world.db.write() as conn:
        own = {"id": 3, "name": "renown", "network": "renown", "slug": "renown", "title": "Renown"}
        own |= {"affiliation": "employee", "settings": {}, "secrets": []}
        conn.execute(Source.__table__.insert().values(own))
        conn.execute(text("UPDATE core_identity SET source_id = 2 WHERE person_id = 4"))
        visibility.moved(conn, [4])
    standings.catch_up(world.db)
    assert 4 not in listed(world)
    with world.db.write() as conn:
        adjustments.adjust(conn, 4, POINTS, 5000, "for the talk", by=None)
        visibility.moved(conn, [4])
    standings.catch_up(world.db)
    assert 4 not in listed(world), "customers never stand on employee boards"


def test_opt_in_shows_who_chose_it(world: World) -> None:
    under(world, "opt-in", p3=True, p4=True)
    assert listed(world) == {3, 4}
    assert listed(world, measure="influence.score") == {3, 4}


def test_teams_only_shows_no_person_and_no_small_group(world: World) -> None:
    under(world, "teams-only")
    for viewer in (MEMBER, MODERATOR, ADMIN):
        _no_person(world, viewer)
    # Team 2 has four people. Beside teams 1 and 3 its total could be told from a sum: the smaller of them goes too.
    assert listed(world, scope="teams") == {3}
    with world.db.read() as conn:
        assert boards.rank(conn, Viewer(3, "member"), 3, POINTS) is not None
        assert [one.subject_id for one in boards.around(conn, Viewer(3, "member"), POINTS)] == [3]


def test_bots_and_customers_make_no_group_of_five(world: World) -> None:
    """Team 3 has seven people; then three of them turn out to be none of the company's."""
    under(world, "teams-only")
    assert listed(world, scope="teams") == {3}
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_person SET bot = true WHERE id = 11"))
        conn.execute(
            text("INSERT INTO core_affiliation (person_id, kind, known) VALUES (12, 'customer', 1), (13, 'partner', 1)")
        )
        visibility.moved(conn, [11, 12, 13])
    standings.catch_up(world.db)
    assert listed(world, scope="teams") == {1}, "four are left in team 3: with team 2 they hide each other"


def test_own_only_binds_administrators(world: World) -> None:
    under(world, "own-only")
    for viewer in (MEMBER, MODERATOR, ADMIN):
        _no_person(world, viewer)
        with world.db.read() as conn, pytest.raises(NotShown):
            boards.board(conn, viewer, POINTS, scope="teams", deep=True)
        with world.db.read() as conn, pytest.raises(NotShown):
            teams.totals(conn, viewer, POINTS, TODAY)
    with world.db.read() as conn:
        own = Viewer(3, "member")
        assert [one.subject_id for one in boards.around(conn, own, POINTS)] == [3]
        assert why.why(conn, own, 3, POINTS).measure == POINTS
        with pytest.raises(NotShown):
            why.why(conn, own, 4, POINTS)


def test_what_is_stricter_holds_before_any_tick(world: World) -> None:
    for preset in ("teams-only", "own-only"):
        with world.db.write() as conn:
            visibility.set_preset(conn, preset)
        _no_person(world, ADMIN)


def _no_person(world: World, viewer: Viewer) -> None:
    reads: tuple[Callable[..., object], ...] = (
        lambda conn: boards.board(conn, viewer, POINTS, deep=True),
        lambda conn: boards.board(conn, viewer, POINTS, scope="team:1", deep=True),
        lambda conn: boards.board(conn, viewer, POINTS, scope="source:1", deep=True),
        lambda conn: closed.board(conn, viewer, POINTS, "month", day("2026-04-01")),
        lambda conn: boards.board(conn, viewer, "influence.score", deep=True),
        lambda conn: lead.changes(conn, viewer, POINTS),
        lambda conn: why.why(conn, viewer, 4, POINTS),
    )
    for read in reads:
        with world.db.read() as conn, pytest.raises(NotShown):
            read(conn)
    with world.db.read() as conn:
        assert boards.rank(conn, viewer, 4, POINTS) is None
        assert boards.around(conn, viewer, POINTS) == ()


def test_bots_leavers_suspended_and_customers_are_off_the_boards(world: World) -> None:
    with world.db.write() as conn:
        conn.execute(text("UPDATE core_person SET bot = true WHERE id = 1"))
        conn.execute(text("UPDATE core_person SET status = 1 WHERE id = 2"))
        conn.execute(text("UPDATE core_person SET status = 2 WHERE id = 3"))
        conn.execute(text("UPDATE core_person SET left_day = :day WHERE id = 4"), {"day": TODAY})
        conn.execute(text("UPDATE core_person SET left_day = :day WHERE id = 5"), {"day": TODAY + 1})
        conn.execute(
            text("INSERT INTO core_affiliation (person_id, kind, known) VALUES (6, 'customer', 1), (7, 'employee', 1)")
        )
        visibility.moved(conn, list(range(1, 8)))
    standings.catch_up(world.db)
    assert listed(world) == {5, *range(7, 18)}
    with clock.set_to(lambda: noon(TODAY + 1)):
        standings.catch_up(world.db)
        assert listed(world) == set(range(7, 18)), "who leaves today is off the board without anybody's doing"


def test_a_choice_is_only_made_where_the_preset_leaves_one(world: World) -> None:
    with world.db.write() as conn:
        for preset in ("open", "teams-only", "own-only"):
            visibility.set_preset(conn, preset)
            with pytest.raises(PermissionError):
                visibility.choose(conn, 1, False)
        with pytest.raises(ValueError, match="privacy"):
            visibility.set_preset(conn, "none")


def test_team_totals_and_per_head(world: World) -> None:
    with world.db.read() as conn:
        found = {one.line.subject_id: one for one in teams.totals(conn, MEMBER, POINTS, TODAY)}
    mean = 153_000 / 17
    assert {one: (line.line.amount, line.people, line.active) for one, line in found.items()} == {
        1: (21_000, 6, 6), 2: (34_000, 4, 4), 3: (98_000, 7, 7),
    }  # fmt: skip
    assert found[2].per_head is None
    assert found[1].per_head == int((21_000 + 5 * mean) / 11)
    assert found[3].per_head == int((98_000 + 5 * mean) / 12)


@given(st.lists(st.integers(0, 12), max_size=8))
def test_no_small_group_and_no_small_rest(sizes: list[int]) -> None:
    teams_ = [(size, number) for number, size in enumerate(sizes)]
    shown = visibility.big_enough(teams_)
    left = sum(size for size, number in teams_ if number not in shown)
    assert all(sizes[number] >= 5 for number in shown)
    assert left == 0 or left >= 5 or not shown
