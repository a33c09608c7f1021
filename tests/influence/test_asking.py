"""Who to ask: people who were relied on there, the load shared, and nobody who does not want it now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renown import clock
from renown.ledger.boards import Line
from renown.people import calendar
from renown_influence import asking, words
from tests.influence.office import GENERAL, NOW, Office
from tests.influence.reading import data, main, page

TODAY = NOW // clock.DAY
ASK = "/influence/ask?topic=kafka"


def people(office: Office, who: str = "U0") -> list[str]:
    return [one["person"] for one in data(office.as_(who), "/influence/ask.json?topic=kafka")["people"]]


def test_those_whom_others_relied_on_are_named_with_the_reason(office: Office) -> None:
    text = main(office.as_("U0"), ASK)
    assert people(office)[0] == office.handle("U1")
    assert set(people(office)) == {office.handle(who) for who in ("U1", "U11", "U21")}
    assert "18 colleagues relied on their work here; last 1 week ago" in text.replace("9 days", "1 week")


def test_nobody_is_sent_to_themselves(office: Office) -> None:
    assert office.handle("U1") not in people(office, "U1")


def test_topics_are_found_by_name_and_part_of_it(office: Office) -> None:
    client = office.as_("U0")
    assert "#kafka" in main(client, "/influence/ask")
    number = data(client, "/api/v1/influence/topics")[0]["topic"]
    for asked in ("%23kafka", "KAFKA", "afk", f"space:{number}"):
        assert "Person01" in main(client, f"/influence/ask?topic={asked}"), asked
    assert "No topic of that name" in main(client, "/influence/ask?topic=cobol")
    assert [one["person"] for one in data(client, f"/api/v1/influence/topics/{number}")["people"]] == people(office)


@pytest.fixture
def quiet(office: Office) -> Iterator[str]:
    client = office.as_("U11")
    token = page(client, "/influence/ask").split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/influence/quiet", data={"csrf_token": token, "days": "7"}).status_code == 302
    yield "U11"
    client.post("/influence/quiet", data={"csrf_token": token, "days": ""})


def test_who_wants_quiet_is_not_suggested_until_it_is_over(office: Office, quiet: str) -> None:
    assert office.handle(quiet) not in people(office)
    assert "not suggested to anybody until 27 May" in main(office.as_(quiet), "/influence/ask")
    with clock.set_to(lambda: NOW + 7 * clock.DAY):
        assert office.handle(quiet) in people(office)


def test_quiet_ends_when_they_say_so(office: Office, quiet: str) -> None:
    client = office.as_(quiet)
    token = page(client, "/influence/ask").split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/influence/quiet", data={"csrf_token": token, "days": ""})
    assert office.handle(quiet) in people(office)


def test_who_is_away_is_named_with_the_day_of_return(own_office: Office) -> None:
    with own_office.db.write() as conn:
        calendar.set_leave(conn, own_office.people["U1"], TODAY - 2, TODAY + 3)
    assert "away until Monday" in main(own_office.as_("U0"), ASK)


def test_a_place_where_nobody_is_left_is_a_topic_no_more(own_office: Office) -> None:
    """Everything in #kafka is taken back."""
    from sqlalchemy import update

    from renown.ledger.models import Rule

    client = own_office.as_("U0")
    assert people(own_office)
    with own_office.db.write() as conn:
        conn.execute(update(Rule).where(Rule.plugin == "influence").values(body={"weight": 0, "private": False}))
    from renown.ledger import recount

    with own_office.db.write() as conn:
        recount.begin(conn, "influence", "nothing says anything", via="cli")
    own_office.again()
    assert data(client, "/api/v1/influence/topics") == []
    assert GENERAL not in main(client, "/influence/ask")


def line(person: int, amount: int) -> Line:
    return Line(person, person, f"p{person}", f"P{person}", amount)


@given(st.lists(st.integers(1, 100_000), max_size=25))
def test_bands_hold_everybody_once_in_order_and_are_narrow(amounts: list[int]) -> None:
    lines = [line(number, amount) for number, amount in enumerate(sorted(amounts, reverse=True))]
    bands = asking.bands(lines)
    assert [one for band in bands for one in band] == lines
    assert all(band[0].amount - band[-1].amount <= asking.BAND for band in bands)


def test_who_is_about_the_same_takes_turns_and_whoever_is_away_comes_last() -> None:
    band = [line(number, 50_000) for number in range(4)]
    firsts = {asking.turned(band, f"{day}:1", set())[0].subject_id for day in range(60)}
    assert firsts == {0, 1, 2, 3}
    assert asking.turned(band, "5:1", set()) == asking.turned(band[::-1], "5:1", set())
    assert all(asking.turned(band, f"{day}:1", {2})[-1].subject_id == 2 for day in range(20))


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (13, "13 days ago"), (21, "3 weeks ago"), (800, "2 years ago")],
)
def test_days_are_told_as_people_say_them(days: int, said: str) -> None:
    assert words.ago(days) == said
