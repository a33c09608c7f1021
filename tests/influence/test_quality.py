"""Quality on its pages: whole percents that open into two sums, and no single vote against that anybody could see."""

from __future__ import annotations

import re

from renown.api import Explanation
from renown_influence import quality
from tests.influence.office import Office
from tests.influence.reading import data, main, page


def told(office: Office, who: str, viewer: str) -> dict[str, int]:
    """All that is told of a quality, with the number."""
    found = data(office.as_(viewer), f"/influence/people/{office.handle(who)}.json")
    api = data(office.as_(viewer), f"/api/v1/influence/people/{office.handle(who)}")
    names = [name for name in found if name.startswith("quality")]
    assert {name: api[name] for name in names} == {name: found[name] for name in names}
    return {name: found[name] for name in names}


def against(office: Office, owner: str, critics: range) -> None:
    office.take([office.liked(f"U{n}", owner, days_ago=3, against=True) for n in critics])
    office.again()


def test_one_vote_against_is_seen_by_nobody_and_five_are_told_as_a_sum(own_office: Office) -> None:
    office = own_office
    against(office, "U11", range(1, 7))
    silent = {(who, viewer): told(office, who, viewer) for who in ("U1", "U11") for viewer in ("U1", "U0", "U29")}
    assert silent["U1", "U0"]["quality_against"] == 0
    assert silent["U11", "U0"]["quality_against"] > 0
    before = levels(office)
    against(office, "U1", range(2, 6))
    assert levels(office) == before, "four people spoke against U1, whoever they are"
    assert silent == {(who, viewer): told(office, who, viewer) for who, viewer in silent}
    against(office, "U1", range(6, 12))
    now = told(office, "U1", "U0")
    assert now["quality_against"] > 0
    assert now["quality"] < silent["U1", "U0"]["quality"]


def test_five_to_nine_who_speak_against_are_told_alike_every_night(own_office: Office) -> None:
    office = own_office
    against(office, "U11", range(1, 6))
    five = told(office, "U11", "U0"), levels(office)
    assert five[0]["quality_against"] > 0
    for critic in range(6, 10):
        against(office, "U11", range(critic, critic + 1))
        assert (told(office, "U11", "U0"), levels(office)) == five, f"{critic} people spoke"
    against(office, "U11", range(1, 10))
    assert (told(office, "U11", "U0"), levels(office)) == five, "who speaks twice is one of the nine"
    against(office, "U11", range(10, 11))
    assert told(office, "U11", "U0")["quality_against"] > five[0]["quality_against"]


def levels(office: Office) -> dict[int, int]:
    with office.reading() as ctx:
        found = dict(zip(*ctx.standings.levels(quality.MEASURE), strict=True))
    assert found
    assert all(amount % 1000 == 0 for amount in found.values()), "whole percents, wherever they are read"
    return found


def test_the_number_opens_into_two_sums_without_a_name(own_office: Office) -> None:
    office = own_office
    against(office, "U11", range(1, 7))
    for who, viewer in (("U11", "U11"), ("U11", "U0"), ("U1", "U1")):
        client = office.as_(viewer)
        path = "/influence" if who == viewer else f"/influence/people/{office.handle(who)}"
        known = told(office, who, viewer)
        text = main(client, path).partition("Quality, and why")[2]
        good, added, *whole, percent = map(float, re.findall(r"[\d.]+", text.partition("%")[0]))
        assert round(100 * (good + added) / sum(whole)) == percent == known["quality"]
        assert (good, whole[1]) == (known["quality_for"], known["quality_against"])
        assert "Person" not in text.partition("How it is counted")[0]
        assert '<a class="figure-value" href="#quality">' in page(client, path)
    assert "fewer than five do not count" in main(office.as_("U1"), "/influence")
    with office.db.read() as conn:
        hook = office.renown.dispatcher.explain(office.people["U11"], quality.MEASURE, "all", conn)
    assert isinstance(hook, Explanation)
    assert [part.amount for part in hook.parts] == [known_sum * 1000 for known_sum in sums(office)]


def sums(office: Office) -> tuple[int, int]:
    found = told(office, "U11", "U0")
    return found["quality_for"], found["quality_against"]


def test_who_hides_has_no_quality_for_others(own_office: Office) -> None:
    office = own_office
    against(office, "U11", range(1, 7))
    office.preset("opt-out", "U11")
    assert office.as_("U0").get(f"/influence/people/{office.handle('U11')}.json").status_code == 404
    assert told(office, "U11", "U11")["quality"] is not None
