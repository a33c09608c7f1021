"""What is owed next: on the desk, done several at once; at home, for whoever owes it."""

from __future__ import annotations

import re

from sqlalchemy import select
from werkzeug.test import TestResponse

from renown.clock import DAY
from renown.people import merge
from renown_ideation import boxes
from renown_ideation.models import Invited
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, send, submit, words
from tests.ideation.desk import act, address, below, bring, data, get, page, put, told

DESK = "/desk/ideas"


def post(company: Company, name: str, path: str, **given: object) -> TestResponse:
    return send(company.browser(name), path, **given)


def home(company: Company, name: str) -> str:
    with company.reading() as ctx:
        return "".join(str(one.html) for one in boxes.of(ctx, company.viewer(name), "home", None))


def leads(company: Company, name: str) -> list[str | None]:
    with company.reading() as ctx:
        return [one.url for one in boxes.of(ctx, company.viewer(name), "home", None)]


def delivered(company: Company, viewer: str, person: str) -> str:
    with company.reading() as ctx:
        found = boxes.of(ctx, company.viewer(viewer), "person", company.people[person])
        return "".join(str(one.html) for one in found)


def test_the_desk_begins_with_what_is_due_ones_own_first(company: Company) -> None:
    company.board()
    company.board("inside", audience="employees", steward="mo")
    first = bring(company, "Dark mode", by="cleo")
    company.later(1)
    own = bring(company, "New chairs", by="eve", board="inside")
    put(company, own, owner_id=None)
    far = bring(company, "Far away", by="eve")
    put(company, far, state="review", due_at=company.now + 9 * 86_400_000_000)
    near = bring(company, "Nearly due", by="eve")
    put(company, near, state="review", due_at=company.now + 6 * 86_400_000_000)
    late = bring(company, "Too late", by="eve")
    put(company, late, state="planned", due_at=company.now - 1)
    for other in ("eve", "cleo"):
        assert company.browser(other).get(DESK).status_code == 404
    html = page(company, "mo", DESK)
    shown = re.findall(r'name="idea" value="(\d+)"', html)
    assert [int(one) for one in shown] == [own, first, late, near], "Mo is steward of one board; then what is due first"
    assert "Due next (4)" in html
    assert "as steward of the board" in html
    assert "owed by Mo , steward of the board" in words(company.browser("ada").get(DESK))


def test_several_are_acknowledged_or_handed_over_at_once(company: Company) -> None:
    company.board()
    ideas = [bring(company, f"Idea {n}", by="cleo") for n in range(3)]
    mo = company.browser("mo")
    assert submit(mo, DESK, do="acknowledge").status_code == 422
    assert submit(mo, DESK, idea=str(ideas[0]), do="own", owner="cleo").status_code == 422, "a customer owes nothing"
    several = [str(one) for one in ideas[:2]]
    assert submit(mo, DESK, idea=several, do="own", owner="emil").status_code == 303
    assert [get(company, one).owner_id for one in ideas] == [company.people["emil"]] * 2 + [None]
    assert submit(mo, DESK, idea=several, do="acknowledge").status_code == 303
    assert [get(company, one).state for one in ideas] == ["acknowledged", "acknowledged", "submitted"]
    assert "Acknowledged: Idea 0" in told(company, "cleo")
    put(company, ideas[0], state="planned")
    assert submit(mo, DESK, idea=[str(one) for one in ideas], one=str(ideas[2])).status_code == 303
    assert [get(company, one).state for one in ideas] == ["planned", "acknowledged", "acknowledged"]
    submit(mo, DESK, one=str(ideas[0]))
    assert get(company, ideas[0]).state == "planned", "what somebody did meanwhile stays"
    assert submit(company.browser("eve"), DESK, one=str(ideas[0])).status_code == 404


def test_the_same_for_programs(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    path = "/api/v1/ideation/desk"
    assert [(one["id"], one["mine"]) for one in data(company, "mo", f"{path}/next")] == [(idea, False)]
    assert company.browser("eve").get(f"{path}/next").status_code == 404
    assert post(company, "mo", f"{path}/hand-over", ideas=[idea], owner="carl").status_code == 422
    assert post(company, "mo", f"{path}/hand-over", ideas=[idea], owner="mo").json == {"number": 1}
    assert [one["mine"] for one in data(company, "mo", f"{path}/next")] == [True]
    assert post(company, "eve", f"{path}/acknowledge", ideas=[idea]).status_code == 404
    assert [post(company, "mo", f"{path}/acknowledge", ideas=[idea]).json for _ in range(2)] == [
        {"number": 1},
        {"number": 0},
    ]


def test_campaigns_to_decide_stand_on_the_desk_with_their_day(company: Company) -> None:
    company.board()
    assert "No campaign waits for its decision" in page(company, "mo", "/desk/campaigns")
    staged.counted(company)
    said = page(company, "mo", "/desk/campaigns")
    assert 'href="/desk/campaigns/autumn"' in said
    assert "decides by" in said
    assert 'href="/desk/ideas"' in said
    assert "Campaigns (1)" in page(company, "mo", DESK)
    company.later(400)
    assert "Overdue since" in page(company, "mo", "/desk/campaigns")
    assert company.browser("eve").get("/desk/campaigns").status_code == 404


def test_home_says_what_waits_for_whom(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert "To acknowledge by 22 May" in home(company, "mo"), "nobody owes it yet: moderators do"
    assert leads(company, "mo") == ["/desk/ideas"]
    assert home(company, "emil") == ""
    assert act(company, "mo", below(idea, "owner"), owner="emil") == 302
    assert "Dark mode" in home(company, "emil")
    assert home(company, "mo") == ""
    assert act(company, "emil", below(idea, "step"), state="acknowledged", answer="") == 302
    assert home(company, "emil") == "", "its answer is due in two weeks"
    assert act(company, "mo", below(idea, "experts"), who="eve", word="You know colours.") == 302
    assert f"/ideas/product/{idea}/card" in home(company, "eve")
    assert home(company, "cleo") == "", "customers have no home here"
    company.later(30)
    assert "<strong>Answer overdue since" in home(company, "emil")
    assert leads(company, "emil") == ["/my/ideas"]


def test_my_ideas_has_all_answers_that_one_owes_with_their_day(company: Company) -> None:
    company.board()
    ideas = [bring(company, f"Idea {n}", by="cleo") for n in range(5)]
    for n, one in enumerate(ideas[:4]):
        put(company, one, state="review", owner_id=company.people["emil"], due_at=company.now + n * 30 * DAY - 1)
    said = words(company.browser("emil").get("/my/ideas"))
    assert "Answers that you owe (4)" in said
    owed = said.split("Answers that you owe")[1].split("Brought by me")[0]
    assert re.findall(r"Idea \d", owed) == ["Idea 0", "Idea 1", "Idea 2", "Idea 3"]
    assert "overdue since 20 May" in owed
    assert "by 19 June" in owed
    assert "Answers that you owe" not in words(company.browser("eve").get("/my/ideas"))


def test_a_boards_steward_answers_what_has_no_owner(company: Company) -> None:
    company.board(steward="eve")
    idea, owned = bring(company, "Dark mode", by="cleo"), bring(company, "New chairs", by="cleo")
    put(company, idea, owner_id=None)
    put(company, owned, owner_id=company.people["mo"])
    assert "To acknowledge" in home(company, "eve")
    assert "New chairs" not in home(company, "eve")
    assert act(company, "emil", below(idea, "step"), state="acknowledged", answer="") == 404
    assert act(company, "eve", below(owned, "step"), state="acknowledged", answer="") == 404
    assert 'id="step-title"' in page(company, "eve", address(company, idea))
    assert act(company, "eve", below(idea, "step"), state="acknowledged", answer="") == 302
    assert get(company, idea).owner_id == company.people["eve"]


def test_nobody_owes_or_is_shown_what_they_may_not_read(company: Company) -> None:
    company.board("inside", audience="invited")
    company.board("open", audience="public")
    secret, idea = (
        bring(company, "Secret", by="mo", board="inside"),
        bring(company, "Dark mode", by="cleo", board="open"),
    )
    said = words(submit(company.browser("mo"), below(secret, "owner", "inside"), owner="emil"))
    assert "They may not read “Inside”" in said
    sent = submit(company.browser("mo"), DESK, idea=[str(idea), str(secret)], do="own", owner="emil")
    assert (sent.status_code, "They may not read “Inside”" in words(sent)) == (422, True)
    assert [get(company, one).owner_id for one in (secret, idea)] == [None, None], "all of them, or none"

    with company.writing() as ctx:
        board = company.boarded(ctx, "inside")
        ctx.session.add(Invited(board_id=board.id, person_id=company.people["emil"]))
    assert act(company, "mo", below(secret, "owner", "inside"), owner="emil") == 302
    assert act(company, "mo", below(secret, "experts", "inside"), who="emil", word="You know it.") == 302
    assert home(company, "emil").count("Secret") == 2
    assert "Secret" in page(company, "emil", "/my/ideas")
    with company.writing() as ctx:
        ctx.session.delete(ctx.session.scalars(select(Invited)).one())
    assert home(company, "emil") == ""
    assert "Secret" not in page(company, "emil", "/my/ideas")


def test_home_leads_to_a_ballot_until_it_is_cast(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    assert "Your ballot is open until 9 June" in home(company, "emil")
    staged.cast(company, campaign, "emil", {1: 1})
    assert "ballot" not in home(company, "emil")


def test_a_date_that_moves_is_seen_to_have_moved(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert "Earlier dates" not in words(company.browser(None).get(address(company, idea)))
    assert act(company, "mo", below(idea, "step"), state="acknowledged", answer="", due="2026-05-25") == 302
    company.later(7)
    assert act(company, "mo", below(idea, "step"), state="acknowledged", answer="Not yet.", due="2026-07-01") == 302
    said = words(company.browser(None).get(address(company, idea)))
    assert "Answer due by 1 July" in said
    dates = said.split("Earlier dates (2)")[1]
    assert re.match(r" By 25 May: Acknowledged, .+?, after that day By 22 May: Acknowledged, ", dates), dates[:200]
    for path in (f"/ideas/product/{idea}.json", f"/api/v1/ideation/ideas/{idea}"):
        found = data(company, "mo", path)["promised"]
        assert [(one["by"][:10], one["state"], one["late"]) for one in found] == [
            ("2026-05-23", "acknowledged", False),
            ("2026-05-26", "acknowledged", True),
        ], f"{path}: midnight after the day"


def test_a_persons_page_has_what_they_delivered(company: Company) -> None:
    company.board()
    company.board("closed-circle", audience="invited")
    open_, secret = bring(company, "Dark mode", by="eve"), bring(company, "Secret", by="mo", board="closed-circle")
    for one in (open_, secret):
        put(company, one, state="delivered", delivered_at=company.now, owner_id=company.people["emil"])
    assert "Dark mode" in delivered(company, "mo", "emil")
    assert "Secret" in delivered(company, "mo", "emil")
    assert "Secret" not in delivered(company, "eve", "emil"), "of boards that one may read"
    assert "Saw it through, 20 May 2026." in delivered(company, "eve", "emil")
    assert "Brought it" in delivered(company, "emil", "eve")
    put(company, open_, state="delivery")
    assert delivered(company, "eve", "emil") == ""


def test_while_a_campaign_votes_on_it_the_box_leads_to_the_ballot(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    idea, other = staged.idea_of(company, campaign, 1), bring(company, "Brought later", by="eve")
    assert "Sign in to vote" in page(company, None, address(company, idea)), "who may vote is known then"
    for name in ("cleo", "eve"):
        html = page(company, name, address(company, idea))
        assert "Voted on in" in html
        assert 'href="/campaigns/autumn/ballot"' in html
        assert 'id="vote-button"' not in html
    assert "Withdraw it" not in page(company, "eve", address(company, idea))
    assert "Voted on in" not in page(company, "cleo", address(company, other))
    assert 'id="vote-button"' in page(company, "cleo", address(company, other))
    assert "Withdraw it" in page(company, "eve", address(company, other))
    company.later(9)
    assert "Voted on in" not in page(company, "cleo", address(company, idea))


def test_what_a_steward_owes_goes_with_them_when_they_are_two_and_to_nobody_when_they_leave(company: Company) -> None:
    company.board(steward="eve", escalation="eve")
    people_, ada = company.people, company.people["ada"]

    def board() -> tuple[int | None, int | None]:
        with company.reading() as ctx:
            found = company.boarded(ctx)
            return found.steward_id, found.escalation_id

    with company.db.write() as conn:
        joined = merge.merge(conn, people_["emil"], people_["eve"], "administrator", ada)
    company.settle()
    assert board() == (people_["emil"], people_["emil"])
    assert get(company, bring(company, "Dark mode", by="cleo")).owner_id == people_["emil"]
    with company.db.write() as conn:
        merge.split(conn, joined, ada)
    company.settle()
    assert board() == (people_["eve"], people_["eve"])
    assert submit(company.browser("ada"), f"/admin/people/{people_['eve']}/erase", phrase="eve").status_code == 302
    company.settle()
    assert board() == (None, None)
    assert get(company, bring(company, "Light mode", by="cleo")).owner_id is None
    assert "Light mode" in home(company, "mo")
