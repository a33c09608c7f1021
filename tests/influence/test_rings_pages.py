"""Rings from events to the moderators' page, and that nothing else comes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, update

from renown import clock
from renown.audit.models import Audit
from renown.notify.models import Notification
from renown.people import erase, merge
from renown_influence import ring_book, run
from renown_influence.models import RingNote, RingRow
from tests.influence.company import ADMIN, MODERATOR, Company, name, opened, submit, words

RING = (10, 15, 20, 25, 30)


@pytest.fixture
def company(database_url: str, tmp_path: Path) -> Iterator[Company]:
    """Forty people in five teams, who like some things of six others each; five of them a hundred of each other's."""
    with opened(database_url, tmp_path, 40) as found:
        draw = np.random.default_rng(2)
        for team in range(5):
            found.team(f"Team {team}", range(team * 8, team * 8 + 8))
        likes: Counter[tuple[int, int]] = Counter()
        for rater in range(40):
            mates = [one for one in range(rater // 8 * 8, rater // 8 * 8 + 8) if one != rater]
            others = [one for one in range(40) if one // 8 != rater // 8]
            for owner in (*draw.choice(mates, 4, replace=False), *draw.choice(others, 2, replace=False)):
                likes[rater, int(owner)] += int(draw.integers(1, 4))
        for rater in RING:
            for owner in RING:
                likes[rater, owner] += 100 * (rater != owner)
        found.likes(+likes)
        again(found)
        yield found


def ring_of(company: Company, *numbers: int) -> str:
    return ring_book.digest([company.people[n] for n in numbers])


def again(company: Company) -> None:
    """Reckon once more."""
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    company.settle()


def test_a_ring_is_listed_with_what_speaks_for_it(company: Company) -> None:
    client = company.browser(MODERATOR)
    page = words(client.get("/desk/rings"))
    assert "Nothing happens by itself" in page
    assert all(name(n) in page for n in RING)
    assert "All 10 pairs endorse each other" in page
    assert "By chance such a group would come about in" in page
    [told] = client.get("/desk/rings.json").get_json()["rings"]
    assert told["people"] == [name(n).lower() for n in RING]
    assert told["chance"] < 1e-6
    assert told["share"] > 0.3
    for member in told["members"]:
        assert 0.9 < member["alone"] < member["score"]
    assert len(told["pairs"]) == 20
    assert {(pair["days"], pair["last_day"]) for pair in told["pairs"]} == {(1, company.now // clock.DAY - 10)}
    # A hundred likes, half a mention each, some working days old.
    assert all(40 < pair["evidence"] < 52 for pair in told["pairs"])
    shown = words(client.get(f"/desk/rings/{ring_of(company, *RING)}"))
    assert "Nobody wrote anything yet." in shown
    assert name(10) in shown


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


def test_notes_are_kept_with_who_and_when(company: Company) -> None:
    ring = ring_of(company, *RING)
    client = company.browser(MODERATOR)
    answer = submit(client, f"/desk/rings/{ring}/notes", text="  Spoke with <b>them</b>.  ")
    assert answer.status_code == 302
    again(company)
    page = client.get(f"/desk/rings/{ring}").get_data(as_text=True)
    assert "Spoke with &lt;b&gt;them&lt;/b&gt;." in page
    assert f"{name(MODERATOR)} , 20 May, 12:00" in words(client.get(f"/desk/rings/{ring}"))
    assert "One note." in words(client.get("/desk/rings"))
    with company.db.read() as conn:
        act = conn.execute(select(Audit).where(Audit.action == "influence.ring-noted")).one()
    assert (act.actor_id, act.target, act.details) == (company.people[MODERATOR], f"ring:{ring}", None)
    for text in ("", "   ", "x" * 2001):
        answer = submit(client, f"/desk/rings/{ring}/notes", text=text)
        assert (answer.status_code, "A note has 1 to 2,000 characters." in words(answer)) == (422, True)


def test_only_moderators_look(company: Company) -> None:
    ring = ring_of(company, *RING)
    paths = ("/desk/rings", "/desk/rings.json", f"/desk/rings/{ring}")
    for by in (2, 10, -1):
        client = company.browser(by)
        assert {client.get(path).status_code for path in paths} == {404}, by
        assert submit(client, f"/desk/rings/{ring}/notes", text="x").status_code == 404
    assert {company.browser(None).get(path).status_code for path in paths} == {302}
    assert {company.browser(ADMIN).get(path).status_code for path in paths} == {200}
    assert company.browser(MODERATOR).post(f"/desk/rings/{ring}/notes", data={"text": "x"}).status_code == 400
    assert "/desk/rings" not in company.browser(2).get("/").get_data(as_text=True)
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(RingNote)) == 0


def test_only_rings_that_were_found_are_there(company: Company) -> None:
    client = company.browser(MODERATOR)
    for ring in (ring_of(company, 1, 2, 3), "x", "0" * 32):
        assert client.get(f"/desk/rings/{ring}").status_code == 404
        assert submit(client, f"/desk/rings/{ring}/notes", text="x").status_code == 404


def test_whoever_is_hidden_is_counted_and_not_named(company: Company) -> None:
    company.preset("opt-out", 20)
    client, ring = company.browser(MODERATOR), ring_of(company, *RING)
    for path in ("/desk/rings", f"/desk/rings/{ring}", "/desk/rings.json"):
        page = client.get(path).get_data(as_text=True)
        assert name(20) not in page, path
        assert name(20).lower() not in page, path
    assert "and 1 who is not shown" in words(client.get("/desk/rings"))
    [told] = client.get("/desk/rings.json").get_json()["rings"]
    assert (told["not_shown"], len(told["members"]), len(told["pairs"])) == (1, 4, 12)


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


def test_notes_follow_a_merge_and_stay_with_most_of_a_group(company: Company) -> None:
    ring = ring_of(company, *RING)
    submit(company.browser(MODERATOR), f"/desk/rings/{ring}/notes", text="Spoke with them.")
    with company.db.write() as conn:
        merge.merge(conn, company.people[9], company.people[10], "administrator", None)
    again(company)
    other = ring_of(company, 9, *RING[1:])
    assert "Spoke with them." in words(company.browser(MODERATOR).get(f"/desk/rings/{other}"))
    with company.db.write() as conn:
        merge.merge(conn, company.people[9], company.people[11], "administrator", None)
        conn.execute(update(RingNote).values(ring="another", people=[company.people[n] for n in (15, 20, 25)]))
    again(company)
    page = words(company.browser(MODERATOR).get(f"/desk/rings/{other}"))
    assert "on a group of 3 with some of the same people" in page


def test_erasure_takes_rings_and_notes(company: Company) -> None:
    submit(company.browser(MODERATOR), f"/desk/rings/{ring_of(company, *RING)}/notes", text="Name20 began it.")
    with company.db.write() as conn:
        erase.erase(conn, company.people[20], None)
    again(company)
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(RingNote)) == 0
        for people, evidence in conn.execute(select(RingRow.people, RingRow.evidence)):
            assert company.people[20] not in people
            assert not any(company.people[20] in pair[:2] for pair in evidence["pairs"])
    [told] = company.browser(MODERATOR).get("/desk/rings.json").get_json()["rings"]
    assert told["people"] == [name(n).lower() for n in RING if n != 20]
