"""A score and why: numbers that add up as they stand, and nobody told who may not be."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from array import array
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from renown import clock
from renown.api import Viewer, to_date
from renown.jobs.worker import drain_all
from renown.people import calendar
from renown_influence import kept, run, store
from tests.influence.office import GENERAL, KAFKA, NOW, SECRET, Office
from tests.influence.reading import data, main, named, numbers, page, said

MINE = "/influence"
TODAY = NOW // clock.DAY


def address(office: Office, who: str, ending: str = "") -> str:
    return f"/influence/people/{office.handle(who)}{ending}"


def voices(client: FlaskClient, path: str) -> list[float]:
    """What the table of the page prints as brought: lines, then the sum."""
    table = page(client, path).split("Who brings how much</caption>")[1].split("</table>")[0]
    return [numbers(said(cell))[0] for cell in re.findall(r'<span class="amount">.*?</span>', table)]


@pytest.mark.parametrize("who", ["U1", "U11", "U21", "U0"])
def test_what_is_printed_adds_up(office: Office, who: str) -> None:
    client = office.as_(who)
    *parts, whole = voices(client, MINE)
    assert sum(round(part * 1000) for part in parts) == round(whole * 1000)
    told = data(client, address(office, who, ".json"))
    assert round(told["own"] * 1000) + round(told["brought"] * 1000) + round(told["rounding"] * 1000) == round(
        told["value"] * 1000
    )
    lines = [one["brought"] for one in told["from"]] + ([told["others"]["brought"]] if told["others"] else [])
    assert sum(round(one * 1000) for one in lines) == round(told["brought"] * 1000)
    assert told["value"] == whole


def test_the_score_is_the_one_of_the_board(office: Office) -> None:
    told = data(office.as_("U0"), address(office, "U1", ".json"))
    rows = data(office.as_("U0"), "/boards/influence.score.json")["rows"]
    assert told["influence"] == next(row["amount"] for row in rows if row["person"] == office.handle("U1"))
    assert told["place"] == 1
    assert told["people"] == 19


def test_the_ten_who_bring_most_are_named_and_the_rest_told_together(office: Office) -> None:
    text = main(office.as_("U1"), MINE)
    told = data(office.as_("U1"), address(office, "U1", ".json"))
    assert len(told["from"]) == 10
    assert told["others"]["people"] == 9
    assert named(text) == {f"U{int(one['name'][6:8])}" for one in told["from"]}
    assert "The others together, 9 people" in text
    brought = [one["brought"] for one in told["from"]]
    assert brought == sorted(brought, reverse=True)


def rated(office: Office, who: str, viewer: str, at: int = 0) -> str:
    """The address of the acts behind a line of somebody's score."""
    one = data(office.as_(viewer), address(office, who, ".json"))["from"][at]
    return address(office, who, f"/from/{one['person']}")


def figures(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]


def chained(markup: str) -> dict[str, list[float]]:
    """The numbers of each line from the acts to the sum, without what is told below it."""
    lines = re.findall(r"<dt>(.*?)</dt><dd>(.*?)<div", markup, re.S)
    return {name: figures(said(value)) for name, value in lines}


def cells(markup: str) -> list[list[str]]:
    """The rows of the table of acts."""
    table = markup.split("Acts, newest first</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.split("<tbody>")[1], re.S)
    return [[said(cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)] for row in rows]


def test_behind_a_line_are_its_acts_with_their_places(office: Office) -> None:
    markup = page(office.as_("U1"), rated(office, "U1", "U1"))
    assert f"https://acme.example/M-U1-{KAFKA}" in markup
    assert "Answer accepted" in said(markup)
    assert "Liked" in said(markup)


@pytest.mark.parametrize(("who", "viewer"), [("U1", "U1"), ("U1", "U0"), ("U21", "U21"), ("U0", "U0")])
def test_each_number_of_the_chain_follows_from_those_before(office: Office, who: str, viewer: str) -> None:
    told = data(office.as_(viewer), address(office, who, ".json"))
    for at, one in enumerate(told["from"]):
        chain = chained(page(office.as_(viewer), rated(office, who, viewer, at)))
        (left,) = chain["Left of the acts"]
        again, plus, half, weight = chain["Weight"]
        assert (again, plus) == (left, left)
        assert weight == pytest.approx(left / (left + half), abs=0.00051)
        first, total, shrink, share = chain["Share of the voice"]
        assert (first, shrink) == (weight, 3)
        assert share == pytest.approx(weight / (total + shrink) * 100, abs=0.00051)
        (voice,) = chain["The voice"]
        passed, loud, alpha, brought = chain["Brings"]
        assert (passed, loud, alpha) == (share, voice, 0.85)
        assert brought == round(share * voice * alpha / 100, 3)
        assert abs(brought - one["brought"]) <= 0.001001


def test_each_act_says_which_days_counted_and_what_is_left_of_it(own_office: Office) -> None:
    """U1 was on leave for three working days, which nobody else is told."""
    with own_office.db.write() as conn:
        calendar.set_leave(conn, own_office.people["U1"], TODAY - 7, TODAY - 3)
    own_office.take([own_office.made("U1", GENERAL, days_ago=days) for days in (9, 8, 2)])
    own_office.again()
    path = rated(own_office, "U1", "U1")
    markup = page(own_office.as_("U1"), path)
    *acts, whole = cells(markup)
    left = [float(row[6]) for row in acts]
    assert round(sum(left), 6) == float(whole[-1]) == chained(markup)["Left of the acts"][0]
    assert [row[3] for row in acts] == ["3", "0.5", "0.5"]
    assert {row[5] for row in acts} == {"3 leave"}
    for row, days in zip(acts, (9, 10, 10), strict=True):
        counted = sum((day + 3) % 7 < 5 for day in range(TODAY - days + 1, TODAY)) - 3
        assert int(row[4]) == counted
        assert float(row[6]) == pytest.approx(float(row[3]) * 0.5 ** (counted / 60), abs=0.0011)
    others = page(own_office.as_("U0"), path)
    assert "leave" not in said(others.partition('id="acts"')[2].partition("How many working days")[0])
    assert [len(row) for row in cells(others)] == [4, 4, 4]
    assert {act["counted"] for act in data(own_office.as_("U0"), path + ".json")["acts"]} == {None}
    own = data(own_office.as_("U1"), path + ".json")
    assert [act["leave"] for act in own["acts"]] == [3, 3, 3]
    assert own["acts"][0]["day"] == to_date(TODAY - 9).isoformat()
    assert data(own_office.as_("U1"), "/api/v1" + path) == own
    rows = list(csv.DictReader(io.StringIO(own_office.as_("U1").get(path + ".csv").get_data(as_text=True))))
    assert [float(row["left"]) for row in rows] == [act["left"] for act in own["acts"]]


def test_an_act_after_the_run_counts_from_the_next_one_on(own_office: Office) -> None:
    path = rated(own_office, "U1", "U1")
    before = cells(page(own_office.as_("U1"), path))[-1]
    rater = next(who for who in own_office.staff if path.endswith("/" + own_office.handle(who)))
    own_office.take([own_office.liked(rater, "U1", GENERAL, days_ago=1)])
    drain_all(own_office.db, own_office.renown.drains)
    acts = cells(page(own_office.as_("U1"), path))
    assert acts[-1] == before
    assert "counts from the next one on" in acts[0][2]
    assert float(acts[0][6]) == 0


@pytest.mark.parametrize("who", ["U1", "U11", "U21", "U0"])
def test_the_score_follows_from_the_value_and_the_unit(office: Office, who: str) -> None:
    markup = page(office.as_(who), MINE)
    ten, _, one, value, unit, score = figures(said(markup.split("formula")[1].split("</p>")[0]).replace("log", "log "))
    assert (ten, one) == (10, 1)
    assert round(10 * math.log2(1 + value / unit), 1) == score
    told = data(office.as_(who), address(office, who, ".json"))
    assert (told["influence"], told["unit"]) == (score, unit)
    assert round(value, 3) == told["value"]


def test_tables_of_the_same_are_for_spreadsheets(office: Office) -> None:
    told = data(office.as_("U0"), address(office, "U1", ".json"))
    answer = office.as_("U0").get(address(office, "U1", ".csv"))
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [(row["person"], float(row["brought"])) for row in rows] == [
        (one["person"], one["brought"]) for one in told["from"]
    ]


def test_few_raters_are_told_apart_to_the_person_alone(office: Office) -> None:
    """Two people rely on U0: U10 and U20."""
    own, other = main(office.as_("U0"), MINE), main(office.as_("U1"), address(office, "U0"))
    assert named(own) == {"U10", "U20"}
    assert named(other) == {"U0"}
    assert "fewer than 5 people" in other
    assert "from 2 people" in own
    told = data(office.as_("U1"), address(office, "U0", ".json"))
    assert (told["people"], told["from"], told["others"]["people"]) == (None, [], None)
    assert office.as_("U1").get(address(office, "U0", f"/from/{office.handle('U10')}")).status_code == 404


@pytest.fixture
def hiding(office: Office) -> Iterator[str]:
    """U2 brings U1 as much as others do, and does not want to be seen."""
    office.preset("opt-out", "U2")
    yield "U2"
    office.preset("open")


def test_who_hides_is_named_nowhere_and_cannot_be_told_from_what_is_left(office: Office, hiding: str) -> None:
    for who in ("U1", "U0", "U29"):
        client = office.as_(who)
        told = data(client, address(office, "U1", ".json"))
        assert office.handle(hiding) not in json.dumps(told)
        assert hiding not in named(main(client, address(office, "U1")))
        assert told["others"]["people"] >= 5
        path = address(office, "U1", f"/from/{office.handle(hiding)}")
        assert client.get(path).status_code == 404


def test_hidden_and_absent_get_the_same_answer(office: Office, hiding: str) -> None:
    for who in ("U0", "U20", "U29"):
        client = office.as_(who)
        for ending in ("", ".json", ".csv", "/from/u1"):
            answers = [
                client.get(f"/influence/people/{handle}{ending}") for handle in (office.handle(hiding), "nobody")
            ]
            assert [one.status_code for one in answers] == [404, 404]
            # The menu may lack a plugin's lines where the machine was slow.
            said = [one.get_data(as_text=True).partition("<main")[2] or one.get_data(as_text=True) for one in answers]
            assert re.sub(rf"\b{office.handle(hiding)}\b", "nobody", said[0]) == said[1]
        api = [client.get(f"/api/v1/influence/people/{handle}") for handle in (office.handle(hiding), "nobody")]
        assert [one.status_code for one in api] == [404, 404]
        assert api[0].data == api[1].data
    assert "My influence" in main(office.as_(hiding), MINE)


def test_few_others_are_filled_up_with_those_who_could_be_named(own_office: Office) -> None:
    """Six rely on U25, one of them in hiding: one alone would be found out by what is left."""
    own_office.take([own_office.made("U25", GENERAL)])
    own_office.take([own_office.liked(f"U{n}", "U25", GENERAL) for n in range(6)])
    own_office.again()
    own_office.preset("opt-out", "U3")
    told = data(own_office.as_("U25"), address(own_office, "U25", ".json"))
    assert (len(told["from"]), told["others"]["people"], told["people"]) == (1, 5, 6)
    own_office.preset("opt-out", "U3", "U4")
    told = data(own_office.as_("U25"), address(own_office, "U25", ".json"))
    assert (len(told["from"]), told["others"]["people"]) == (1, 5)


def test_nobodys_private_act_is_shown_to_anybody(own_office: Office) -> None:
    """U4 likes what U1 wrote in private, and in public, too."""
    own_office.take([own_office.made("U1", SECRET)])
    own_office.take([own_office.liked(who, "U1", SECRET) for who in ("U4", "U28")])
    own_office.again()
    told = data(own_office.as_("U1"), address(own_office, "U1", ".json"))
    assert told["people"] == 20, "what is private counts, as the rule says"
    for who in ("U1", "U0", "U29"):
        client = own_office.as_(who)
        for path in (address(own_office, "U1"), "/influence/network/me", "/influence/ask?topic=merger"):
            text = page(client, path)
            assert "merger" not in text.replace("topic=merger", "").replace('value="merger"', "")
            assert SECRET not in re.sub(r'content="[^"]*"|X-CSRFToken[^}]*', "", text)
        assert not {"U4", "U28"} & named(main(client, address(own_office, "U1")))
        for rater in ("U4", "U28"):
            path = address(own_office, "U1", f"/from/{own_office.handle(rater)}")
            assert client.get(path).status_code == 404
    assert "private places" in main(own_office.as_("U1"), MINE)
    assert "private places" not in main(own_office.as_("U0"), address(own_office, "U1"))
    names = {one["name"] for one in data(own_office.as_("U0"), "/api/v1/influence/topics")}
    assert "#the-merger" not in names


@pytest.mark.parametrize("preset", ["teams-only", "own-only"])
def test_where_nobody_is_shown_everybody_sees_their_own_and_no_names(office: Office, preset: str) -> None:
    office.preset(preset)
    try:
        for who in ("U1", "U0", "U20", "U29"):
            client = office.as_(who)
            assert named(main(client, MINE)) == set()
            for other in {"U1", "U0"} - {who}:
                assert client.get(address(office, other)).status_code == 404
                assert client.get(f"/api/v1/influence/people/{office.handle(other)}").status_code == 404
            assert client.get("/influence/compare").status_code == 404
            assert "names nobody" in main(client, "/influence/ask?topic=kafka")
            assert data(client, "/influence/ask.json?topic=kafka")["people"] == []
            assert named(main(client, "/influence/network/me")) == set()
            expected = 200 if preset == "teams-only" else 404
            assert client.get("/influence/network").status_code == expected
        told = data(office.as_("U1"), address(office, "U1", ".json"))
        assert (told["from"], told["others"]["people"], told["people"]) == ([], 19, 19)
    finally:
        office.preset("open")


def test_customers_and_strangers_have_no_pages_here(office: Office) -> None:
    strangers = office.app.test_client()
    for path in (MINE, "/influence/ask", "/influence/network", "/influence/compare", "/influence/runs"):
        assert strangers.get(path).status_code == 302
    assert strangers.get("/api/v1/influence/runs").status_code == 401


def test_what_would_change_it_is_told_for_each_rule_and_names_nobody(office: Office) -> None:
    text = said(page(office.as_("U1"), "/influence/_changes"))
    now = re.search(r"Now it is ([\d.]+)", text)
    assert now is not None
    rows = dict(re.findall(r"([A-Z][a-z ]+) ([\d.]+) [\d.]+", text.partition("relies on you")[2]))
    assert set(rows) == {
        "Answer accepted", "Shared", "Answered or replied to", "Mentioned", "Commented or reviewed", "Liked",
    }  # fmt: skip
    assert float(rows["Answer accepted"]) > float(rows["Mentioned"]) > float(rows["Liked"]) > float(now[1])
    silent = re.search(r"In 60 working days without new acts on your work: ([\d.]+) → ([\d.]+)", text)
    assert silent is not None
    assert float(silent[2]) < float(silent[1]) == float(now[1])
    assert round(float(now[1]), 1) == data(office.as_("U1"), address(office, "U1", ".json"))["influence"]
    assert named(text) == set()


def test_a_box_that_is_loaded_apart_says_so_and_has_a_page_of_its_own(office: Office) -> None:
    markup = page(office.as_("U1"), MINE)
    box = markup.split('hx-get="/influence/_changes"')[1].split("</section>")[0]
    assert "It is being counted." in said(box)
    assert 'href="/influence/changes"' in box
    assert "could not be counted" in said(box.split("data-failed hidden")[1])
    whole = page(office.as_("U1"), "/influence/changes")
    assert 'href="/influence"' in whole.partition("<main")[2]
    assert "Now it is" in main(office.as_("U1"), "/influence/changes")


def test_two_who_rely_are_not_enough_to_tell_what_one_more_act_would_bring(office: Office) -> None:
    """U10 and U20 rely on U0."""
    text = said(page(office.as_("U0"), "/influence/_changes"))
    assert "fewer than 5 people" in text
    assert len(re.findall(r"[\d.]+ – [A-Z]?", text)) == 6


def test_no_history_is_given_where_no_number_is(own_office: Office) -> None:
    """U2 is shown, and has a number no more; what it was is not told by the export either."""
    own_office.take([own_office.made("U25", GENERAL)])
    own_office.take([own_office.liked("U3", "U25", GENERAL)])
    own_office.again()
    path = address(own_office, "U25", ".json")
    assert data(own_office.as_("U0"), path)["history"]
    with own_office.writing() as ctx:
        nobody = array("q"), array("q")
        ctx.standings.publish("influence.score", nobody, "test")
    told = data(own_office.as_("U0"), path)
    assert (told["influence"], told["history"]) == (None, [])


def test_ones_own_network_is_data_too(office: Office) -> None:
    told = data(office.as_("U1"), "/influence/network/me.json")
    assert data(office.as_("U1"), "/api/v1/influence/network/me") == told
    assert told["relying"]["people"] == 19
    rows = list(csv.DictReader(io.StringIO(office.as_("U1").get("/influence/network/me.csv").get_data(as_text=True))))
    relying = [row["person"] for row in rows if row["side"] == "relying"]
    assert relying == [one["person"] for one in told["relying"]["named"]]
    assert office.app.test_client().get("/api/v1/influence/network/me").status_code == 401


def test_the_network_of_teams_is_in_the_api_through_the_same_gate(office: Office) -> None:
    path = "/api/v1/influence/network"
    assert data(office.as_("U0"), path) == data(office.as_("U0"), "/influence/network.json")
    assert data(office.as_("U0"), path + "?team=sales") == data(office.as_("U0"), "/influence/network.json?team=sales")
    assert office.as_("U0").get(path + "?team=nobody").status_code == 404
    office.preset("own-only")
    try:
        assert office.as_("U0").get(path).status_code == 404
    finally:
        office.preset("open")


def test_what_is_gone_after_an_erasure_is_said_to_be_gone(own_office: Office) -> None:
    """Until the run that follows: numbers stand, and nothing is said to have never been there."""
    with own_office.writing() as ctx:
        newest = run.newest(ctx)
        assert newest is not None
        store.drop(ctx, kept.name(newest.id))
    client = own_office.as_("U1")
    assert "since somebody was erased" in main(client, MINE)
    circle = main(client, "/influence/network/me")
    assert "since somebody was erased" in circle
    assert "Nothing was counted" not in circle
    assert "The number stands" in main(client, address(own_office, "U1"))
    assert data(client, "/influence/network/me.json")["relying"] is None


def test_panels_say_it_where_the_viewer_may_see_it(office: Office) -> None:
    me, other = (Viewer(office.people[who], "member") for who in ("U1", "U0"))
    nobody = Viewer(None, "nobody")
    call = office.renown.dispatcher.panels
    with office.db.read() as conn:
        home = call("influence", "home", None, me, conn)
        theirs = call("influence", "person", me.person_id, other, conn)
        hidden = call("influence", "person", me.person_id, nobody, conn)
    assert isinstance(home, list)
    assert isinstance(theirs, list)
    assert "Why" in said(home[0].html)
    assert "Known for #kafka place 1" in said(theirs[0].html)
    assert theirs[0].url == address(office, "U1")
    assert hidden == []


def test_the_cores_own_page_of_the_number_leads_here(office: Office) -> None:
    answer = office.as_("U0").get(f"/people/{office.handle('U1')}/why/influence.score")
    assert (answer.status_code, answer.location) == (302, address(office, "U1"))
    board = page(office.as_("U0"), "/boards/influence.score")
    assert f'href="{address(office, "U1")}" aria-label=' in board
