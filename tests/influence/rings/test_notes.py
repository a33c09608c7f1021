"""Notes on rings: who wrote what and when, and what becomes of them."""

from __future__ import annotations

from sqlalchemy import Engine, event, func, insert, select, update

from renown.audit.models import Audit
from renown.people import erase, merge
from renown_influence.models import RingNote, RingRow
from tests.influence.company import MODERATOR, Company, name, submit, words
from tests.influence.rings.company import RING, again, ring_of


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
