"""Texts that an idea had: who reads them, how many there are, and what comparing them may cost."""

from __future__ import annotations

from sqlalchemy import func, select

from renown_ideation.ideas import amending
from renown_ideation.models import Revision
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import act, address, below, bring, get, page, put


def test_a_difference_is_shown_line_by_line_as_far_as_that_costs_little() -> None:
    old = ["The start.", *(f"Line {n}." for n in range(400)), "The end."]
    new = [*old[:200], "A word more.", *old[201:]]
    found = amending.difference(("A title", "\n".join(old)), ("A title", "\n".join(new)))
    assert [one for one in found if one[0] != " "] == [("-", "Line 199."), ("+", "A word more.")]
    assert [line for sign, line in found if sign != "+"] == ["A title", *old]

    many = ["a", "b"] * 3000, ["b", "b", "a"] * 3000
    found = amending.difference(("One", "\n".join(many[0])), ("Two", "\n".join(many[1])))
    assert [line for sign, line in found if sign != "+"] == ["One", *many[0]]
    assert [line for sign, line in found if sign != "-"] == ["Two", *many[1]]
    signs = [sign for sign, _ in found]
    assert signs.index("+") == signs.count("-"), "all before, then all after: nothing in between was compared"


def test_texts_are_paged_and_so_many_a_day(company: Company) -> None:
    company.board()
    idea = bring(company, "Text number 1", by="eve")
    for n in range(2, 31):
        assert act(company, "eve", below(idea, "edit"), title=f"Text number {n}", body="", revision=str(n - 1)) == 302
    full = submit(company.browser("eve"), below(idea, "edit"), title="One more", body="", revision="30")
    assert full.status_code == 422
    assert "30 times in a day" in words(full)
    assert act(company, "eve", below(idea, "edit"), title="Text number 30", body="", revision="30", tags="dark") == 302
    newest = page(company, None, below(idea, "texts"))
    assert ("Text 21<" in newest, "Text 20<" in newest) == (True, False)
    assert '/texts?before=21">Earlier texts' in newest
    oldest = page(company, None, below(idea, "texts?before=11"))
    assert "Text 1<" in oldest
    assert "Earlier texts" not in oldest
    company.later(1)
    assert act(company, "eve", below(idea, "edit"), title="One more", body="", revision="30") == 302


def test_what_nobody_let_through_is_not_read_beside_what_was(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Buy watches", by="cleo", body="At example.org")
    assert act(company, "cleo", below(idea, "edit"), title="A dark mode", body="At night.", revision="1") == 302
    put(company, idea, standing="shown")
    for name in (None, "carl", "cleo", "eve"):
        seen = page(company, name, below(idea, "texts"))
        assert "At night." in seen
        assert "watches" not in seen
        assert "example.org" not in seen
    assert "watches" in page(company, "mo", below(idea, "texts"))


def test_a_moderator_takes_an_earlier_text_away_and_gives_it_back(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve", body="Call Ann, 555 1234.")
    assert act(company, "eve", below(idea, "edit"), title="Dark mode", body="At night.", revision="1") == 302
    assert act(company, "carl", below(idea, "propose"), title="Dark", body="At night.", note="Short", base="1") == 302
    hide = below(idea, "texts/1/hide")
    assert act(company, "eve", hide, hide="yes") == 404
    assert act(company, "mo", below(idea, "texts/2/hide"), hide="yes") == 302
    assert "At night." in page(company, None, address(company, idea)), "what it says now is not hidden like this"
    assert "555 1234" in page(company, None, below(idea, "texts"))
    assert act(company, "mo", hide, hide="yes") == 302
    for where in (below(idea, "texts"), below(idea, "proposals/1")):
        assert "555 1234" not in page(company, None, where)
    assert "555 1234" in page(company, "mo", below(idea, "texts"))
    assert act(company, "mo", hide, hide="no") == 302
    assert "555 1234" in page(company, None, below(idea, "texts"))
    with company.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).where(Revision.idea_id == idea)) == 2
    assert get(company, idea).revision == 2


def test_a_text_taken_away_is_read_neither_in_its_proposal_nor_where_it_is_voted_on(company: Company) -> None:
    company.board()
    campaign = staged.voting(company, "Dark mode", "Offline mode")
    idea = staged.idea_of(company, campaign, 1)
    company.later(9)
    wanted = {"title": "Dark mode", "body": "Call Ann, 555 1234.", "note": "Whom to call", "base": "1"}
    assert act(company, "carl", below(idea, "propose"), **wanted) == 302
    assert act(company, "eve", below(idea, "proposals/1/accept"), revision="1") == 302
    assert act(company, "eve", below(idea, "edit"), title="Dark mode", body="At night.", revision="2") == 302
    for text in ("1", "2"):
        assert act(company, "mo", below(idea, f"texts/{text}/hide"), hide="yes") == 302
    for name, status in (("carl", 200), ("mo", 200), ("cleo", 404), ("eve", 404), (None, 404)):
        assert company.browser(name).get(below(idea, "proposals/1")).status_code == status, name
    assert "proposals/1" not in page(company, None, below(idea, "texts"))
    assert "proposals/1" in page(company, "mo", below(idea, "texts"))
    said = page(company, None, "/campaigns/autumn/options/1")
    assert "A moderator took this text away." in said
    assert "Dark mode" in said, "its title stays"
    assert "took this text away" not in page(company, None, "/campaigns/autumn/options/2")
    assert act(company, "mo", below(idea, "texts/2/hide"), hide="no") == 302
    assert company.browser(None).get(below(idea, "proposals/1")).status_code == 200


def test_a_new_text_taken_back_before_anybody_saw_it_stays_unseen(company: Company) -> None:
    company.board(held="everybody")
    idea = bring(company, "Dark mode", by="cleo")
    put(company, idea, standing="shown")
    assert act(company, "cleo", below(idea, "edit"), title="Buy watches", body="", revision="1") == 302
    assert act(company, "cleo", below(idea, "proposals/1/withdraw")) == 302
    assert company.browser("cleo").get(below(idea, "proposals/1")).status_code == 200
    for name in ("carl", "eve", None):
        assert company.browser(name).get(below(idea, "proposals/1")).status_code == 404
