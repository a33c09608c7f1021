"""The search for rings: after the scores, begun anew where it broke off, and without who goes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from renown.people import erase, merge
from renown_influence import forgetting, ring_book, ring_look, ring_search, run
from renown_influence.models import RingRow
from tests.influence.company import ADMIN, MODERATOR, Company, name, words
from tests.influence.rings.company import RING, ring_of


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
