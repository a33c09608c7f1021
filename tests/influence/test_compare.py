"""Activity beside influence: names from boards alone, everybody else without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from renown import clock
from renown.api import Line
from renown.db import stored
from renown.jobs.worker import drain_all
from renown_influence import compared, comparing, scatter
from renown_influence.comparing import Both, Comparison, Side
from renown_influence.scatter import Frame
from tests.influence.office import GENERAL, NOW, RECKONED, TEAMS, Office, opened, reaching
from tests.influence.reading import data, main, named, page
from tests.ready import Ready, State


def _busy(url: str) -> None:
    with reaching(url) as office:
        office.take([office.made(f"U{n}", GENERAL, days_ago=60 + n) for n in range(5, 28)])
        for number in range(40):
            event = office.made("U27" if number == 39 else "U28", GENERAL, days_ago=60 + number % 20)
            event.data.object.id, event.data.object.kind, event.data.object.words = f"busy{number}", "message", 40
            office.take([event])
        office.again()


BUSY = State("busy", _busy, RECKONED)


@pytest.fixture
def busy(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Office]:
    """U28 wrote a lot in the quarter before, U27 something, and nobody relied on it; U1 wrote little."""
    with ready(dialect).copy(BUSY, tmp_path) as url, opened(url, tmp_path) as office:
        yield office


def test_who_is_heard_though_quiet_and_who_is_busy_and_not_yet_heard(busy: Office) -> None:
    found = data(busy.as_("U0"), "/influence/compare.json")
    heard, active = ([one["person"] for one in found[side]] for side in ("heard", "busy"))
    assert busy.handle("U1") in heard
    assert busy.handle("U28") in active
    assert not set(heard) & set(active)
    text = main(busy.as_("U0"), "/influence/compare")
    assert {"U1", "U28"} <= named(text)


def test_whoever_hides_is_in_neither_list_nor_picture(busy: Office) -> None:
    dots = page(busy.as_("U0"), "/influence/compare").count('class="dot')
    busy.preset("opt-out", "U28")
    found = data(busy.as_("U0"), "/influence/compare.json")
    assert busy.handle("U28") not in [one["person"] for one in found["busy"]]
    assert page(busy.as_("U0"), "/influence/compare").count('class="dot') < dots


def test_without_the_plugin_that_counts_activity_there_is_nothing_to_compare(busy: Office) -> None:
    from renown.context.switching import set_enabled

    set_enabled(busy.db, busy.renown.plugins, "activity", False, actor_id=None, via="system")
    assert "The plugin Activity is off" in main(busy.as_("U0"), "/influence/compare")
    set_enabled(busy.db, busy.renown.plugins, "activity", True, actor_id=None, via="system")


def test_in_the_first_quarter_its_own_points_are_compared(own_office: Office) -> None:
    """Everything in the office happened in this quarter."""
    found = data(own_office.as_("U0"), "/influence/compare.json")
    assert found["period"] == "this-quarter"
    text = main(own_office.as_("U0"), "/influence/compare")
    assert "Points of Q2 2026, so far" in text
    busiest = data(own_office.as_("U0"), "/boards/activity.points.json?period=this-quarter")["rows"][0]
    assert f"{busiest['amount']:.0f}" in text or busiest["person"] not in str(found)


def test_the_quarter_before_is_compared_as_soon_as_it_has_points(busy: Office) -> None:
    assert data(busy.as_("U0"), "/influence/compare.json")["period"] == "last-quarter"
    text = main(busy.as_("U0"), "/influence/compare")
    assert "Points of Q1 2026 say how much somebody did. Influence, as of 20 May, says" in text
    assert "Points, Q1 2026 Influence, 20 May" in text, "columns tell of which days they are"


def test_who_is_named_is_not_told_that_it_is_secret(busy: Office) -> None:
    """U28 heads a list that all read; where boards show no place, nobody is named and it is theirs alone."""
    mine = main(busy.as_("U28"), "/influence/compare")
    assert "Colleagues read your name in the list below." in mine
    assert "Only you" not in mine
    with busy.db.write() as conn:
        stored.put(conn, "core", "board_depth", 0)
    mine = main(busy.as_("U28"), "/influence/compare")
    assert "You are busy, and not yet heard" in mine
    assert "Only you are told this." in mine
    assert "Colleagues read" not in mine


def test_where_nobody_has_points_there_is_nothing_to_compare_yet(own_office: Office) -> None:
    """A year later: both quarters are empty, and influence is still there."""
    with clock.set_to(lambda: NOW + 300 * clock.DAY):
        drain_all(own_office.db, own_office.renown.drains)
        client = own_office.as_("U0")
        text = main(client, "/influence/compare")
        found = data(client, "/influence/compare.json")
    assert "Nothing to compare yet" in text
    assert "Nobody stands out" not in text
    assert (found["heard"], found["busy"], found["you"]) == ([], [], "")


def test_all_are_counted_however_deep_they_stand_and_each_is_told_alone(busy: Office) -> None:
    """Boards show no place at all: whoever stands deeper is counted and not named."""
    before = data(busy.as_("U0"), "/influence/compare.json")
    with busy.db.write() as conn:
        stored.put(conn, "core", "board_depth", 0)
    found = data(busy.as_("U0"), "/influence/compare.json")
    everybody = {side: before[side] + [None] * (before[f"{side}_others"] or 0) for side in ("heard", "busy")}
    for side in ("heard", "busy"):
        assert found[side] == []
        count = len(everybody[side])
        assert found[f"{side}_others"] == (count if count >= 5 or not count else None)
        assert count
    text = main(busy.as_("U0"), "/influence/compare")
    assert "Nobody stands out" not in text
    assert "who are not named here" in text
    assert not named(text)
    assert data(busy.as_("U28"), "/influence/compare.json")["you"] == "busy"
    assert "You are busy, and not yet heard" in main(busy.as_("U28"), "/influence/compare")
    assert data(busy.as_("U1"), "/influence/compare.json")["you"] == "heard"
    assert "You are heard though quiet" in main(busy.as_("U1"), "/influence/compare")
    busy.preset("opt-out", "U28")
    assert data(busy.as_("U28"), "/influence/compare.json")["you"] == "busy", "hidden from others, not from oneself"


def test_teams_are_told_in_steps_with_enough_left(office: Office) -> None:
    """Ten to a team, numbered one after another: 5 of 10 on either side; and in a smaller group nothing is told."""
    with office.reading() as ctx:
        ids = np.array(sorted(office.people.values()))
        odd = np.arange(len(ids)) % 2 == 1
        both = Comparison("last-quarter", ids, ids, ids, Side(odd), Side(~odd))
        assert {(one.name, one.heard, one.busy) for one in compared.by_team(ctx, both)} == {
            (name, 5, 5) for name in TEAMS
        }
        fewer = odd.copy()
        fewer[np.flatnonzero(odd)[0]] = False
        both = Comparison("last-quarter", ids, ids, ids, Side(fewer), Side(~fewer))
        told = {one.name: (one.heard, one.busy) for one in compared.by_team(ctx, both)}
    assert sorted(told.values()) == [(0, 5), (5, 5), (5, 5)], "6 of 10: 5 or more, for 4 are left"


def test_a_hundred_thousand_are_compared_as_numbers() -> None:
    """Nobody is read from a board to be counted."""
    dice = np.random.default_rng(5)
    one, other = dice.integers(0, 10**6, (2, 100_000))
    ahead = comparing.standing(one, one) - comparing.standing(other, other)
    exact = [float(ahead[at]) for at in range(0, 100_000, 25_000)]
    by_hand = [
        (
            (one < one[at]).sum()
            + (one == one[at]).sum() / 2
            - (other < other[at]).sum()
            - (other == other[at]).sum() / 2
        )
        / 100_000
        for at in range(0, 100_000, 25_000)
    ]
    assert exact == pytest.approx(by_hand, abs=1e-9)
    assert Side(ahead >= 0.25).people == Side(ahead >= 0.25).others > 20_000


@pytest.mark.parametrize(("people", "told"), [(0, 0), (1, None), (4, None), (5, 5), (930, 930)])
def test_few_who_are_not_named_are_not_counted(people: int, told: int | None) -> None:
    assert Side(np.arange(1000) < people).others == told


def many(count: int) -> Comparison:
    dice = np.random.default_rng(1)
    people, nobody = np.arange(1, count + 1), Side(np.zeros(count, np.bool_))
    amounts = dice.integers(0, 10**6, count), dice.integers(0, 60_000, count)
    return Comparison("last-quarter", people, *amounts, nobody, nobody)


FRAMES = pytest.mark.parametrize("frame", [scatter.WIDE, scatter.NARROW], ids=["wide", "narrow"])


@FRAMES
def test_many_people_are_squares_that_hold_them_all(frame: Frame) -> None:
    drawn = scatter.of(many(10_000), 7, frame)
    assert sum(one.people for one in drawn.squares) == 10_000
    assert len(drawn.squares) < 600
    assert [dot.kind for dot in drawn.dots] == ["you"]
    assert all(inside(frame, one.x, one.y, one.x + one.width, one.y + one.height) for one in drawn.squares)


@FRAMES
def test_few_people_are_dots(frame: Frame) -> None:
    drawn = scatter.of(many(50), None, frame)
    assert (len(drawn.dots), len(drawn.squares)) == (50, 0)
    assert all(inside(frame, one.x, one.y, one.x, one.y) for one in drawn.dots)


def inside(frame: Frame, left: float, top: float, right: float, bottom: float) -> bool:
    """A tenth may be lost by rounding."""
    return (
        frame.left - 0.2 <= left
        and right <= frame.width - frame.right + 0.2
        and frame.top - 0.2 <= top
        and bottom <= frame.height - frame.below + 0.2
    )


def test_names_stand_beside_their_dots_and_never_on_others() -> None:
    """Ten on each side, some of them in one place."""
    dice = np.random.default_rng(2)
    people = np.arange(1, 41)
    activity, influence = dice.integers(0, 6, 40) * 1000, dice.integers(0, 6, 40) * 4000
    both = [
        Both(Line(1, int(one), f"p{one}", f"Person with a name {one}", 0), int(activity[at]), int(influence[at]))
        for at, one in enumerate(people)
    ]
    side = Side(np.ones(40, np.bool_), tuple(both[:10])), Side(np.ones(40, np.bool_), tuple(both[10:20]))
    drawn = scatter.of(Comparison("last-quarter", people, activity, influence, *side), 40, scatter.WIDE)
    assert drawn.names[0].text == "You"
    assert len(drawn.names) > 10
    boxes = [
        (one.x - 6 * len(one.text), one.x) if one.left else (one.x, one.x + 6 * len(one.text)) for one in drawn.names
    ]
    for at, (left, right) in enumerate(boxes):
        assert left >= 0
        assert right <= drawn.frame.width
        for other in range(at):
            apart = right <= boxes[other][0] or boxes[other][1] <= left
            assert apart or abs(drawn.names[at].y - drawn.names[other].y) >= 12
        for dot in drawn.dots:
            beside = right <= dot.x - 3 or dot.x + 3 <= left
            assert beside or abs(drawn.names[at].y - 4 - dot.y) >= 6, "nor on a dot"


def test_both_axes_are_named_and_the_phone_has_a_picture_of_its_own(busy: Office) -> None:
    markup = page(busy.as_("U0"), "/influence/compare")
    pictures = re.findall(r'<svg class="chart scatter ([^"]*)" viewBox="0 0 (\d+) \d+".*?</svg>', markup, re.DOTALL)
    assert [(name, int(width)) for name, width in pictures] == [("scatter-wide not-phone", 960), ("only-phone", 360)]
    for svg in re.findall(r'<svg class="chart scatter.*?</svg>', markup, re.DOTALL):
        assert ">Influence, 20 May</text>" in svg
        assert ">Points of Q1 2026</text>" in svg
    assert '<text class="dot-name"' in markup, "who stands out is named without pointing at it"


def test_nobody_who_acts_and_is_heard_alike_stands_out() -> None:
    amounts = np.arange(20) * 1000
    assert (comparing.standing(amounts, amounts) == comparing.standing(amounts * 7, amounts * 7)).all()
