"""Who to ask: people who were relied on there, the load shared, and nobody who does not want it now."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from renown import clock
from renown.api import Viewer
from renown.events.models import Space
from renown.ledger.boards import Line
from renown.people import calendar
from renown_influence import asking, run, words
from renown_influence.asking import Candidate
from renown_influence.topic_why import Reliance
from tests.influence.office import GENERAL, KAFKA, NOW, Office
from tests.influence.reading import data, main, named, page, said

TODAY = NOW // clock.DAY
ASK = "/influence/ask?topic=kafka"


def people(office: Office, who: str = "U0") -> list[str]:
    return [one["person"] for one in data(office.as_(who), "/influence/ask.json?topic=kafka")["people"]]


def test_those_whom_others_relied_on_are_named_with_the_reason(office: Office) -> None:
    text = main(office.as_("U0"), ASK)
    assert people(office)[0] == office.handle("U1")
    assert set(people(office)) == {office.handle(who) for who in ("U1", "U11", "U21")}
    assert "18 colleagues relied on their work here; last 1 week ago" in text.replace("9 days", "1 week")


def test_of_few_not_even_the_day_is_told(own_office: Office) -> None:
    """One act by one person: the day on which they relied on it is theirs."""
    own_office.take([own_office.made("U2", KAFKA), own_office.liked("U0", "U2", days_ago=3)])
    own_office.again()
    handle = own_office.handle("U2")
    [found] = [
        one
        for one in data(own_office.as_("U5"), "/influence/ask.json?topic=kafka")["people"]
        if one["person"] == handle
    ]
    assert (found["relied_on_by"], found["last"]) == (None, None)
    row = next(
        one
        for one in own_office.as_("U5").get("/influence/ask.csv?topic=kafka").get_data(as_text=True).splitlines()
        if one.startswith(f"{handle},")
    )
    assert row.split(",")[3:5] == ["", ""]
    assert "Some colleagues relied on their work here." in main(own_office.as_("U5"), ASK)
    told = data(own_office.as_("U5"), why(own_office, "U2", ".json"))
    assert (told["people"], told["acts"], told["last"]) == (None, None, None)
    mine = data(own_office.as_("U2"), why(own_office, "U2", ".json"))
    assert (mine["people"], mine["acts"]) == (1, 1), "to oneself it is told"


def why(office: Office, who: str, ending: str = "") -> str:
    number = data(office.as_("U0"), "/influence/ask.json?topic=kafka")["topic"]
    return f"/influence/people/{office.handle(who)}/in/{number}{ending}"


def test_a_number_here_opens_into_who_and_how_often(office: Office) -> None:
    """58 likes and 12 accepted answers in #kafka; of them, on U1, 18 and 12."""
    assert f'href="{why(office, "U1")}"' in page(office.as_("U0"), ASK)
    told = data(office.as_("U0"), why(office, "U1", ".json"))
    assert (told["people"], told["acts"], told["topic_name"]) == (18, 30, "#kafka")
    ask = data(office.as_("U0"), "/influence/ask.json?topic=kafka")["people"]
    assert told["influence"] == next(one["influence"] for one in ask if one["person"] == office.handle("U1"))
    text = main(office.as_("U0"), why(office, "U1"))
    assert "18 colleagues relied on their work here, 30 times; last 9 days ago" in text
    value, own, brought = (float(one) for one in re.findall(r"(\d+\.\d{3})(?= |$)", text)[:3])
    assert own == 1
    assert value == pytest.approx(own + brought, abs=1e-9)
    unit, score = (float(one) for one in re.findall(r"log2\(1 \+ [\d.]+ / ([\d.]+)\) = (\d+\.\d)", text)[0])
    assert round(10 * math.log2(1 + value / unit), 1) == score == told["influence"]
    assert not {f"U{n}" for n in range(2, 20)} & named(text)


def test_a_number_here_is_for_whoever_may_see_it(office: Office) -> None:
    path, nobodys = why(office, "U1"), why(office, "U1").replace(office.handle("U1"), "nobody")
    office.preset("opt-out", "U1")
    try:
        for ending in ("", ".json"):
            assert office.as_("U0").get(path + ending).status_code == 404
            assert office.as_("U29").get(path + ending).status_code == 404
            assert office.as_("U0").get(nobodys + ending).status_code == 404
        assert "18 colleagues relied on your work here" in main(office.as_("U1"), path)
    finally:
        office.preset("open")
    assert office.as_("U0").get(path.rpartition("/")[0] + "/9999").status_code == 404


def test_another_plugin_learns_who_is_good_at_what_by_standings_alone(office: Office) -> None:
    viewer = Viewer(office.people["U0"], "member")
    with office.reading() as ctx:
        spaces = [scope for scope in ctx.standings.scopes(run.MEASURE) if scope.startswith("space:")]
        called = {ctx.spaces.public([int(one[6:])])[int(one[6:])].name: one for one in spaces}
        board = ctx.standings.board(viewer, run.MEASURE, scope=called["#kafka"])
    assert [one.key for one in board.lines[:1]] == [office.handle("U1")]


def test_a_channel_that_nothing_has_named_is_a_topic_by_its_id(own_office: Office) -> None:
    """Slack's deliveries name channels by ids alone."""
    with own_office.db.write() as conn:
        conn.execute(update(Space).where(Space.key == KAFKA).values(name=None))
    assert KAFKA in main(own_office.as_("U0"), "/influence/ask")
    found = data(own_office.as_("U0"), f"/influence/ask.json?topic={KAFKA}")
    assert (found["name"], found["people"][0]["person"]) == (KAFKA, own_office.handle("U1"))
    assert f"Known for {KAFKA} place 1" in main(own_office.as_("U0"), f"/influence/people/{own_office.handle('U1')}")


def test_nobody_is_sent_to_themselves(office: Office) -> None:
    assert office.handle("U1") not in people(office, "U1")


def test_topics_are_found_by_name_and_part_of_it(office: Office) -> None:
    client = office.as_("U0")
    assert "#kafka" in main(client, "/influence/ask")
    number = data(client, "/api/v1/influence/topics")[0]["topic"]
    for asked in ("%23kafka", "KAFKA", "afk", f"space:{number}"):
        assert "Person01" in main(client, f"/influence/ask?topic={asked}"), asked
    wrong = main(client, "/influence/ask?topic=cobol")
    assert "No topic of that name" in wrong
    assert "All topics #kafka" in wrong, "what there is stands below"
    for path in ("/influence/ask.json", "/influence/ask.csv"):
        answer = client.get(f"{path}?topic=cobol")
        assert (answer.status_code, answer.get_json()["message"][:20]) == (404, "topic: 'cobol' is no")
        assert [one["name"] for one in answer.get_json()["detail"]["topic"]] == ["#kafka"]
    assert [one["person"] for one in data(client, f"/api/v1/influence/topics/{number}")["people"]] == people(office)


def token_of(client: FlaskClient) -> str:
    return page(client, "/influence/ask").split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def quiet(office: Office) -> Iterator[str]:
    client = office.as_("U11")
    token = token_of(client)
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
    token = token_of(client)
    client.post("/influence/quiet", data={"csrf_token": token, "days": ""})
    assert office.handle(quiet) in people(office)


@pytest.mark.parametrize("sent", [{"days": "9"}, {"days": "07"}, {"days": "soon"}, {}])
def test_a_time_that_is_not_offered_ends_nobodys_quiet(office: Office, quiet: str, sent: dict[str, str]) -> None:
    client = office.as_(quiet)
    token = token_of(client)
    answer = client.post("/influence/quiet", data={"csrf_token": token, **sent})
    assert answer.status_code == 422
    assert "How long: choose one of those that are offered." in said(answer.get_data(as_text=True))
    assert office.handle(quiet) not in people(office)
    other = office.as_("U29")
    mine = other.post("/influence/quiet", data={"csrf_token": token_of(other), **sent})
    assert re.search(r'name="days"[^>]*aria-invalid="true"', mine.get_data(as_text=True)), "it is said at the field"


def test_who_is_away_is_named_with_the_day_of_return(own_office: Office) -> None:
    with own_office.db.write() as conn:
        calendar.set_leave(conn, own_office.people["U1"], TODAY - 2, TODAY + 3)
    assert "away until Monday" in main(own_office.as_("U0"), ASK)


def test_a_place_where_nobody_is_left_is_a_topic_no_more(own_office: Office) -> None:
    """Everything in #kafka is taken back."""
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


def candidate(person: int, brought: float, known: bool = True) -> Candidate:
    line = Line(person, person, f"p{person}", f"P{person}", int(brought * 1000))
    return Candidate(line, brought, Reliance(5, 9, TODAY) if known else None)


@given(st.lists(st.tuples(st.floats(0, 40), st.booleans()), max_size=25))
def test_bands_hold_everybody_once_and_only_those_who_are_about_as_good(people: list[tuple[float, bool]]) -> None:
    there = [candidate(number, *one) for number, one in enumerate(people)]
    bands = asking.bands(there)
    flat = [one for band in bands for one in band]
    assert sorted(one.line.subject_id for one in flat) == list(range(len(people)))
    assert all(one.brought >= 0.8 * band[0].brought for band in bands for one in band)
    known = [one.brought for one in flat if one.relied]
    assert [one.brought for one in flat[: len(known)]] == known == sorted(known, reverse=True)


def test_who_is_hardly_relied_on_takes_no_turn_with_who_is() -> None:
    """5.2 on the scale is one's own voice: 6.8 is more than twice of what 5.4 is brought, though close by."""
    there = [candidate(1, 11.1), candidate(2, 8.5), candidate(3, 9.0), candidate(4, 30.0, known=False)]
    assert [[one.line.subject_id for one in band] for band in asking.bands(there)] == [[1, 3], [2], [4]]


def test_who_is_about_the_same_takes_turns_and_whoever_is_away_comes_last() -> None:
    band = [candidate(number, 5.0) for number in range(4)]
    firsts = {asking.turned(band, f"{day}:1", set())[0].line.subject_id for day in range(60)}
    assert firsts == {0, 1, 2, 3}
    assert asking.turned(band, "5:1", set()) == asking.turned(band[::-1], "5:1", set())
    assert all(asking.turned(band, f"{day}:1", {2})[-1].line.subject_id == 2 for day in range(20))


def test_the_five_are_the_best_and_stand_in_their_order(own_office: Office) -> None:
    """Beside three who are relied on by 18, 14 and 6, seven by one colleague each."""
    few = [f"U{number}" for number in range(2, 9)]
    own_office.take([own_office.made(who, KAFKA) for who in few])
    own_office.take([own_office.liked("U28", who, verb="accept", days_ago=1) for who in few])
    own_office.again()
    for day in range(3):
        with clock.set_to(lambda now=NOW + day * clock.DAY: now):
            found = data(own_office.as_("U0"), "/influence/ask.json?topic=kafka")["people"]
        assert [one["person"] for one in found[:3]] == [own_office.handle(who) for who in ("U1", "U11", "U21")]
        assert [one["relied_on_by"] for one in found] == [18, 14, 6, None, None]
        assert [one["influence"] for one in found] == sorted((one["influence"] for one in found), reverse=True)


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (13, "13 days ago"), (21, "3 weeks ago"), (800, "2 years ago")],
)
def test_days_are_told_as_people_say_them(days: int, told: str) -> None:
    assert words.ago(days) == told
