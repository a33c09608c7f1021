"""What a draft was checked for is checked again when it is sealed: by then its board, its teams may be others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from renown_ideation.campaigns import held, sealing
from renown_ideation.models import Board, Campaign
from tests.ideation.campaigns import staged
from tests.ideation.charters import charter
from tests.ideation.company import Company, submit, words


def _narrow(company: Company) -> None:
    with company.writing() as ctx:
        ctx.session.execute(update(Board).values(audience="employees"))


def _close(company: Company) -> None:
    submit(company.browser("ada"), "/admin/ideas/product/close", close="yes")


def _rename(company: Company) -> None:
    """As if the team that it names had gone."""
    with company.writing() as ctx:
        found = ctx.session.scalars(select(Campaign)).one()
        found.charter = found.charter.replace('"customer":2', '"Sales":2')


_SEGMENTS = {"kind": "segment", "title": "who pays for it", "segments": {"customer": 2}}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("happens", "changes", "said"),
    [
        (_narrow, {}, "Not all of them may read this board, and so they could not vote."),
        (_close, {}, "The board “Product” is closed"),
        (_rename, {"weights": _SEGMENTS}, "There is no team and no kind of account called Sales."),
    ],
)
def test_a_draft_that_holds_no_more_is_not_sealed(
    company: Company, happens: Callable[[Company], None], changes: dict[str, Any], said: str
) -> None:
    company.board()
    with company.writing() as ctx:
        campaign = sealing.draft(ctx, company.boarded(ctx), charter(**changes), company.people["ada"]).id
    happens(company)
    with company.reading() as ctx:
        seen = held.sealed(ctx.session.get_one(Campaign, campaign)).digest()
    mo = company.browser("mo")
    submit(mo, "/campaigns/autumn/seal", phrase="autumn", seen=seen)
    assert said in words(mo.get("/campaigns/autumn"))
    assert staged.state(company, campaign) == "draft"
