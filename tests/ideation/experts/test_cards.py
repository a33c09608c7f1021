"""What experts say: asked with a reason, declined at no cost, judged by criteria that are never made one number."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from renown.people import erase, merge
from renown_ideation import boards
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Asked, Judged
from tests.ideation.company import BOARD, Company
from tests.ideation.desk import act, below, bring, data, page, put, told


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    return shared


def ask(office: Company, idea: int, *people: str) -> None:
    for who in people:
        assert act(office, "mo", below(idea, "experts"), who=f"{who}@example.com", word="You built it.") == 302


def judge(office: Company, who: str, idea: int, *values: int | str, note: str = "") -> int:
    cards = {f"c{n}": str(value) for n, value in enumerate(values, 1)}
    return act(office, who, below(idea, "card"), answer="judge", note=note, **cards)


def criteria(office: Company, names: str) -> None:
    with office.writing() as ctx:
        given = BOARD | {"slug": "product", "title": "Product", "criteria": names}
        boards.change(ctx, office.boarded(ctx), given)


def said(office: Company, who: str | None, idea: int) -> dict[str, object]:
    found = data(office, who, f"/api/v1/ideation/ideas/{idea}/experts")
    assert isinstance(found, dict)
    return found


def shown(office: Company, who: str | None, idea: int) -> str:
    html = page(office, who, f"/ideas/product/{idea}-x").split("<main")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_what_they_say_stands_beside_the_votes_and_customers_read_no_more_than_the_middle(office: Company) -> None:
    idea = bring(office, "A tea kitchen", by="cleo")
    ask(office, idea, "eve", "emil", "ada")
    assert told(office, "eve")[-1] == "What do you think of it? A tea kitchen"
    assert "“You built it.”".strip("“”") in page(office, "eve", below(idea, "card"))
    assert judge(office, "eve", idea, 5, 4, 3, 2, note="Ask the landlord first.") == 302
    assert judge(office, "emil", idea, 2, 4, "", 1) == 302
    assert judge(office, "ada", idea, 1, 4, 3, 1) == 302
    found = said(office, "mo", idea)
    assert found["experts"] == 3
    assert found["criteria"] == [
        {"criterion": "Reach", "median": 2.0, "low": 1, "high": 5, "experts": 3},
        {"criterion": "Impact", "median": 4.0, "low": 4, "high": 4, "experts": 3},
        {"criterion": "Confidence", "median": 3.0, "low": 3, "high": 3, "experts": 2},
        {"criterion": "Effort", "median": 1.0, "low": 1, "high": 2, "experts": 3},
    ]
    text = shown(office, "mo", idea)
    assert "Eve" in text
    assert "Ask the landlord first." in text
    for outside in ("cleo", None):
        text = shown(office, outside, idea)
        assert "3 experts judged it" in text
        assert "Reach 2 Impact 4" in text
        assert not {"Eve", "landlord", "From"} & set(text.replace(".", "").split()), outside
        assert said(office, outside, idea)["cards"] == []
        assert said(office, outside, idea)["criteria"][0] == {"criterion": "Reach", "median": 2.0}  # type: ignore[index]
    assert judge(office, "eve", idea, 1, 1, 1, 1) == 302, "one's own can be changed"
    assert said(office, "mo", idea)["criteria"][0]["median"] == 1.0  # type: ignore[index]


def test_who_was_asked_judges_before_they_see_the_others_and_may_decline(office: Company) -> None:
    idea = bring(office, "A bell", by="cleo")
    ask(office, idea, "eve", "emil", "ada")
    assert judge(office, "eve", idea, 5, 5, 5, 5) == 302
    assert said(office, "emil", idea)["criteria"] == [], "each judges for themselves"
    assert "shown once you have answered" in shown(office, "emil", idea)
    assert act(office, "emil", below(idea, "card"), answer="decline") == 302
    assert said(office, "emil", idea)["experts"] == 1
    assert "What do you think" not in shown(office, "emil", idea)
    assert "Declined" in page(office, "mo", below(idea, "experts"))
    assert judge(office, "emil", idea, 3) == 302, "and may think better of it"
    assert act(office, "mo", below(idea, f"experts/{office.people['ada']}/withdraw")) == 302
    assert judge(office, "ada", idea, 3) == 404
    assert judge(office, "carl", idea, 3) == 404
    assert act(office, "eve", below(idea, "experts"), who="mo", word="x") == 404, "staff ask, nobody else"


def test_what_cannot_be_taken_is_said_beside_its_field_and_nobody_judges_what_is_decided(office: Company) -> None:
    idea = bring(office, "A clock", by="cleo")
    ask(office, idea, "eve")
    assert judge(office, "eve", idea, 6) == 422
    assert judge(office, "eve", idea) == 422
    assert judge(office, "eve", idea, 3, note="x" * 2001) == 422
    criteria(office, " Risk ,, Risk")
    assert judge(office, "eve", idea, 4) == 302
    assert [one["criterion"] for one in said(office, "mo", idea)["criteria"]] == ["Risk"]  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="At most 8"):
        criteria(office, ",".join("abcdefghi"))
    criteria(office, "")
    put(office, idea, state="declined")
    assert judge(office, "eve", idea, 1) == 422
    assert act(office, "mo", below(idea, "experts"), who="emil", word="x") == 422


def test_what_an_expert_said_follows_them_into_one_person_and_out_again_and_is_forgotten(company: Company) -> None:
    company.board()
    idea = bring(company, "A lamp", by="cleo")
    ask(company, idea, "eve", "emil")
    assert judge(company, "emil", idea, 4, 4, 4, 4, note="Bright") == 302
    with company.db.write() as conn:
        made = merge.merge(conn, company.people["eve"], company.people["emil"], "administrator", None)
    company.settle()
    assert [one["by"] for one in said(company, "mo", idea)["cards"]] == ["Eve"]  # type: ignore[attr-defined]
    with company.db.write() as conn:
        merge.split(conn, made, None)
    company.settle()
    assert [one["by"] for one in said(company, "mo", idea)["cards"]] == ["Emil"]  # type: ignore[attr-defined]
    mine = data(company, "emil", "/me/data.json")["ideation"]
    assert [one["note"] for one in mine["scorecards"]] == ["Bright"]
    with company.db.write() as conn:
        erase.erase(conn, company.people["emil"], None)
    company.settle()
    assert said(company, "mo", idea)["experts"] == 0
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Judged)).all() == []
        assert [one.person_id for one in ctx.session.scalars(select(Asked))] == [company.people["eve"]]
