"""Beside the score: what would change it, one's network, and what is said where numbers are gone."""

from __future__ import annotations

import csv
import io
import re
from array import array

from renown_influence import kept, run, store
from tests.influence.mine.reading import MINE, address
from tests.influence.office import GENERAL, Office
from tests.influence.reading import data, main, named, page, said


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
