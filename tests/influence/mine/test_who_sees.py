"""Of a score nobody is told who may not be: few, who hides, what is private, strangers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from renown.api import Viewer
from renown.hooks import dispatch
from tests.influence.mine.reading import MINE, address
from tests.influence.office import GENERAL, SECRET, Office
from tests.influence.reading import data, main, named, page, said


def test_few_raters_are_told_apart_to_the_person_alone(office: Office) -> None:
    """Two people rely on U0: U10 and U20."""
    own, other = main(office.as_("U0"), MINE), main(office.as_("U1"), address(office, "U0"))
    assert named(own) == {"U10", "U20"}
    assert named(other) == {"U0"}
    assert "they are too few" in other
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
    own_office.private_counts()
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
            assert SECRET not in text
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


def test_panels_say_it_where_the_viewer_may_see_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "PANELS_BUDGET", 60)
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
