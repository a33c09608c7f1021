"""Rings from events to the moderators' page, and that nothing else comes of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, event, func, insert, select, update

from renown.access.models import Login
from renown.audit.models import Audit
from renown.ledger.models import Rule
from renown.notify.models import Notification
from renown.people import erase, merge
from renown_influence import forgetting, ring_book, ring_look, ring_search, run
from renown_influence.models import RingNote, RingRow
from tests.influence.company import ADMIN, MODERATOR, Company, name, opened, settled, submit, words
from tests.ready import Ready, State

RING = (10, 15, 20, 25, 30)
LARGE = (2, 6, 10, 15, 20, 25, 30, 35)


def likes(ring: Sequence[int]) -> Counter[tuple[int, int]]:
    """Forty people in five teams like some things of six others each; some of them a hundred of each other's."""
    draw = np.random.default_rng(2)
    found: Counter[tuple[int, int]] = Counter()
    for rater in range(40):
        mates = [one for one in range(rater // 8 * 8, rater // 8 * 8 + 8) if one != rater]
        others = [one for one in range(40) if one // 8 != rater // 8]
        for owner in (*draw.choice(mates, 4, replace=False), *draw.choice(others, 2, replace=False)):
            found[rater, int(owner)] += int(draw.integers(1, 4))
    for rater in ring:
        for owner in ring:
            found[rater, owner] += 100 * (rater != owner)
    return +found


def searched(ring: Sequence[int]) -> State:
    """A company whose rings were looked for."""

    def reach(url: str) -> None:
        with TemporaryDirectory() as folder, opened(url, Path(folder)) as company:
            for team in range(5):
                company.team(f"Team {team}", range(team * 8, team * 8 + 8))
            company.likes(likes(ring))
            again(company)

    return State(f"ring{len(ring)}", reach, settled(40))


SEARCHED, SEARCHED_LARGE = searched(RING), searched(LARGE)


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(SEARCHED, tmp_path) as url, opened(url, tmp_path) as made:
        yield made


@pytest.fixture
def large(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    """With a ring of eight."""
    with ready(dialect).copy(SEARCHED_LARGE, tmp_path) as url, opened(url, tmp_path) as made:
        yield made


def ring_of(company: Company, *numbers: int) -> str:
    """What the group of these is called."""
    wanted = [company.people[n] for n in numbers]
    with company.db.read() as conn:
        rows = conn.execute(select(RingRow.people, RingRow.ring).order_by(RingRow.run_id.desc()))
        return next(ring for people, ring in rows if people == wanted)


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


def test_a_group_that_was_looked_into_says_so_and_stands_below(company: Company) -> None:
    ring = ring_of(company, *RING)
    client = company.browser(MODERATOR)
    assert "Not looked into yet" in words(client.get("/desk/rings"))
    submit(client, f"/desk/rings/{ring}/notes", text="Wrote to them.")
    assert "Not looked into yet" in words(client.get("/desk/rings"))
    submit(client, f"/desk/rings/{ring}/notes", text="They share an office.", done="yes")
    again(company)
    assert "Looked into 20 May, 12:00" in words(client.get("/desk/rings"))
    assert client.get("/desk/rings.json").get_json()["rings"][0]["looked_into"] == "2026-05-20T12:00:00+00:00"
    assert f"{name(MODERATOR)} wrote so" in words(client.get(f"/desk/rings/{ring}"))
    with company.db.write() as conn:
        conn.execute(update(RingNote).values(people=[company.people[n] for n in RING[1:]]))
    assert "Not looked into yet" in words(client.get("/desk/rings")), "somebody joined them since"


def test_notes_of_all_groups_are_read_in_one_statement(company: Company) -> None:
    def statements() -> int:
        found: list[str] = []
        event.listen(Engine, "before_cursor_execute", lambda *told: found.append(told[2]))
        company.browser(MODERATOR).get("/desk/rings")
        return sum("influence_ring_note" in one for one in found)

    with company.db.write() as conn:
        row = conn.execute(select(RingRow.__table__).order_by(RingRow.run_id.desc())).first()
        assert row is not None
        more = [{**row._mapping, "ring": f"{n:032}", "place": n, "people": [*row.people[:3], n]} for n in range(1, 5)]
        conn.execute(insert(RingRow), more)
    assert statements() == 1


# The search


def test_scores_are_there_before_rings_are_looked_for(company: Company) -> None:
    ring = ring_of(company, *RING)
    ctx = company.renown.contexts.of("influence")
    company.later(1)
    assert run.work(ctx)
    client, runs = company.browser(MODERATOR), company.browser(ADMIN)
    page = words(client.get("/desk/rings"))
    assert "Rings are being looked for" in page
    assert name(10) in page, "those of the search before"
    assert client.get("/desk/rings.json").get_json()["looking"] is True
    assert "Rings are being looked for." in words(runs.get("/influence/runs"))
    assert runs.get("/influence/runs.json").get_json()["runs"][0]["looking_for_rings"] is True
    assert ring_search.work(ctx)
    assert not ring_search.work(ctx)
    assert "being looked for" not in words(client.get("/desk/rings")) + words(runs.get("/influence/runs"))
    told = client.get("/desk/rings.json").get_json()
    assert (told["day"], [one["ring"] for one in told["rings"]]) == ("2026-05-21", [ring])


def test_a_search_that_was_broken_off_is_begun_anew(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = company.renown.contexts.of("influence")
    company.later(1)
    assert run.work(ctx)

    def killed(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(ring_book, "keep", killed)
        with pytest.raises(MemoryError):
            ring_search.work(ctx)
    company.settle()
    told = company.browser(MODERATOR).get("/desk/rings.json").get_json()
    assert (told["day"], told["looking"], len(told["rings"])) == ("2026-05-21", False, 1)


@pytest.mark.parametrize("when", ["look", "gathered"])
def test_whoever_is_erased_during_a_search_is_in_no_ring(
    company: Company, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    ctx = company.renown.contexts.of("influence")
    company.later(1)
    assert run.work(ctx)
    real = getattr(ring_look, when)

    def meanwhile(*arguments: object) -> object:
        found = real(*arguments)
        with company.db.write() as conn:
            erase.erase(conn, company.people[20], None)
        with company.writing() as inner:
            forgetting.forget(inner, company.people[20])
        return found

    monkeypatch.setattr(ring_look, when, meanwhile)
    ring_search.work(ctx)
    with company.db.read() as conn:
        assert not any(company.people[20] in people for people in conn.scalars(select(RingRow.people)))
    monkeypatch.undo()
    company.settle()
    told = company.browser(MODERATOR).get("/desk/rings.json").get_json()
    assert [one["people"] for one in told["rings"]] == [[name(n).lower() for n in RING if n != 20]]


def test_whoever_is_merged_during_a_search_is_in_no_ring(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.later(1)
    assert run.work(company.renown.contexts.of("influence"))
    real = ring_look.gathered

    def meanwhile(*arguments: Any) -> object:
        with company.db.write() as conn:
            merge.merge(conn, company.people[9], company.people[20], "administrator", None)
        return real(*arguments)

    monkeypatch.setattr(ring_look, "gathered", meanwhile)
    assert ring_search.work(company.renown.contexts.of("influence"))
    told = company.browser(MODERATOR).get("/desk/rings.json").get_json()
    assert (told["day"], told["rings"], told["not_shown"]) == ("2026-05-21", [], 0)


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
        conn.execute(update(RingNote).values(people=[company.people[n] for n in (15, 20, 25)]))
    again(company)
    page = words(company.browser(MODERATOR).get(f"/desk/rings/{other}"))
    assert "on a group with some of the same people" in page


def test_erasure_takes_rings_and_notes(company: Company) -> None:
    ring = ring_of(company, *RING)
    submit(company.browser(MODERATOR), f"/desk/rings/{ring}/notes", text="Name20 began it.")
    with company.db.write() as conn:
        erase.erase(conn, company.people[20], None)
    again(company)
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(RingNote)) == 0
        for people, evidence in conn.execute(select(RingRow.people, RingRow.evidence)):
            assert company.people[20] not in people
            assert not any(company.people[20] in pair[:2] for pair in evidence["pairs"])
    assert company.browser(MODERATOR).get(f"/desk/rings/{ring}").status_code == 404
    [told] = company.browser(MODERATOR).get("/desk/rings.json").get_json()["rings"]
    assert told["people"] == [name(n).lower() for n in RING if n != 20]
