"""What people are said to be known for: places among the first, and no place for everything."""

from __future__ import annotations

from renown_influence import topics
from tests.influence.office import GENERAL, KAFKA, Office
from tests.influence.reading import data, main


def known(office: Office, who: str) -> list[str]:
    found = data(office.as_("U0"), f"/influence/people/{office.handle(who)}.json")["topics"]
    return [one["name"] for one in found]


def test_who_is_relied_on_by_five_in_a_topic_is_known_for_it(own_office: Office) -> None:
    own_office.take([own_office.made("U2", KAFKA), *(own_office.liked(f"U{n}", "U2") for n in range(3, 7))])
    own_office.again()
    assert known(own_office, "U1") == ["#kafka"]
    assert known(own_office, "U2") == [], "four do not make an expert"
    assert "Known for" not in main(own_office.as_("U2"), "/influence")


def test_a_place_behind_the_first_is_not_what_one_is_known_for(own_office: Office) -> None:
    """U21 is third of those relied on in #kafka."""
    assert known(own_office, "U21") == ["#kafka"]
    own_office.take([own_office.made(f"U{n}", KAFKA) for n in range(2, 10)])
    own_office.take(
        [
            own_office.liked(f"U{n}", f"U{owner}", verb="accept", days_ago=1)
            for owner in range(2, 10)
            for n in range(10, 28)
        ]
    )
    own_office.again()
    assert known(own_office, "U21") == []


def test_nobody_is_known_for_the_place_where_everybody_is(own_office: Office) -> None:
    """All thirty are relied on in #general, U0 by six."""
    own_office.take([own_office.liked(f"U{n}", f"U{(n + 1) % 30}", GENERAL, days_ago=2) for n in range(30)])
    own_office.take([own_office.liked(f"U{n}", "U0", GENERAL, days_ago=2) for n in range(5, 11)])
    own_office.again()
    with own_office.reading() as ctx:
        assert "#general" in [one.name for one in topics.all_of(ctx)]
    assert known(own_office, "U0") == []
