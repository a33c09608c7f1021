"""What moderators read of a ring, and nobody else; and that nothing else comes of it."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select, update

from renown.notify.models import Notification
from renown_influence import run
from renown_influence.models import RingNote, RingRow
from tests.influence.company import ADMIN, MODERATOR, Company, name, submit, words
from tests.influence.rings.company import RING, again, ring_of


def test_a_ring_is_listed_with_what_speaks_for_it(company: Company) -> None:
    client = company.browser(MODERATOR)
    page = words(client.get("/desk/rings"))
    assert "Nothing happens by itself" in page
    assert all(name(n) in page for n in RING)
    assert "They endorse one another at least" in page
    assert "By chance such a group would come about in" in page
    listed = client.get("/desk/rings.json").get_json()
    [ring] = listed["rings"]
    assert (listed["day"], listed["looking"], listed["not_shown"]) == ("2026-05-20", False, 0)
    assert ring["people"] == [name(n).lower() for n in RING]
    assert ring["chance"] < 1e-6
    assert ring["share"] > 0.3
    told = client.get(f"/desk/rings/{ring_of(company, *RING)}.json").get_json()
    assert {one: told[one] for one in ring} == ring
    assert (told["links"], told["possible"], told["more_pairs"]) == (10, 10, None)
    for member in told["members"]:
        assert 0.9 < member["alone"] < member["score"]
    assert len(told["pairs"]) == 20
    assert {(pair["days"], pair["last_day"]) for pair in told["pairs"]} == {(1, "2026-05-10")}
    # A hundred likes, half a mention each, some working days old.
    assert all(40 < pair["evidence"] < 52 for pair in told["pairs"])
    shown = words(client.get(f"/desk/rings/{ring_of(company, *RING)}"))
    assert "Nobody wrote anything yet." in shown
    assert name(10) in shown
    assert "All 10 pairs endorse each other that much." in shown
    for path in ("rings", f"rings/{ring_of(company, *RING)}"):
        answer = client.get(f"/api/v1/influence/{path}").get_json()
        assert answer == client.get(f"/desk/{path}.json").get_json()


def test_nothing_comes_of_it_by_itself(company: Company) -> None:
    def published() -> dict[int, int]:
        with company.writing() as ctx:
            return dict(zip(*ctx.standings.totals(run.MEASURE), strict=True))

    before = published()
    submit(company.browser(MODERATOR), f"/desk/rings/{ring_of(company, *RING)}/notes", text="They share an office.")
    again(company)
    assert published() == before
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Notification)) == 0


def test_only_moderators_look(company: Company) -> None:
    ring = ring_of(company, *RING)
    paths = ("/desk/rings", "/desk/rings.json", f"/desk/rings/{ring}", f"/desk/rings/{ring}.json")
    paths += ("/api/v1/influence/rings", f"/api/v1/influence/rings/{ring}")
    for by in (2, 10, -1):
        client = company.browser(by)
        assert {client.get(path).status_code for path in paths} == {404}, by
        assert submit(client, f"/desk/rings/{ring}/notes", text="x").status_code == 404
    assert {company.browser(None).get(path).status_code for path in paths} == {302, 401}
    assert {company.browser(ADMIN).get(path).status_code for path in paths} == {200}
    assert company.browser(MODERATOR).post(f"/desk/rings/{ring}/notes", data={"text": "x"}).status_code == 400
    assert "/desk/rings" not in company.browser(2).get("/").get_data(as_text=True)
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(RingNote)) == 0


def test_only_rings_that_were_found_are_there(company: Company) -> None:
    client = company.browser(MODERATOR)
    for ring in ("x", "0" * 32):
        assert client.get(f"/desk/rings/{ring}").status_code == 404
        assert submit(client, f"/desk/rings/{ring}/notes", text="x").status_code == 404


def test_names_of_rings_follow_from_nobody_and_hold_from_night_to_night(company: Company) -> None:
    ring = ring_of(company, *RING)
    ids = " ".join(str(company.people[n]) for n in RING)
    assert ring not in hashlib.sha256(ids.encode()).hexdigest()
    with company.db.write() as conn:
        conn.execute(update(RingRow).values(ring="f" * 32))
    again(company)
    assert ring_of(company, *RING) == "f" * 32
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(RingRow)) == 2
