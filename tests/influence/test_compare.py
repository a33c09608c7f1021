"""Activity beside influence: names from boards alone, everybody else without."""

from __future__ import annotations

import numpy as np
import pytest

from renown_influence import comparing, drawing
from renown_influence.comparing import Comparison
from tests.influence.office import GENERAL, Office
from tests.influence.reading import data, main, named, page


@pytest.fixture
def busy(own_office: Office) -> Office:
    """U28 wrote a lot in the quarter before and nobody relied on it; U1 wrote little."""
    own_office.take([own_office.made(f"U{n}", GENERAL, days_ago=60 + n) for n in range(5, 28)])
    for number in range(40):
        event = own_office.made("U28", GENERAL, days_ago=60 + number % 20)
        event.data.object.id, event.data.object.kind, event.data.object.words = f"busy{number}", "message", 40
        own_office.take([event])
    own_office.again()
    return own_office


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


def many(count: int) -> Comparison:
    dice = np.random.default_rng(1)
    people = np.arange(1, count + 1)
    return Comparison(people, dice.integers(0, 10**6, count), dice.integers(0, 60_000, count), (), ())


def test_many_people_are_squares_that_hold_them_all() -> None:
    drawn = drawing.scatter(many(10_000), 7)
    assert sum(one.people for one in drawn.squares) == 10_000
    assert len(drawn.squares) < 400
    assert [dot.kind for dot in drawn.dots] == ["you"]
    assert all(0 <= one.x <= drawn.width and 0 <= one.y <= drawn.height for one in drawn.squares)


def test_few_people_are_dots() -> None:
    drawn = drawing.scatter(many(50), None)
    assert (len(drawn.dots), len(drawn.squares)) == (50, 0)
    assert all(0 <= one.x <= drawn.width and 0 <= one.y <= drawn.height for one in drawn.dots)


def test_nobody_who_acts_and_is_heard_alike_stands_out() -> None:
    amounts = np.arange(20) * 1000
    assert (comparing._standing(amounts) == comparing._standing(amounts * 7)).all()
