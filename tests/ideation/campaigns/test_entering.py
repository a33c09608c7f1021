"""Ideas come into a campaign and go out of it, and their authors and everybody else are told."""

from __future__ import annotations

import re

from sqlalchemy import select

from renown.notify.models import Notification
from renown_ideation.answers import answering
from renown_ideation.campaigns import deciding
from renown_ideation.campaigns.entering import OVER
from renown_ideation.models import Campaign, Entered, Idea
from renown_ideation.moderation import holding
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import address, bring, data, get, page, put, told
from tests.ideation.program import caller, done, wrong

NEW = "/ideas/product/new"
PAGE = "/campaigns/autumn"


def test_an_idea_enters_by_a_tick_and_its_authors_take_it_out(company: Company) -> None:
    company.board()
    staged.sealed(company)
    assert "It takes part in" not in page(company, "cleo", NEW)
    company.later(1)
    cleo = company.browser("cleo")
    assert 'name="enter-autumn" value="1" checked' in page(company, "cleo", NEW)
    submit(cleo, NEW, title="Dark mode", campaigns="autumn", **{"enter-autumn": "1"})
    submit(cleo, NEW, title="Quiet hours", campaigns="autumn")
    kept = submit(cleo, NEW, title="", campaigns="autumn").get_data(as_text=True)
    assert 'name="enter-autumn" value="1">' in kept, "a tick that was taken away stays so"
    with company.reading() as ctx:
        numbers = {one.title: one.id for one in ctx.session.scalars(select(Idea))}
        receipts = {one.title: one.body or "" for one in ctx.session.scalars(select(Notification))}
    dark = str(numbers["Dark mode"])
    opens = "It takes part in “Autumn”. Its vote opens on 1 June 2026, 14:00 (Europe/Vienna)."
    assert receipts["Your idea arrived: Dark mode"].endswith(opens)
    assert "takes part" not in receipts["Your idea arrived: Quiet hours"]
    overview = page(company, None, PAGE)
    assert "Dark mode" in overview
    assert "Quiet hours" not in overview

    mo = company.browser("mo")
    submit(mo, f"{PAGE}/leave", idea=dark, reason="It is half done.")
    assert told(company, "cleo")[-1] == "Left out of Autumn: Dark mode"
    log = company.browser(None).get(PAGE)
    assert "Left out: Dark mode . It is half done." in words(log)
    assert f'href="{address(company, int(dark))}"' in log.get_data(as_text=True)
    submit(mo, f"{PAGE}/enter", idea=dark)
    assert told(company, "cleo")[-1] == "It takes part in Autumn: Dark mode"
    assert submit(company.browser("carl"), f"{PAGE}/leave", idea=dark).status_code == 404
    assert "Take it out" in page(company, "cleo", PAGE)
    assert "Take it out" in page(company, "cleo", address(company, int(dark)))
    before = told(company, "cleo")
    submit(cleo, f"{PAGE}/leave", idea=dark)
    assert told(company, "cleo") == before, "who did it knows"
    assert "Taken out by its authors" in page(company, None, PAGE)
    assert [one["idea"] for one in data(company, None, f"{PAGE}.json")["log"][:2]] == [int(dark), int(dark)]
    submit(mo, f"{PAGE}/enter", idea=dark)
    company.later(11)
    submit(cleo, f"{PAGE}/leave", idea=dark)
    assert "Options are frozen when the vote opens." in words(cleo.get(PAGE))
    assert [one["title"] for one in data(company, None, f"/api/v1/ideation{PAGE}")["options"]] == ["Dark mode"]


def test_what_still_waits_for_a_moderator_is_pressing_and_then_said_in_public(company: Company) -> None:
    company.board()
    company.board("other", acknowledge_days="1")
    staged.sealed(company)
    company.later(1)
    bring(company, "Dark mode")
    for title, by, board in (("Elsewhere", "carl", "other"), ("Quiet hours", "cleo", "product")):
        idea = bring(company, title, by=by, board=board)
        with company.writing() as ctx:
            holding.idea(ctx, company.boarded(ctx, board), ctx.session.get_one(Idea, idea), "New here")
    desk = words(company.browser("mo").get("/desk/ideas/waiting"))
    assert desk.index("Quiet hours") < desk.index("Elsewhere"), "though that is due earlier"
    assert desk.count("Takes part in") == 1
    assert "Takes part in Autumn , whose vote opens on 1 June" in desk
    company.later(11)
    overview = page(company, None, PAGE)
    assert "1 idea still waited for a moderator when the vote opened." in overview
    assert "Quiet hours" not in overview
    assert "Not voted on in Autumn: Quiet hours" in told(company, "cleo")
    assert not [one for one in told(company, "carl") if "Not voted on" in one]


def test_what_is_over_cannot_take_part(company: Company) -> None:
    company.board()
    staged.sealed(company)
    company.later(1)
    idea, mo = bring(company, "Dark mode"), company.browser("mo")
    submit(mo, f"{PAGE}/leave", idea=str(idea), reason="By mistake.")
    for state in ("delivered", "delivery", "declined", "withdrawn", "merged"):
        put(company, idea, state=state)
        submit(mo, f"{PAGE}/enter", idea=str(idea))
        assert f"“Dark mode” cannot take part: {OVER[state]}." in words(mo.get(PAGE))
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Entered)).all() == []


def test_a_vote_says_nothing_against_what_is_there_already(company: Company) -> None:
    """One is delivered before the vote opens and is no option; others were promised before they were not chosen."""
    company.board()
    staged.sealed(company)
    company.later(1)
    ideas = [bring(company, title) for title in ("Early", *staged.TITLES)]
    _step(company, ideas[0], "delivery", "It is half there.")
    company.later(11)
    overview = page(company, None, PAGE)
    assert "Early</bdi></a>. It is no option: it is being done." in overview
    assert "Not voted on in Autumn: Early" in told(company, "eve")
    options = data(company, None, f"/api/v1/ideation{PAGE}")["options"]
    assert {one["title"] for one in options} == set(staged.TITLES)
    with company.reading() as ctx:
        campaign = ctx.session.scalars(select(Campaign.id)).one()
    staged.cast(company, campaign, "cleo", {1: 1, 3: 1})
    company.later(9)
    _step(company, ideas[2], "planned", "By spring.")
    due = get(company, ideas[2]).due_at
    company.later(1)
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""), o3=("vote", ""), o4=("board", "It is quick."))
    with company.writing() as ctx:
        deciding.publish(ctx, campaign, company.people["mo"])
    heard = told(company, "eve")
    assert "Not chosen in Autumn: Offline mode" in heard
    found = get(company, ideas[2])
    assert (found.state, found.due_at) == ("planned", due), "what is owed is owed as before"
    whole = page(company, None, address(company, ideas[2]))
    pinned, _, rest = whole.partition('class="official"')[2].partition("</section>")
    assert "By spring." in pinned
    assert "Not chosen" not in pinned
    assert "Not chosen in “Autumn”, where it was" in rest
    assert "Earlier dates (2)" in whole, "the day that was promised by spring holds"
    assert "Chosen by the vote" in page(company, None, address(company, ideas[1])).partition("</section>")[0]


def test_staff_choose_open_ideas_of_the_board_several_at_once(company: Company) -> None:
    company.board()
    company.board("other")
    ideas = [bring(company, f"Idea {n}", by=list(company.people)[n % 6]) for n in range(54)]
    put(company, ideas[0], state="delivered")
    elsewhere, special = bring(company, "Elsewhere", by="emil", board="other"), bring(company, "Quiet hours")
    staged.sealed(company)
    mo, path = company.browser("mo"), f"{PAGE}/ideas"
    assert company.browser("eve").get(path).status_code == 404
    first = page(company, "mo", path)
    assert first.count('name="ticked"') == 50
    assert "54 open ideas do not take part yet." in first
    assert page(company, "mo", f"{path}?q=&before={ideas[5]}").count('name="ticked"') == 4
    assert "Quiet hours" in (found := page(company, "mo", f"{path}?q=quie"))
    assert found.count('name="ticked"') == 1
    for typed in ("900000", "nothing", str(elsewhere), "9" * 30):
        refused = submit(mo, path, act="one", idea=typed)
        assert refused.status_code == 422
        assert "No idea of this board has this number or address." in words(refused)
        assert f'value="{typed}"' in refused.get_data(as_text=True)
    assert submit(mo, path, act="one", idea=address(company, special)).status_code == 302
    assert "Tick at least one." in words(submit(mo, path, act="ticked"))
    submit(mo, path, act="ticked", ticked=str(ideas[1]))
    submit(mo, path, act="all")
    with company.reading() as ctx:
        assert set(ctx.session.scalars(select(Entered.idea_id))) == {*ideas[1:], special}
    assert "It takes part in Autumn: Quiet hours" in told(company, "eve")
    assert "All open ideas of the board take part" in page(company, "mo", path)


def _step(company: Company, idea: int, to: str, answer: str) -> None:
    with company.writing() as ctx:
        one, mo = ctx.session.get_one(Idea, idea), company.people["mo"]
        for state in ("acknowledged", "planned", "delivery"):
            answering.step(ctx, one, company.boarded(ctx), state, answer, mo)
            if state == to:
                break


def test_a_draft_opened_again_has_its_ticks_as_they_were_left(company: Company) -> None:
    company.board()
    staged.sealed(company)
    staged.sealed(company, "winter")
    company.later(1)
    cleo, api = company.browser("cleo"), caller(company, "cleo")
    offered = {"title": "Dark mode", "campaigns": "autumn winter"}

    def ticks(number: str) -> list[str]:
        return re.findall(r'name="enter-(\w+)" value="1" checked', page(company, "cleo", f"{NEW}?draft={number}"))

    kept = submit(cleo, "/ideas/product/draft", **offered, **{"enter-winter": "1"})
    number = kept.headers["Location"].partition("draft=")[2]
    assert ticks(number) == ["winter"]
    assert [one["without"] for one in done(api("GET", "/drafts"))] == [["autumn"]]
    submit(cleo, "/ideas/product/_draft", **offered, **{"enter-autumn": "1"}, draft=number)
    assert ticks(number) == ["autumn"], "what is kept while it is written has them too"
    submit(cleo, "/ideas/product/draft", title="Dark mode", draft=number)
    assert ticks(number) == ["autumn"], "a form that offers none says nothing of them"

    at = f"/drafts/{number}"
    assert done(api("PUT", at, json={"title": "Dark mode"}))["without"] == ["winter"]
    assert wrong(api("PUT", at, json={"title": "Dark mode", "without": ["spring"]})) == {"without"}
    assert done(api("PUT", at, json={"title": "Dark mode", "without": ["autumn"]}))["without"] == ["autumn"]
    assert ticks(number) == ["winter"]
    done(api("POST", f"{at}/submit", json={}))
    with company.reading() as ctx:
        entered = select(Campaign.slug).join(Entered, Entered.campaign_id == Campaign.id)
        assert ctx.session.scalars(entered).all() == ["winter"], "it is sent as it was kept"

    gone = done(api("POST", "/boards/product/drafts", json={"title": "Half", "without": ["winter"]}), 201)["id"]
    assert ticks(str(gone)) == ["autumn"]
    done(api("DELETE", f"/drafts/{gone}"), 204)
