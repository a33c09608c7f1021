"""One's own circle names nobody who relies on oneself in private: as little as the page of the score does."""

from __future__ import annotations

from tests.influence.office import SECRET, Office
from tests.influence.reading import data, main, named


def test_who_relies_on_oneself_in_private_is_counted_and_not_named(own_office: Office) -> None:
    office, private = own_office, [f"U{n}" for n in range(5, 10)]
    office.private_counts()
    office.take([office.made("U0", SECRET)])
    office.take([office.liked(who, "U0", SECRET) for who in private])
    office.again()
    client = office.as_("U0")
    relying = data(client, "/influence/network/me.json")["relying"]
    assert (relying["people"], relying["others"]) == (7, 5)
    assert {one["person"] for one in relying["named"]} == {office.handle(who) for who in ("U10", "U20")}
    assert named(main(client, "/influence/network/me")) == {"U10", "U20"}
    table = client.get("/influence/network/me.csv").get_data(as_text=True)
    assert named(table) == {"U10", "U20"}


def test_who_relies_on_oneself_in_private_too_is_not_named_either(own_office: Office) -> None:
    """What both sides come to would tell how much of it is private."""
    office = own_office
    office.private_counts()
    office.take([office.made("U0", SECRET)])
    office.take([office.liked(who, "U0", SECRET) for who in ("U10", "U5", "U6", "U7", "U8")])
    office.again()
    client = office.as_("U0")
    assert named(main(client, "/influence/network/me")) == {"U20"}
    assert data(client, "/influence/network/me.json")["relying"]["others"] == 5


def test_whom_one_relies_on_oneself_is_named_wherever_it_was(own_office: Office) -> None:
    office = own_office
    office.private_counts()
    office.take([office.made("U0", SECRET)])
    office.take([office.liked("U9", "U0", SECRET)])
    office.again()
    named_there = data(office.as_("U9"), "/influence/network/me.json")["relied_on"]["named"]
    assert office.handle("U0") in [one["person"] for one in named_there]
