"""A text on its way: drafts that are never lost, changes by several, proposals, and those who write together."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from renown_ideation.ideas import rendered
from renown_ideation.models import Idea, Invitation, Participant, Proposal, Revision
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import act, address, below, bring, get, page, put, told


def _draft(company: Company, name: str, **values: str) -> int:
    answer = submit(company.browser(name), "/ideas/product/_draft", **values)
    found = re.search(r'name="draft" value="(\d+)"', answer.get_data(as_text=True))
    assert found is not None
    return int(found[1])


def test_a_draft_is_kept_while_it_is_written_and_seen_by_its_author_alone(company: Company) -> None:
    company.board()
    number = _draft(company, "cleo", title="Dark")
    assert _draft(company, "cleo", title="Dark mode", body="My eyes.", tags="look", draft=str(number)) == number
    for other in ("carl", "mo", "ada", None):
        client = company.browser(other)
        assert client.get(below(number, "edit")).status_code in (302, 404)
        assert client.get(f"/ideas/product/{number}.json").status_code == 404
        assert "Dark mode" not in client.get("/ideas/product").get_data(as_text=True)
    assert "Dark mode" in page(company, "cleo", "/my/ideas")
    form = page(company, "cleo", f"/ideas/product/new?draft={number}")
    assert "My eyes." in form
    assert 'value="look"' in form

    sent = {"title": "Dark mode", "body": "My eyes hurt.", "tags": "look", "draft": str(number)}
    assert act(company, "cleo", "/ideas/product/new", **sent) == 302
    idea = get(company, number)
    assert (idea.state, idea.body, idea.revision) == ("submitted", "My eyes hurt.", 1)
    assert any("Your idea arrived" in one for one in told(company, "cleo"))
    thrown = _draft(company, "cleo", title="Another")
    assert act(company, "carl", below(thrown, "discard")) == 404
    assert act(company, "cleo", below(thrown, "discard")) == 302
    with company.reading() as ctx:
        assert ctx.session.get(Idea, thrown) is None


def test_an_error_keeps_all_that_was_written(company: Company) -> None:
    company.board()
    answer = submit(company.browser("cleo"), "/ideas/product/new", title="", body="A long story", tags="a,b,c,d,e,f")
    assert answer.status_code == 422
    page_ = answer.get_data(as_text=True)
    assert "A long story" in page_
    assert 'value="a,b,c,d,e,f"' in page_
    assert "Write in one line what you would like." in page_
    assert "At most 5." in page_


def test_what_is_withdrawn_owes_no_answer_and_can_be_taken_up_again(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "withdraw")) == 404
    assert act(company, "cleo", below(idea, "withdraw")) == 302
    assert (get(company, idea).state, get(company, idea).due_at) == ("withdrawn", None)
    assert "Dark mode" not in page(company, "carl", "/ideas/product")
    assert "it is withdrawn" in page(company, "carl", address(company, idea))
    assert act(company, "cleo", below(idea, "take-up")) == 302
    assert act(company, "cleo", "/ideas/product/new", title="Dark mode, better", draft=str(idea)) == 302
    again = get(company, idea)
    assert (again.state, again.title, again.revision) == ("submitted", "Dark mode, better", 2)
    assert again.due_at is not None


def test_two_authors_at_once_lose_nothing(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo", body="one\ntwo")
    first = {"title": "Dark mode", "body": "one\ntwo\nthree", "revision": "1"}
    assert act(company, "cleo", below(idea, "edit"), **first) == 302
    second = submit(company.browser("cleo"), below(idea, "edit"), title="Dark mode", body="ONE\ntwo", revision="1")
    assert second.status_code == 409
    said = second.get_data(as_text=True)
    assert "Somebody else changed it meanwhile" in said
    assert "ONE\ntwo</textarea>" in said
    assert 'name="revision" value="2"' in said
    assert act(company, "cleo", below(idea, "edit"), title="Dark mode", body="ONE\ntwo\nthree", revision="2") == 302
    assert get(company, idea).revision == 3
    texts = words(company.browser(None).get(below(idea, "texts")))
    assert "Text 3" in texts
    assert "added + ONE" in texts
    assert "removed - one" in texts
    assert act(company, "carl", below(idea, "edit"), **first) == 404
    put(company, idea, state="delivered")
    late = submit(company.browser("cleo"), below(idea, "edit"), title="Darker", body="", revision="3")
    assert late.status_code == 422


def test_a_proposal_is_taken_over_or_declined_with_a_reason(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo", body="At night.", tags="look")
    wanted = {"title": "Dark mode", "body": "At night, and for the beamer.", "note": "Beamers", "base": "1"}
    assert act(company, "carl", below(idea, "propose"), **wanted) == 302
    assert act(company, "emil", below(idea, "propose"), **{**wanted, "body": "By day.", "note": "Day"}) == 302
    assert "A change is proposed: Dark mode" in told(company, "cleo")
    with company.reading() as ctx:
        one, other = ctx.session.scalars(select(Proposal.id).order_by(Proposal.id)).all()

    assert act(company, "carl", below(idea, f"proposals/{one}/accept"), revision="1") == 404
    assert act(company, "cleo", below(idea, f"proposals/{one}/accept"), revision="1") == 302
    assert get(company, idea).body == "At night, and for the beamer."
    with company.reading() as ctx:
        taken = ctx.session.get_one(Revision, (idea, 2))
        assert (taken.by_id, taken.proposal_id) == (company.people["carl"], one)
    assert "look" in page(company, None, address(company, idea))

    # The other one was written from a text that went on since: both are shown, and its authors make one of them.
    behind = page(company, "cleo", below(idea, f"proposals/{other}"))
    assert "What was changed since" in behind
    assert "By day." in behind
    assert "for the beamer" in behind
    stale = submit(
        company.browser("cleo"), below(idea, f"proposals/{other}/accept"), revision="1", title="x", body="My own words"
    )
    assert stale.status_code == 409
    assert "My own words" in stale.get_data(as_text=True)
    both = {"revision": "2", "title": "Dark mode", "body": "At night, for the beamer, and by day."}
    assert act(company, "cleo", below(idea, f"proposals/{other}/accept"), **both) == 302
    assert get(company, idea).body == "At night, for the beamer, and by day."

    assert act(company, "carl", below(idea, "propose"), **{**wanted, "body": "Never.", "base": "3"}) == 302
    third = below(idea, f"proposals/{other + 1}")
    assert act(company, "cleo", f"{third}/decline") == 422
    assert act(company, "cleo", f"{third}/decline", answer="It is needed.") == 302
    assert act(company, "cleo", f"{third}/accept", revision="3") == 422
    assert "It is needed." in page(company, "carl", third)
    assert "Your change was declined: Dark mode" in told(company, "carl")
    put(company, idea, state="declined")
    assert act(company, "carl", below(idea, "propose"), **{**wanted, "base": "3"}) == 422


def test_who_is_asked_to_write_along_must_agree_and_may_leave(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "authors"), whom="emil@example.com") == 404
    assert act(company, "cleo", below(idea, "authors"), whom="emil") == 422, "customers type an e-mail whole"
    known = submit(company.browser("cleo"), below(idea, "authors"), whom="carl@example.com")
    unknown = submit(company.browser("cleo"), below(idea, "authors"), whom="nobody@example.com")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location), "who is known is not told"
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Invitation.person_id)).all() == [company.people["carl"]]
    assert act(company, "carl", below(idea, "edit"), title="Mine", body="", revision="1") == 404, (
        "not before they agree"
    )
    assert "You are asked to write an idea together: Dark mode" in told(company, "carl")
    assert "You are asked to write this together" in page(company, "carl", address(company, idea))
    assert act(company, "emil", below(idea, "authors/answer"), answer="yes") == 404
    assert act(company, "carl", below(idea, "authors/answer"), answer="yes") == 302
    assert act(company, "carl", below(idea, "edit"), title="Ours", body="", revision="1") == 302
    assert act(company, "carl", below(idea, "withdraw")) == 302
    assert act(company, "carl", below(idea, "authors/leave")) == 302
    assert act(company, "carl", below(idea, "take-up")) == 404
    with company.reading() as ctx:
        left = ctx.session.scalars(select(Participant.role).where(Participant.person_id == company.people["carl"]))
        assert "coauthor" not in left.all()

    mine = bring(company, "Light mode", by="eve")
    assert act(company, "eve", below(mine, "authors"), whom="emil") == 302, "colleagues are asked by handle"
    assert act(company, "eve", below(mine, "authors"), whom="nobody") == 422


def test_while_it_is_worked_out_those_who_would_make_it_write_too(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    put(company, idea, owner_id=company.people["emil"])
    change = {"title": "Dark mode, specified", "body": "- one", "revision": "1"}
    assert act(company, "emil", below(idea, "edit"), **change) == 404
    put(company, idea, state="elaborating")
    assert act(company, "eve", below(idea, "edit"), **change) == 404
    assert act(company, "emil", below(idea, "edit"), **change) == 302
    assert act(company, "mo", below(idea, "edit"), **change | {"title": "Dark", "revision": "2"}) == 302


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("One.\n\nTwo.\nThree.", "<p>One.</p><p>Two.<br>Three.</p>"),
        ("Why:\n- a\n- b\n1. c", "<p>Why:</p><ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ('<script>x</script> & "y"', "<p>&lt;script&gt;x&lt;/script&gt; &amp; &#34;y&#34;</p>"),
        (
            "See (https://a.example/b_(c)?d=1&e=2), please.",
            '<p>See (<a href="https://a.example/b_(c)?d=1&amp;e=2" rel="nofollow noopener noreferrer ugc">'
            "https://a.example/b_(c)?d=1&amp;e=2</a>), please.</p>",
        ),
        ("javascript:alert(1) data:text/html,x", "<p>javascript:alert(1) data:text/html,x</p>"),
        ('https://a.example/"onmouseover="x', None),
        ("", ""),
    ],
)
def test_a_text_is_shown_as_it_was_written_and_nothing_in_it_runs(said: str, expected: str | None) -> None:
    found = str(rendered.text(said))
    assert expected is None or found == expected
    assert 'onmouseover="' not in found


def test_who_is_looked_at_first_gets_nothing_past_a_moderator_by_a_proposal(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="eve")
    wanted = {"title": "Buy my watches", "body": "Now", "note": "Watches", "base": "1"}
    assert act(company, "carl", below(idea, "propose"), **wanted) == 302
    assert "Watches" not in page(company, None, address(company, idea))
    for name in ("cleo", "eve", None):
        assert company.browser(name).get(below(idea, "proposals/1")).status_code == 404
    assert act(company, "emil", below(idea, "propose"), **wanted) == 302


def test_invitations_are_for_readers_and_tell_nobody_who_is_known(company: Company) -> None:
    company.board(held="new")
    company.board("inner", audience="employees")
    waits, inner = bring(company, "Buy watches", by="cleo"), bring(company, "Quiet rooms", by="eve", board="inner")
    ask = below(waits, "authors")
    assert act(company, "cleo", ask, whom="carl@example.com") == 422, "nobody saw what it is called yet"
    put(company, waits, standing="shown")
    sent = [submit(company.browser("cleo"), ask, whom=f"nobody{n}@example.com") for n in range(10)]
    sent.append(submit(company.browser("cleo"), ask, whom="carl@example.com"))
    assert [one.status_code for one in sent] == [302] * 10 + [422], "who is not known counts like who is"
    assert act(company, "eve", below(inner, "authors", "inner"), whom="emil") == 302
    known = submit(company.browser("eve"), below(inner, "authors", "inner"), whom="carl@example.com")
    unknown = submit(company.browser("eve"), below(inner, "authors", "inner"), whom="nobody@example.com")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Invitation.person_id)).all() == [company.people["emil"]]
