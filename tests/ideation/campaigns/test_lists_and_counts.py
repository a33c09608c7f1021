"""What pages of many campaigns ask of the database, counts that are made again, and what a report says was kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from renown import clock
from renown_ideation.campaigns import deviation, sealing
from renown_ideation.models import Campaign
from renown_ideation.pages import decided
from tests.ideation.campaigns import staged
from tests.ideation.charters import at, charter
from tests.ideation.company import NOW, Company, submit, words
from tests.ideation.desk import bring, data


def _statements(company: Company, work: Callable[[], Any]) -> list[str]:
    found: list[str] = []

    def note(*told: Any) -> None:
        found.append(told[2])

    event.listen(company.db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(company.db.engine, "before_cursor_execute", note)
    return found


def test_lists_of_campaigns_ask_the_database_no_more_for_more_of_them(company: Company) -> None:
    company.board()
    for number in range(2):
        staged.sealed(company, f"run-{number}")
    client = company.browser(None)

    def look() -> None:
        assert client.get("/campaigns").status_code == client.get("/ideas/product").status_code == 200

    look()
    before = len(_statements(company, look))
    for number in range(2, 6):
        staged.sealed(company, f"run-{number}")
    with company.writing() as ctx:
        said, later = {"decision.due": at(50)[:10]}, NOW + 3 * clock.DAY
        sealing.amend(ctx, 1, said, "Holidays.", later, company.people["ada"])
    company.later(1.1)
    look()
    found = _statements(company, look)
    assert len(found) <= before
    assert not [one for one in found if "ideation_campaign.result" in one], "results grow with the options"


def test_the_first_page_leads_to_votes_that_are_open_on_boards_that_one_may_read(company: Company) -> None:
    company.board()
    company.board("staff", audience="employees")
    staged.sealed(company, "inner", board="staff", electorate__kind="employees")
    staged.sealed(company)
    company.later(1)
    for board in ("product", "staff"):
        bring(company, "Dark mode", board=board)
    company.later(11)
    outside, inside = (company.browser(name).get("/ideas?q=nothing").get_data(as_text=True) for name in ("cleo", "eve"))
    assert "A vote is open until" in outside
    assert 'href="/campaigns/autumn">Vote' in outside
    assert 'href="/campaigns/inner">Vote' not in outside
    assert 'href="/campaigns/inner">Vote' in inside
    company.later(9)
    assert "A vote is open until" not in company.browser("eve").get("/ideas").get_data(as_text=True)


def test_campaigns_that_are_over_are_listed_page_by_page(company: Company) -> None:
    company.board()
    with company.writing() as ctx:
        board, ada = company.boarded(ctx), company.people["ada"]
        for number in range(53):
            made = sealing.draft(ctx, board, charter(f"old-{number}"), ada)
            sealing.seal(ctx, made.id, ada)
            sealing.void(ctx, made.id, "An old one.", ada)
    staged.sealed(company)
    client = company.browser(None)
    first = [one["campaign"] for one in client.get("/campaigns.json").get_json()]
    assert (first[0], first[1], first[-1], len(first)) == ("autumn", "old-52", "old-3", 51)
    assert 'href="/campaigns?before=old-3"' in client.get("/campaigns").get_data(as_text=True)
    rest = client.get("/campaigns.json?before=old-3").get_json()
    assert [one["campaign"] for one in rest] == ["old-2", "old-1", "old-0"]
    assert "before=" not in words(client.get("/campaigns?before=old-3"))


def test_nobody_finds_a_draft_by_where_a_page_of_the_list_begins(company: Company) -> None:
    company.board()
    with company.writing() as ctx:
        board, ada = company.boarded(ctx), company.people["ada"]
        old = sealing.draft(ctx, board, charter("old-0"), ada)
        sealing.seal(ctx, old.id, ada)
        sealing.void(ctx, old.id, "An old one.", ada)
        sealing.draft(ctx, board, charter("secret"), ada)

    def found(name: str | None, path: str) -> list[str]:
        return [one["campaign"] for one in data(company, name, path)]

    for before in ("nothing-such", "secret"):
        assert found("cleo", f"/campaigns.json?before={before}") == []
        assert found("cleo", f"/api/v1/ideation/campaigns?before={before}") == []
    assert found("mo", "/campaigns.json?before=secret") == ["old-0"], "staff read drafts"


def test_a_tally_is_redone_once_and_not_at_will(company: Company) -> None:
    company.board()
    staged.counted(company)
    client = company.browser("eve")

    def redo() -> int:
        return submit(client, "/campaigns/autumn/results").status_code

    decided._VERDICTS.clear()
    assert [redo() for _ in range(12)] == [200] * 12, "what was found of these bytes is kept"
    told = []
    for _ in range(11):
        decided._VERDICTS.clear()
        told.append(redo())
    assert told == [200] * 9 + [429] * 2


def test_what_was_promised_is_kept_where_the_vote_chose_fewer(company: Company) -> None:
    company.board()
    campaign = staged.counted(company, seats={"by_vote": 4, "by_board": 0})
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""), o3=("vote", ""), o4=("vote", ""))
    assert staged.published(company.browser("mo"), "/desk/campaigns/autumn").status_code == 302
    with company.reading() as ctx:
        report = deviation.of(ctx, ctx.session.get_one(Campaign, campaign))
    assert (report.promised, report.granted, report.kept) == (4, 3, True), "nobody voted for the fourth"


def test_who_did_not_vote_is_told_from_who_abstained(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    staged.cast(company, campaign, "cleo", {1: 1})
    staged.cast(company, campaign, "carl", {2: 1})
    staged.cast(company, campaign, "carl", {})
    company.later(9)
    said = words(company.browser(None).get("/campaigns/autumn/results"))
    assert (
        "Ballots 2 of 6 voters: a turnout of 33 % Did not vote 4 Abstained 1 with a ballot that chooses nothing" in said
    )
