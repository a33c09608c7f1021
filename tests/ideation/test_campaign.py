"""A campaign from its charter to the deviation report, by the clock."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from renown_ideation.campaigns import casting, deciding, deviation, published, sealing
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Campaign
from tests.ideation.charters import charter
from tests.ideation.company import Company


def _seal(company: Company, **changes: object) -> int:
    with company.writing() as ctx:
        board, ada = company.boarded(ctx), company.people["ada"]
        campaign = sealing.draft(ctx, board, charter(**changes), ada).id
        sealing.seal(ctx, campaign, ada)
        return campaign


def _bring(company: Company, *titles: str) -> None:
    with company.writing() as ctx:
        for one in titles:
            writing.submit(ctx, company.viewer("eve"), company.boarded(ctx), {"title": one})


def _cast(company: Company, campaign: int, name: str, **choices: int) -> casting.Receipt:
    with company.writing() as ctx:
        return casting.cast(ctx, campaign, company.people[name], {key[1:]: value for key, value in choices.items()})


def _state(company: Company, campaign: int) -> str:
    with company.reading() as ctx:
        return ctx.session.get_one(Campaign, campaign).state


def _verdicts(company: Company, campaign: int, verdicts: Mapping[int, Verdict]) -> None:
    with company.writing() as ctx:
        deciding.decide(ctx, campaign, verdicts, company.people["mo"])


def test_from_charter_to_report(company: Company) -> None:
    company.board()
    campaign = _seal(company)
    company.later(1)
    assert _state(company, campaign) == "collecting"
    _bring(company, "One", "Two", "Three", "Four")
    company.later(11)
    assert _state(company, campaign) == "voting"
    _cast(company, campaign, "cleo", o1=1, o2=1)
    receipt = _cast(company, campaign, "cleo", o1=1, o3=1)
    assert receipt.number == 2
    _cast(company, campaign, "carl", o1=1)
    _cast(company, campaign, "eve", o3=1)
    _cast(company, campaign, "emil", o4=1, o1=1)
    with company.reading() as ctx:
        assert casting.by_receipt(ctx, campaign, receipt.code.lower().replace("-", " ")) == {"1": 1, "3": 1}
    company.later(8)
    assert _state(company, campaign) == "counted"
    with pytest.raises(NotNow, match="closed"):
        _cast(company, campaign, "mo", o2=1)
    with company.reading() as ctx:
        file = published.path(ctx, ctx.session.get_one(Campaign, campaign)).read_bytes()
        lines = file.splitlines()
        assert lines[-1].decode() == ctx.session.get_one(Campaign, campaign).result
        again = b"".join(published.lines(ctx, found := ctx.session.get_one(Campaign, campaign), found.counted_at or 0))
    assert again == file
    with company.writing() as ctx, pytest.raises(Refused) as refused:
        deciding.publish(ctx, campaign, company.people["mo"])
    assert sorted(refused.value.errors) == ["1", "2", "3", "4"]
    _verdicts(company, campaign, {1: Verdict("vote"), 2: Verdict("board"), 3: Verdict(""), 4: Verdict("")})
    with company.writing() as ctx, pytest.raises(Refused) as refused:
        deciding.publish(ctx, campaign, company.people["mo"])
    assert sorted(refused.value.errors) == ["2", "3"], "2 has a seat and was not voted for, 3 was and has none"
    _verdicts(company, campaign, {2: Verdict("board", "It is half done."), 3: Verdict("", "It would cost too much.")})
    company.later(25)
    with company.writing() as ctx:
        deciding.publish(ctx, campaign, company.people["mo"], "Two are enough.")
        report = deviation.of(ctx, ctx.session.get_one(Campaign, campaign))
    assert (report.promised, report.granted, report.by_board, report.first_out, report.top_in) == (2, 1, 1, 0, 2)
    assert [line.differs for line in report.lines] == [True, True, False, False]
    assert report.overdue_days == 5
    assert not report.kept


def test_a_sealed_charter_never_changes(company: Company) -> None:
    company.board()
    campaign = _seal(company)
    with company.writing() as ctx, pytest.raises(NotNow):
        sealing.redraft(ctx, campaign, charter(seats__by_vote=30))
    with company.writing() as ctx, pytest.raises(NotNow):
        sealing.seal(ctx, campaign, company.people["ada"])
    with company.reading() as ctx:
        found = ctx.session.scalar(select(Campaign.charter_sha256).where(Campaign.id == campaign))
    assert found is not None
    assert len(found) == 64
