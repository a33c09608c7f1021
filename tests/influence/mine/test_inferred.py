"""What somebody could work out from the numbers of a score: nothing of leave, nothing of private acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from renown.people import calendar
from tests.influence.mine.reading import MINE, TODAY, address, rated
from tests.influence.office import KAFKA, SECRET, Office
from tests.influence.reading import data, main, page

#: Of the numbers behind a rater, those that only the owner is told.
_EXACT = ("brought", "strength", "share", "voice")


def _numbers(told: Any) -> Iterator[float]:
    """Of anything in JSON that is no whole number."""
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _numbers(one)
    elif isinstance(told, float) and told != int(told):
        yield told


def _seen(office: Office, who: str, viewer: str) -> list[Any]:
    """All that the viewer is told of who brings what to somebody, and of the acts behind it."""
    client = office.as_(viewer)
    told = data(client, address(office, who, ".json"))
    return [told["from"], told["others"], [data(client, rated(office, who, viewer, at) + ".json") for at in range(5)]]


def test_leave_cannot_be_worked_out_by_others(own_office: Office) -> None:
    """Of an act, what is left of its weight would give the working days, and so the leave."""
    before = _seen(own_office, "U1", "U25")
    with own_office.db.write() as conn:
        calendar.set_leave(conn, own_office.people["U1"], TODAY - 12, TODAY - 2)
    own_office.again()
    after = _seen(own_office, "U1", "U25")
    weights = {act["weight"] for _, _, pairs in (before, after) for pair in pairs for act in pair["acts"]}
    for seen in (before, after):
        assert set(_numbers(seen)) <= weights, "nothing finer than whole percents, but what each act weighs"
        assert all(one[name] is None for one in seen[0] for name in _EXACT)
    own = data(own_office.as_("U1"), address(own_office, "U1", ".json"))
    assert all(one[name] is not None for one in own["from"] for name in _EXACT)


def test_nor_from_how_much_one_relies_on_somebody(own_office: Office) -> None:
    """U2 sees their own strength for U1's work fade; slower, while U1 is away."""
    client = own_office.as_("U2")
    relied = data(client, "/influence/network/me.json")["relied_on"]["named"]
    assert relied
    assert all(one["strength"] is None and one["much"] in (1, 2, 3) for one in relied)
    assert all(one["strength"] for one in data(own_office.as_("U1"), "/influence/network/me.json")["relying"]["named"])
    told = page(client, "/influence/network/me").partition('id="relied"')[2]
    assert re.search(r"<td>(a little|some|much)</td>", told)
    assert not re.search(r">\d\.\d\d<", told)


def test_private_acts_cannot_be_worked_out_from_what_a_rater_gives_in_all(own_office: Office) -> None:
    """U2 relies on U1 in public. What U2 does in private for others must not change what U1 is told of U2."""
    own_office.private_counts()
    own_office.take([own_office.made("U28", SECRET), own_office.liked("U2", "U28", KAFKA)])
    own_office.again()
    before = data(own_office.as_("U1"), address(own_office, "U1", ".json"))
    pair = data(own_office.as_("U1"), rated(own_office, "U1", "U1") + ".json")
    own_office.take([own_office.liked("U2", "U28", SECRET)])
    own_office.again()
    after = data(own_office.as_("U1"), address(own_office, "U1", ".json"))
    assert before["from"]
    for told in (before, after):
        assert all(one[name] is None for one in told["from"] for name in _EXACT)
        assert told["others"] is None or told["others"]["brought"] is None
    assert {name: pair[name] for name in ("total", "share", "voice", "brought")} == dict.fromkeys(
        ("total", "share", "voice", "brought")
    )
    assert pair["left"] is not None, "one's own days are one's own"
    assert "private places count" in main(own_office.as_("U1"), MINE)
    stranger = data(own_office.as_("U25"), address(own_office, "U28", ".json"))
    assert stranger["people"] is None, "a number that changes overnight would tell of one act"


@pytest.mark.parametrize("viewer", ["U1", "U25"])
def test_parts_are_a_hundred_percent(office: Office, viewer: str) -> None:
    told = data(office.as_(viewer), address(office, "U1", ".json"))
    whole = sum(one["percent"] for one in told["from"]) + (told["others"] or {"percent": 0})["percent"]
    assert 0 < whole <= 100
    markup = page(office.as_("U25"), address(office, "U1"))
    assert "100%" in markup
