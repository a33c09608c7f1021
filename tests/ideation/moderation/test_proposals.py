"""Proposals are moderated like what else people write, and answered when it is known what became of them."""

from __future__ import annotations

import re

import pytest

from renown_ideation.models import Proposal, Revision, Trust
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import act, address, below, bring, data, get, page, put, told
from tests.ideation.moderation.test_desk import DESK, HOME, decide, keys
from tests.ideation.test_owing import post

WATCHES = {"title": "Buy my watches", "body": "At example.org", "note": "Watches", "base": "1"}


def _state(company: Company, proposal: int) -> str:
    with company.reading() as ctx:
        return ctx.session.get_one(Proposal, proposal).state


def _look_again(company: Company) -> int:
    found = re.search(r'name="act" value="(\d+)"', page(company, "mo", f"{HOME}/decided"))
    assert found is not None
    return act(company, "mo", f"{HOME}/decided", act=found[1])


def test_a_proposal_is_reported_and_taken_down_with_a_word(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    one = below(idea, "proposals/1")
    assert act(company, "carl", below(idea, "propose"), **WATCHES) == 302
    assert "report?proposal=1" in page(company, "emil", one)
    assert "report?proposal=1" not in page(company, "carl", one), "nobody reports their own"
    assert "At example.org" in page(company, "emil", below(idea, "report?proposal=1"))
    assert act(company, "emil", below(idea, "report"), proposal="1", reason="spam") == 302
    assert act(company, "emil", below(idea, "report"), proposal="2", reason="spam") == 404
    other = bring(company, "Light mode", by="cleo")
    assert act(company, "emil", below(other, "report"), proposal="1", reason="spam") == 404
    assert list(keys(company)) == ["proposal:1"]
    seen = words(page(company, "mo", DESK))
    for said in ("Reported shown meanwhile", "Proposed: Buy my watches", "At example.org", "It stays"):
        assert said in seen

    assert decide(company, keys(company)["proposal:1"], shown=True) == 303
    assert company.browser(None).get(one).status_code == 200
    assert any("It stays: what you reported" in said for said in told(company, "emil"))
    assert act(company, "emil", below(idea, "report"), proposal="1", reason="spam") == 302
    assert decide(company, keys(company)["proposal:1"], shown=False, word="No watches here.") == 303
    for name in ("cleo", "eve", "emil", None):
        assert company.browser(name).get(one).status_code == 404, name
    assert "Watches" not in page(company, "cleo", address(company, idea))
    for where in (one, "/my/ideas"):
        assert "No watches here." in page(company, "carl", where)
    assert "Taken down: your proposal for Dark mode" in told(company, "carl")
    assert act(company, "cleo", f"{one}/accept", revision="1") == 404
    with company.reading() as ctx:
        assert ctx.session.get_one(Trust, company.people["carl"]).refused == 1

    assert _look_again(company) == 303
    assert decide(company, keys(company)["proposal:1"], shown=True) == 303
    assert _state(company, 1) == "open"
    assert "Watches" in page(company, None, address(company, idea))


def test_what_was_answered_comes_back_as_it_was_answered(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "propose"), **WATCHES) == 302
    assert act(company, "cleo", below(idea, "proposals/1/decline"), answer="Not here.") == 302
    assert act(company, "emil", below(idea, "report"), proposal="1", reason="spam") == 302
    assert decide(company, keys(company)["proposal:1"], shown=False, word="No.") == 303
    _look_again(company)
    assert decide(company, keys(company)["proposal:1"], shown=True) == 303
    assert _state(company, 1) == "declined"
    assert "Not here." in page(company, None, below(idea, "proposals/1"))


def test_one_that_became_the_ideas_text_is_taken_away_as_a_text(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "propose"), **WATCHES) == 302
    assert act(company, "emil", below(idea, "report"), proposal="1", reason="spam") == 302
    assert act(company, "cleo", below(idea, "proposals/1/accept"), revision="1") == 302
    assert "report?proposal=1" not in page(company, "emil", below(idea, "proposals/1"))
    reported = keys(company)["proposal:1"]
    assert decide(company, reported, shown=False, word="No.") == 303
    assert keys(company) == {"proposal:1": reported}, "it is what the idea says: the idea itself is taken down"
    assert company.browser(None).get(below(idea, "proposals/1")).status_code == 200
    assert act(company, "cleo", below(idea, "edit"), title="Dark mode", body="At night.", revision="2") == 302
    assert decide(company, reported, shown=False, word="No.") == 303
    assert company.browser(None).get(below(idea, "proposals/1")).status_code == 404
    assert "example.org" not in page(company, None, below(idea, "texts"))


def test_what_somebody_new_proposes_waits_and_its_authors_hear_of_it_once_it_is_let_through(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="eve")
    for note in ("Beamers", "Watches"):
        wanted = {"title": "Dark mode", "body": note, "note": note, "base": "1"}
        assert act(company, "carl", below(idea, "propose"), **wanted) == 302
    assert list(keys(company)) == ["proposal:1", "proposal:2"]
    assert "Proposed change" in page(company, "mo", DESK)
    assert words(page(company, "carl", "/my/ideas")).count("What somebody new writes is looked at first") == 2
    assert not any("A change is proposed" in one for one in told(company, "eve"))
    assert decide(company, keys(company)["proposal:1"], shown=True) == 303
    assert told(company, "eve").count("A change is proposed: Dark mode") == 1
    assert "Beamers" in page(company, None, address(company, idea))
    assert decide(company, keys(company)["proposal:2"], shown=False, word="No.") == 303
    assert company.browser(None).get(below(idea, "proposals/2")).status_code == 404
    assert act(company, "cleo", below(idea, "propose"), **WATCHES) == 302
    assert act(company, "cleo", below(idea, "proposals/3/withdraw")) == 302
    assert keys(company) == {}
    assert company.browser(None).get(below(idea, "proposals/3")).status_code == 404


def test_programs_report_a_proposal_of_the_idea_that_they_name(company: Company) -> None:
    company.board()
    idea, other = bring(company, "Dark mode", by="cleo"), bring(company, "Light mode", by="cleo")
    assert act(company, "carl", below(idea, "propose"), **WATCHES) == 302
    reports, given = "/api/v1/ideation/ideas/{}/reports", {"proposal": 1, "reason": "spam"}
    assert post(company, "emil", reports.format(other), **given).status_code == 404
    for new in (True, False):
        assert post(company, "emil", reports.format(idea), **given).json == {"new": new}
    assert post(company, "emil", reports.format(idea), reason="spam").json == {"new": True}, "the idea is another thing"
    waiting = data(company, "mo", "/api/v1/ideation/desk")
    assert [(one["key"], one["kind"]) for one in waiting] == [("proposal:1", "proposal"), (f"idea:{idea}", "idea")]


def _both_held(company: Company) -> int:
    """Cleo made one text of hers and Carl's, and a moderator looks at it first."""
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "propose"), **{**WATCHES, "title": "Dark mode", "body": "Beamers."}) == 302
    assert act(company, "cleo", below(idea, "edit"), title="Dark mode", body="At night.", revision="1") == 302
    links = " ".join(f"http://{one}.example" for one in "abc")
    both = {"title": "Dark mode", "body": f"Beamers, at night. {links}", "revision": "2", "answer": "Thank you."}
    assert act(company, "cleo", below(idea, "proposals/1/accept"), **both) == 302
    assert list(keys(company)) == ["text:2"]
    assert not any("Your change was" in one for one in told(company, "carl"))
    assert "Thank you." not in page(company, "carl", below(idea, "proposals/1"))
    assert act(company, "cleo", below(idea, "proposals/1/decline"), answer="No.") == 422, "what it became is not known"
    return idea


def test_a_proposal_is_accepted_when_what_was_made_of_both_is_let_through(company: Company) -> None:
    idea = _both_held(company)
    assert decide(company, keys(company)["text:2"], shown=True) == 303
    assert "Beamers, at night." in get(company, idea).body
    assert told(company, "carl").count("Your change was accepted: Dark mode") == 1
    assert "Thank you." in page(company, "carl", below(idea, "proposals/1"))
    with company.reading() as ctx:
        text = ctx.session.get_one(Revision, (idea, 3))
        assert (text.proposal_id, text.by_id) == (1, company.people["carl"])


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_a_proposal_is_open_again_when_it_is_not(company: Company, how: str) -> None:
    idea = _both_held(company)
    if how == "refused":
        assert decide(company, keys(company)["text:2"], shown=False, word="Too many links.") == 303
    else:
        assert act(company, "cleo", below(idea, "proposals/2/withdraw")) == 302
    assert _state(company, 1) == "open"
    assert not any("Your change was" in one for one in told(company, "carl"))
    assert act(company, "cleo", below(idea, "proposals/1/decline"), answer="No.") == 302


def test_a_text_that_cannot_be_let_through_any_more_says_nothing_of_an_answer(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="cleo")
    put(company, idea, standing="shown")
    assert act(company, "cleo", below(idea, "edit"), title="Dark mode", body="At night.", revision="1") == 302
    put(company, idea, state="declined")
    client = company.browser("mo")
    assert submit(client, DESK, chosen=keys(company)["text:1"], decide="shown", word="Fine.").status_code == 303
    assert "Its text is not changed any more." in client.get(DESK).get_data(as_text=True)
    with company.reading() as ctx:
        text = ctx.session.get_one(Proposal, 1)
        assert (text.state, text.answer, text.answered_by_id, text.answered_at) == ("held", "", None, None)
