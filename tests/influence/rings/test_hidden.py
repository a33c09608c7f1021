"""Who hides, what is private, and whoever is in a ring themselves: what is told of it then."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from renown.access.models import Login
from renown.ledger.models import Rule
from renown_influence.models import RingNote
from tests.influence.company import ADMIN, MODERATOR, Company, name, submit, words
from tests.influence.rings.company import LARGE, RING, again, ring_of


def everything(company: Company, ring: str, by: int = MODERATOR) -> str:
    """All that one may read of rings, in one text."""
    client = company.browser(by)
    paths = ("/desk/rings", "/desk/rings.json", f"/desk/rings/{ring}", f"/desk/rings/{ring}.json")
    return "\n".join(client.get(path).get_data(as_text=True) for path in paths)


def test_of_few_who_are_hidden_nothing_is_told_not_even_how_many(company: Company) -> None:
    ring = ring_of(company, *RING)
    company.preset("opt-out", 20)
    said = everything(company, ring)
    assert name(20) not in said
    assert name(20).lower() not in said
    assert "4 people and others" in words(company.browser(MODERATOR).get("/desk/rings"))
    assert not re.search(
        r"who (is|are) not shown|of 5 people|5 people|pairs endorse|By chance|comes from one another", said
    )
    told = company.browser(MODERATOR).get(f"/desk/rings/{ring}.json").get_json()
    hidden = ("not_shown", "times", "chance", "share", "links", "possible", "more_pairs", "more_evidence")
    assert {told[one] for one in hidden} == {None}
    assert told["members"] == [], "what one gains without the others tells of the others"
    assert len(told["pairs"]) == 12, "of the four who are shown"


def test_of_five_who_are_hidden_it_is_told_how_many(large: Company) -> None:
    ring = ring_of(large, *LARGE)
    large.preset("opt-out", *LARGE[:5])
    said = everything(large, ring)
    assert not any(name(n) in said for n in LARGE[:5])
    assert "and 5 who are not shown" in words(large.browser(MODERATOR).get("/desk/rings"))
    assert "By chance" in said
    told = large.browser(MODERATOR).get(f"/desk/rings/{ring}.json").get_json()
    assert (told["not_shown"], len(told["members"]), len(told["pairs"])) == (5, 3, 6)
    assert told["more_pairs"] == 8 * 7 - 6
    assert told["links"] is None


def test_what_was_done_in_private_is_told_of_no_pair(company: Company) -> None:
    """20 likes one thing of 10's where others cannot look, beside a hundred in the open."""
    with company.db.write() as conn:
        conn.execute(update(Rule).where(Rule.name == "liked").values(body={"weight": 0.5, "private": True}))
    company.likes({(20, 10): 1}, private=True)
    again(company)
    told = company.browser(MODERATOR).get(f"/desk/rings/{ring_of(company, *RING)}.json").get_json()
    pairs = {(one["rater"], one["endorsed"]) for one in told["pairs"]}
    assert (name(20).lower(), name(10).lower()) not in pairs
    assert (len(pairs), told["more_pairs"]) == (15, 5), "four others are left out with it"
    assert 5 * 40 < told["more_evidence"] < 5 * 52
    assert (told["links"], told["possible"]) == (None, None)
    page = words(company.browser(MODERATOR).get(f"/desk/rings/{told['ring']}"))
    assert "5 more together" in page
    assert "pairs endorse each other" not in page


def test_whoever_is_in_a_group_is_told_nothing_of_it(company: Company) -> None:
    """10 becomes a moderator, and looks; so does one who was noted on with a group that is found no more."""
    ring = ring_of(company, *RING)
    submit(company.browser(MODERATOR), f"/desk/rings/{ring}/notes", text="Spoke with them.")
    with company.db.write() as conn:
        who = [company.people[n] for n in (10, 11)]
        conn.execute(update(Login).where(Login.person_id.in_(who)).values(role="moderator"))
        conn.execute(update(RingNote).values(people=sorted([*(company.people[n] for n in RING), company.people[11]])))
    client = company.browser(10)
    page = words(client.get("/desk/rings"))
    assert "No group for you to look into" in page
    assert "not listed: the privacy" not in page
    assert client.get("/desk/rings.json").get_json() == {
        "day": "2026-05-20",
        "looking": False,
        "rings": [],
        "not_shown": 0,
    }
    paths = (f"/desk/rings/{ring}", f"/desk/rings/{ring}.json", f"/api/v1/influence/rings/{ring}")
    assert {client.get(path).status_code for path in paths} == {404}
    assert submit(client, f"/desk/rings/{ring}/notes", text="We are friends.").status_code == 404
    other = words(company.browser(11).get(f"/desk/rings/{ring}"))
    assert name(10) in other
    assert "Spoke with them." not in other
    assert "Spoke with them." in words(company.browser(MODERATOR).get(f"/desk/rings/{ring}"))


@pytest.mark.parametrize("preset", ["teams-only", "own-only"])
def test_where_nobody_is_shown_no_ring_is(company: Company, preset: str) -> None:
    company.preset(preset)
    for by in (MODERATOR, ADMIN):
        client = company.browser(by)
        page = words(client.get("/desk/rings"))
        assert "One group is not listed: the privacy settings do not show the people in it." in page
        assert not any(name(n) in page for n in RING)
        assert client.get("/desk/rings.json").get_json()["rings"] == []
        assert client.get(f"/desk/rings/{ring_of(company, *RING)}").status_code == 404
