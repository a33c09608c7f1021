"""From a ring down to the acts behind each of its pairs."""

from __future__ import annotations

from sqlalchemy import update

from renown.ledger.models import Rule
from tests.influence.company import ADMIN, MODERATOR, Company, name, words
from tests.influence.rings.company import RING, again, ring_of


def acts(ring: str, rater: int, owner: int) -> str:
    return f"/desk/rings/{ring}/{name(rater).lower()}/for/{name(owner).lower()}"


def test_each_pair_leads_to_its_acts(company: Company) -> None:
    ring = ring_of(company, *RING)
    client = company.browser(MODERATOR)
    page = client.get(f"/desk/rings/{ring}").get_data(as_text=True)
    pairs = client.get(f"/desk/rings/{ring}.json").get_json()["pairs"]
    assert len(pairs) == 20
    for one in pairs:
        assert f'href="/desk/rings/{ring}/{one["rater"]}/for/{one["endorsed"]}"' in page
    told = client.get(acts(ring, 20, 10) + ".json").get_json()
    assert {one["rule"] for one in told["acts"]} == {"liked"}
    assert {one["day"] for one in told["acts"]} == {"2026-05-10"}
    assert len(told["acts"]) == 100, "the newest hundred"
    text = words(client.get(acts(ring, 20, 10)))
    assert f"What {name(20)} did for {name(10)}" in text
    assert "Liked" in text
    assert "The newest 100." in text


def test_acts_are_for_those_who_may_look_into_the_group(company: Company) -> None:
    ring = ring_of(company, *RING)
    for by, path in (
        (2, acts(ring, 20, 10)),
        (MODERATOR, acts(ring, 20, 2)),
        (MODERATOR, acts(ring, 20, 20)),
        (MODERATOR, acts("0" * 32, 20, 10)),
    ):
        for ending in ("", ".json"):
            assert company.browser(by).get(path + ending).status_code == 404, path
    company.preset("opt-out", 20)
    assert company.browser(ADMIN).get(acts(ring, 20, 10)).status_code == 404


def test_a_pair_that_is_told_with_others_alone_has_no_page(company: Company) -> None:
    """20 likes something of 10's in private as well."""
    with company.db.write() as conn:
        conn.execute(update(Rule).where(Rule.name == "liked").values(body={"weight": 0.5, "private": True}))
    company.likes({(20, 10): 1}, private=True)
    again(company)
    assert company.browser(MODERATOR).get(acts(ring_of(company, *RING), 20, 10)).status_code == 404


def test_scores_stand_there_as_profiles_show_them(company: Company) -> None:
    client = company.browser(MODERATOR)
    ring = ring_of(company, *RING)
    for one in client.get(f"/desk/rings/{ring}.json").get_json()["members"]:
        profile = client.get(f"/influence/people/{one['person']}.json").get_json()
        assert (one["influence"], round(one["score"], 3)) == (profile["influence"], profile["value"])
        assert one["influence_alone"] < one["influence"]
        assert f"{one['influence']:.1f} {one['score']:.2f} voices" in words(client.get(f"/desk/rings/{ring}"))
