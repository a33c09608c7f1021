"""Boards, ideas, roadmap and changelog as each of the roles reads them, as pages and as data."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from renown_ideation.models import Board, Idea, Plan
from tests.ideation.campaigns import staged
from tests.ideation.company import BOARD, Company, submit, words
from tests.ideation.desk import act, address, below, bring, data, get, page, put, told, vote

_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def product(company: Company) -> Company:
    company.board()
    return company


def _titles(company: Company, query: str = "", name: str | None = None) -> list[str]:
    return [one["title"] for one in data(company, name, f"/ideas/product.json{query}")["ideas"]]


def test_the_order_mixes_new_and_supported_and_pages_follow_it(product: Company) -> None:
    old = bring(product, "Old and wanted")
    product.later(3)
    young = bring(product, "Young")
    assert _titles(product) == ["Young", "Old and wanted"]
    vote(product, old, "cleo")
    product.settle()
    assert _titles(product) == ["Old and wanted", "Young"], "one voter is worth five days"
    vote(product, young, "eve", "emil", "carl")
    product.settle()
    assert _titles(product) == ["Young", "Old and wanted"]
    assert _titles(product, "?sort=top") == ["Young", "Old and wanted"]
    with product.writing() as ctx:
        board = product.boarded(ctx).id
        ctx.session.add_all(
            Idea(board_id=board, title=f"Idea {n:02}", body="", state="submitted", standing="shown",
                 submitted_at=n, changed_at=n, heat=n, voters=0)
            for n in range(1, 61)
        )  # fmt: skip
    for sort in ("voices", "new", "top"):
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            found = data(product, None, f"/ideas/product.json?sort={sort}&after={after}")
            seen += [one["title"] for one in found["ideas"]]
            after = found["after"]
        assert len(seen) == len(set(seen)) == 62, sort
    client = product.browser(None)
    for wrong in ("after=x", "after=new.1.2", "sort=heat", "state=none", "after=voices.9.9999999999999999999"):
        assert client.get(f"/ideas/product?{wrong}").status_code == 404, wrong


def test_filters_by_state_and_tag(product: Company) -> None:
    dark = bring(product, "Dark mode", tags="look, night")
    csv_ = bring(product, "Export", tags="data")
    put(product, csv_, state="delivered")
    assert _titles(product, "?state=open") == ["Dark mode"]
    assert _titles(product, "?state=delivered") == ["Export"]
    assert _titles(product, "?tag=night") == ["Dark mode"]
    put(product, dark, state="withdrawn")
    assert _titles(product) == ["Export"]
    assert "No idea is like that" in page(product, None, "/ideas/product?state=parked")


def test_an_empty_board_helps_to_begin(product: Company) -> None:
    empty = page(product, "cleo", "/ideas/product")
    assert "No ideas yet" in empty
    assert empty.count("<li>W") == 3
    with product.writing() as ctx:
        ctx.session.execute(update(Board).values(closed_at=1))
    assert "Bring the first" not in page(product, "cleo", "/ideas/product")
    assert act(product, "cleo", "/ideas/product/new", title="Late") == 422


def test_the_same_view_as_data_and_feed(product: Company) -> None:
    idea = bring(product, "=1+1", by="cleo", tags="look")
    vote(product, idea, "carl")
    put(product, idea, owner_id=product.people["emil"])
    line = data(product, "eve", "/ideas/product.json")["ideas"][0]
    assert (line["voters"], line["owner"], line["tags"], line["state"]) == (1, "Emil", ["look"], "submitted")
    assert data(product, "cleo", "/ideas/product.json")["ideas"][0]["owner"] == "The team"
    rows = list(csv.DictReader(io.StringIO(product.browser(None).get("/ideas/product.csv").get_data(as_text=True))))
    assert rows[0]["title"] == "'=1+1", "no spreadsheet runs it"
    feed = ElementTree.fromstring(product.browser(None).get("/ideas/product.atom").data)
    assert [one.findtext(f"{_ATOM}title") for one in feed.iter(f"{_ATOM}entry")] == ["=1+1"]
    single = ElementTree.fromstring(product.browser(None).get(f"/ideas/product/{idea}.atom").data)
    assert len(list(single.iter(f"{_ATOM}entry"))) == 1


def test_while_numbers_are_hidden_nothing_tells_them(product: Company) -> None:
    first = bring(product, "First")
    product.later(1)
    second = bring(product, "Second")
    vote(product, first, "cleo", "carl", "eve")
    product.settle()
    assert _titles(product) == ["First", "Second"]
    with product.writing() as ctx:
        product.boarded(ctx).hidden_until = product.now + 10**12
    for name in (None, "cleo", "eve", "mo", "ada"):
        for sort in ("voices", "top", "new"):
            found = data(product, name, f"/ideas/product.json?sort={sort}")
            assert [one["title"] for one in found["ideas"]] == ["Second", "First"], "nothing is sorted by them"
            assert [one["voters"] for one in found["ideas"]] == [None, None]
        table = product.browser(name).get("/ideas/product.csv").get_data(as_text=True)
        assert [row["voters"] for row in csv.DictReader(io.StringIO(table))] == ["", ""]
        assert "3 voters" not in product.browser(name).get("/ideas/product.atom").get_data(as_text=True)
        seen = page(product, name, "/ideas/product")
        assert "hidden until" in seen
        assert "Most voters" not in seen
        assert "Number hidden until" in page(product, name, address(product, first))
    after = product.browser("cleo").get("/ideas/product?after=voices.1.1")
    assert after.status_code == 404, "an address from before does not go on by numbers"
    fragment = product.browser("cleo").get("/ideas/product/_similar?title=First").get_data(as_text=True)
    assert "voters" not in fragment
    assert second


def test_who_may_not_vote_is_told_why(product: Company) -> None:
    idea = bring(product, "Dark mode")
    assert "Sign in to vote" in page(product, None, address(product, idea))
    assert ">Vote</button>" in page(product, "cleo", address(product, idea))
    fragment = submit(product.browser("cleo"), below(idea, "_vote"), vote="on").get_data(as_text=True)
    assert "Take your vote back" in fragment
    assert "<html" not in fragment
    put(product, idea, state="delivered")
    assert "Nobody votes for it any more: it is delivered." in page(product, "cleo", address(product, idea))
    refused = product.browser("cleo")
    assert submit(refused, below(idea, "vote"), vote="on").status_code == 302
    assert "Nobody votes for it any more" in words(refused.get(address(product, idea)))
    assert submit(refused, below(idea, "vote"), vote="twice").status_code == 422


def test_staff_answer_and_everybody_reads_it(product: Company) -> None:
    idea = bring(product, "Dark mode", by="cleo")
    vote(product, idea, "carl")
    assert "What you tell everybody" not in page(product, "eve", address(product, idea))
    assert act(product, "eve", below(idea, "step"), state="review") == 404
    assert act(product, "mo", below(idea, "step"), state="acknowledged", answer="") == 302
    kept = submit(product.browser("mo"), below(idea, "step"), state="planned", answer="")
    assert kept.status_code == 422
    wrong = submit(product.browser("mo"), below(idea, "step"), state="delivered", answer="A long answer")
    assert wrong.status_code == 422
    assert "A long answer" in wrong.get_data(as_text=True)
    assert act(product, "mo", below(idea, "owner"), owner="cleo") == 422
    assert act(product, "mo", below(idea, "owner"), owner="emil") == 302
    answered = {"state": "planned", "answer": "We begin in March.", "due": "2026-07-01"}
    assert act(product, "emil", below(idea, "step"), **answered) == 302, "its owner answers"
    seen = page(product, "carl", address(product, idea))
    assert "We begin in March." in seen
    assert "Answer due by 1 July" in seen
    assert "Emil" not in seen, "to customers it is the team"
    assert "Emil" in page(product, "eve", address(product, idea))
    assert "Planned: Dark mode" in told(product, "carl")
    product.later(400)
    assert "An answer is overdue since 1 July" in page(product, None, address(product, idea))
    assert "1 overdue" in words(product.browser(None).get("/ideas/product"))
    assert act(product, "emil", below(idea, "links"), url="javascript:alert(1)", kind="issue") == 422
    assert act(product, "emil", below(idea, "links"), url="https://a.example/1", kind="issue", title="No. 1") == 302
    assert 'href="https://a.example/1"' in page(product, None, address(product, idea))


def test_the_roadmap_shows_plans_of_boards_that_one_may_read(product: Company) -> None:
    assert "Nothing is on the roadmap" in page(product, None, "/roadmap")
    product.board("staff", audience="employees")
    public, inner = bring(product, "Dark mode"), bring(product, "New chairs", board="staff")
    with product.writing() as ctx:
        for idea, horizon in ((public, "now"), (inner, "later")):
            ctx.session.add(Plan(idea_id=idea, goal="Calm eyes", horizon=horizon, made_at=1))
    outside, inside = page(product, "cleo", "/roadmap"), page(product, "eve", "/roadmap")
    assert "Dark mode" in outside
    assert "New chairs" not in outside
    assert "New chairs" in inside
    assert [one["title"] for one in data(product, None, "/roadmap.json")["now"]] == ["Dark mode"]
    assert data(product, None, "/roadmap.json")["later"] == []


def test_the_list_of_boards_says_on_a_phone_what_its_numbers_are(product: Company) -> None:
    bring(product, "Dark mode")
    listed = page(product, "ada", "/admin/ideas")
    told = listed.split('class="only-phone', 1)[1].split("</p>", 1)[0]
    assert told.endswith(">1 idea, 0 overdue. Everybody; customers write")


def test_what_is_over_leaves_the_roadmap_and_what_is_being_done_is_done_now(product: Company) -> None:
    product.board("staff", audience="employees")
    ideas = {state: bring(product, state) for state in ("planned", "delivery", "delivered", "declined", "parked")}
    inner, bare, kept = (bring(product, one, board="staff") for one in ("New chairs", "No plan", "Off the roadmap"))
    with product.writing() as ctx:
        for idea in (*ideas.values(), inner, kept):
            ctx.session.add(Plan(idea_id=idea, goal="Calm", horizon="" if idea == kept else "later", made_at=1))
    for idea in (bare, kept):
        put(product, idea, state="delivery")
    for state, idea in ideas.items():
        put(product, idea, state=state)
    found = data(product, "eve", "/roadmap.json")
    assert {name: [one["title"] for one in lines] for name, lines in found.items()} == {
        "now": ["delivery", "No plan"],
        "next": [],
        "later": ["planned", "New chairs"],
    }
    assert [one["title"] for one in data(product, "eve", "/roadmap.json?board=staff")["later"]] == ["New chairs"]
    assert "New chairs" not in page(product, "eve", "/roadmap?board=product")
    assert product.browser("cleo").get("/roadmap?board=staff").status_code == 404


def test_every_page_of_the_portal_leads_to_the_others(product: Company) -> None:
    idea = address(product, bring(product, "Dark mode"))
    links = re.compile(r'<nav aria-label="Portal">(.*?)</nav>', re.S)

    def tabs(name: str | None, path: str) -> list[str]:
        html = page(product, name, path)
        return re.findall(r'<a href="([^"]+)"', links.findall(html)[0])

    assert tabs(None, idea) == ["/ideas", "/roadmap", "/changelog"]
    product.board("inside", audience="employees")
    staged.sealed(product, "winter", "inside", electorate__kind="employees")
    assert "/campaigns" not in tabs("cleo", idea), "it is none of hers"
    assert "/campaigns" in tabs("eve", idea)
    staged.sealed(product)
    for path in ("/ideas/product", idea, "/campaigns", "/campaigns/autumn", "/roadmap", "/changelog"):
        assert tabs(None, path) == ["/ideas", "/campaigns", "/roadmap", "/changelog"], path
    assert tabs("cleo", "/my/ideas")[-1] == "/my/ideas"
    assert not links.findall(page(product, "mo", "/desk/ideas")), "the desk has tabs of its own"


def test_the_organisations_record_stands_on_the_portal(product: Company) -> None:
    product.board("empty")
    answered, delivered_, _ = (bring(product, title, by="cleo") for title in ("One", "Two", "Three"))
    product.later(3)
    for state in ("acknowledged", "planned"):
        act(product, "mo", below(answered, "step"), state=state, answer="Yes.")
    product.later(6)
    for state in ("acknowledged", "planned", "delivered"):
        act(product, "mo", below(delivered_, "step"), state=state, answer="Yes.")
    product.later(1)
    said = (
        "3 ideas: 2 answered (67 %), 1 delivered (33 %). Half of those answered had their first answer within 3 days."
    )
    assert said in words(product.browser(None).get("/ideas/product"))
    index = words(product.browser(None).get("/ideas"))
    assert said in index
    assert "No ideas yet." in index
    found = {one["board"]: one for one in data(product, None, "/api/v1/ideation/boards")}
    assert round(found["product"]["answered"], 2) == 0.67
    assert round(found["product"]["delivered"], 2) == 0.33
    assert found["product"]["first_answer_seconds"] == 3 * 86_400
    assert found["empty"]["answered"] is None


def test_administrators_hide_numbers_until_a_day(product: Company) -> None:
    idea = bring(product, "Dark mode")
    vote(product, idea, "cleo")
    form = {"title": "Product", "slug": "product", **BOARD}
    for wrong in ("soon", "2026-05-20", "2026-02-30"):
        assert act(product, "ada", "/admin/ideas/product", **form, hidden_until=wrong) == 422, wrong
    assert act(product, "ada", "/admin/ideas/product", **form, hidden_until="2026-06-04") == 303
    assert 'value="2026-06-04"' in page(product, "ada", "/admin/ideas/product")
    assert data(product, "ada", "/ideas/product.json")["ideas"][0]["voters"] is None
    listed = page(product, None, "/ideas/product")
    assert "They appear on 4 June." in listed
    assert 'aria-label="Number hidden until 4 June"' in listed, "a row has a sign with a name"
    assert "Numbers of voters are hidden until 4 June." in page(product, "eve", "/my/ideas")
    product.later(15)
    assert data(product, None, "/ideas/product.json")["ideas"][0]["voters"] == 1
    assert act(product, "ada", "/admin/ideas/product", **form, hidden_until="2026-06-04") == 303, "saved again as it is"
    assert act(product, "ada", "/admin/ideas/product", **form, hidden_until="") == 303
    assert "2026-06-04" not in page(product, "ada", "/admin/ideas/product")


def test_an_answer_that_nobody_owns_is_owed_by_the_steward(product: Company) -> None:
    product.board("inside", audience="employees", steward="emil")
    idea = bring(product, "New chairs", board="inside")
    put(product, idea, owner_id=None)
    product.later(5)
    assert "An answer is overdue since 22 May , from Emil" in words(product.browser("eve").get(address(product, idea)))
    assert "Emil , steward of the board" in words(product.browser("mo").get("/desk/ideas/overdue"))


def test_the_changelog_names_ideas_and_thanks_who_voted(product: Company) -> None:
    idea = bring(product, "Dark mode", by="cleo")
    vote(product, idea, "carl", "eve")
    entry = {"board": "product", "title": "It is dark", "body": "- by night", "ideas": f"#{idea}"}
    assert act(product, "eve", "/changelog/new", **entry) == 404
    wrong = submit(product.browser("mo"), "/changelog/new", **entry | {"ideas": "999999"})
    assert wrong.status_code == 422
    assert "- by night" in wrong.get_data(as_text=True)
    assert act(product, "mo", "/changelog/new", **entry) == 302
    seen = page(product, None, "/changelog")
    assert "It is dark" in seen
    assert "<li>by night</li>" in seen
    assert "Thanks to the 2 who voted for it." in seen
    assert "New: It is dark" in told(product, "carl")
    assert "It is dark" in product.browser(None).get("/changelog.atom").get_data(as_text=True)
    with product.writing() as ctx:
        product.boarded(ctx).hidden_until = product.now + 10**12
    assert "Thanks to" not in page(product, None, "/changelog")
    with product.writing() as ctx:
        ctx.session.execute(update(Board).values(audience="employees"))
    assert "It is dark" not in page(product, "cleo", "/changelog")


def test_my_ideas_are_those_i_brought_voted_for_or_take_part_in(product: Company) -> None:
    mine, voted, said = (
        bring(product, title, by=by) for title, by in (("Mine", "carl"), ("Voted", "eve"), ("Said", "eve"))
    )
    vote(product, voted, "carl")
    assert act(product, "carl", below(said, "comments"), body="Yes") == 302
    shown = {tab: page(product, "carl", f"/my/ideas?show={tab}") for tab in ("written", "voted", "followed")}
    for tab, titles in (("written", {"Mine"}), ("voted", {"Voted"}), ("followed", {"Mine", "Said"})):
        assert {one for one in ("Mine", "Voted", "Said") if f"<bdi>{one}</bdi>" in shown[tab]} == titles, tab
    assert product.browser(None).get("/my/ideas").status_code == 302
    assert get(product, mine).state == "submitted"


def test_search_over_all_boards_is_of_those_one_may_read(product: Company) -> None:
    product.board("staff", audience="employees")
    bring(product, "Blue chairs", board="staff")
    bring(product, "Blue mode")
    assert "Blue chairs" not in page(product, "cleo", "/ideas?q=blue")
    both = page(product, "eve", "/ideas?q=blue")
    assert "Blue chairs" in both
    assert "Blue mode" in both
    assert "Nothing has all these words" in page(product, "eve", "/ideas?q=purple")
    assert "Blue mode" in page(product, "cleo", "/ideas/product?q=blu")
