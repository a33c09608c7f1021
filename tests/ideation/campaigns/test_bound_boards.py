"""A board on which a campaign takes place: it stays open, and as wide as it was; its file is written whole, and who
reads it hears of the campaign."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from renown.people import merge
from renown_ideation.campaigns import published, telling
from renown_ideation.models import Board, Campaign, Invited
from tests.ideation.attacks.kit import at_once
from tests.ideation.campaigns.staged import cast, sealed, voting
from tests.ideation.company import BOARD, Company, submit, words
from tests.ideation.desk import told

FORM = {**BOARD, "title": "Product", "slug": "product"}


def _board(company: Company) -> tuple[str, bool]:
    with company.reading() as ctx:
        found = ctx.session.scalars(select(Board)).one()
        return found.audience, found.closed_at is not None


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_it_is_neither_narrowed_nor_closed_before_the_campaign_is_over(company: Company) -> None:
    company.board()
    sealed(company)
    ada = company.browser("ada")
    narrower = submit(ada, "/admin/ideas/product", **FORM | {"audience": "employees"})
    assert narrower.status_code == 422
    assert "takes place here" in words(narrower)
    submit(ada, "/admin/ideas/product/close", close="yes")
    assert "takes place here" in ada.get("/admin/ideas/product").get_data(as_text=True)
    assert submit(ada, "/admin/ideas/product", **FORM | {"about": "All else may change."}).status_code == 303
    assert _board(company) == ("public", False)
    with company.writing() as ctx:
        ctx.session.scalars(select(Campaign)).one().state = "reported"
    assert submit(ada, "/admin/ideas/product", **FORM | {"audience": "employees"}).status_code == 303
    submit(ada, "/admin/ideas/product/close", close="yes")
    assert _board(company) == ("employees", True)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_many_who_ask_for_a_file_that_is_gone_each_have_the_whole(company: Company) -> None:
    company.board()
    campaign = voting(company)
    cast(company, campaign, "cleo", {1: 1})
    company.later(9)
    with company.reading() as ctx:
        path = published.path(ctx, ctx.session.get_one(Campaign, campaign))
    whole = path.read_bytes()

    def ask() -> bytes:
        with company.reading() as ctx:
            return published.path(ctx, ctx.session.get_one(Campaign, campaign)).read_bytes()

    for _ in range(10):
        path.unlink()
        assert set(at_once([ask] * 8)) == {whole}
    assert [one.name for one in path.parent.iterdir()] == [path.name], "no half of one is left"


def test_voters_who_may_read_the_board_no_more_hear_nothing_of_what_came_of_it(company: Company) -> None:
    board = company.board(audience="invited")
    with company.writing() as ctx:
        ctx.session.add_all(Invited(board_id=board, person_id=company.people[name]) for name in ("eve", "emil", "cleo"))
    campaign = voting(company, electorate__kind="invited")
    for name in ("eve", "emil", "cleo"):
        cast(company, campaign, name, {1: 1})
    company.later(9)
    assert all("The ballots are counted: Autumn" in told(company, name) for name in ("eve", "emil", "cleo"))
    with company.db.write() as conn:
        merge.merge(conn, company.people["carl"], company.people["cleo"], "administrator", company.people["ada"])
    company.settle()
    with company.writing() as ctx:
        ctx.session.execute(delete(Invited).where(Invited.person_id == company.people["emil"]))
        telling.of_note(ctx, ctx.session.get_one(Campaign, campaign), "decided", "")
    assert [told(company, name).count("It is decided: Autumn") for name in ("carl", "emil", "eve")] == [1, 0, 1]
