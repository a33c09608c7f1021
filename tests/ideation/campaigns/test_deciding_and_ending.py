"""Decisions stand as the vote said until another is typed; drafts are thrown away; what is ended says what was."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from renown.notify.models import Notification
from renown_ideation.campaigns import deciding, sealing
from renown_ideation.models import Asked, Campaign, Judged
from tests.ideation.campaigns import staged
from tests.ideation.campaigns.forms import fields
from tests.ideation.charters import charter
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import address, data, page

DESK = "/desk/campaigns/autumn"


def _judge(company: Company, idea: int, **values: int) -> None:
    with company.writing() as ctx:
        for name, value in values.items():
            person, now = company.people[name], ctx.clock.now()
            ctx.session.add(Asked(idea_id=idea, person_id=person, reason="", at=now, state="answered"))
            ctx.session.add(Judged(idea_id=idea, person_id=person, criterion="Effort", value=value, at=now))


def test_only_differences_are_typed_and_nothing_is_kept_by_looking(company: Company) -> None:
    company.board()
    campaign = staged.counted(company)
    _judge(company, staged.idea_of(company, campaign, 2), eve=2, emil=5)
    mo, whole = company.browser("mo"), page(company, "mo", DESK)
    typed, _ = fields(whole)
    assert {one: typed[f"seat{one}"] for one in (1, 2, 3, 4)} == {1: "vote", 2: "none", 3: "vote", 4: "none"}
    assert "effort 3.5 (2)" in whole
    assert "No decision differs from the vote." in words(mo.get(f"{DESK}?only=1"))
    narrowed = submit(mo, DESK, **(typed | {"seat2": "board", "only": "1"}), act="show").get_data(as_text=True)
    sent, shown = fields(narrowed)
    assert [one for one in shown if one != "only"] == ["seat2", "reason2"]
    with company.reading() as ctx:
        assert deciding.newest(ctx, campaign) == {}, "to look keeps nothing"
    refused = submit(mo, DESK, **sent, act="publish")
    assert refused.status_code == 422
    assert "one option lacks something" in words(refused)
    sent, _ = fields(refused.get_data(as_text=True))
    sent |= {"reason2": "Trains are where people read."}
    asked = words(submit(mo, DESK, **sent, act="publish"))
    assert "3 chosen, 1 not. 6 people who could vote are told" in asked
    assert staged.state(company, campaign) == "counted", "one click publishes nothing"
    assert staged.published(mo, DESK).location == "/campaigns/autumn/report"
    found = data(company, None, "/campaigns/autumn/report.json")
    assert {one["option"]: one["seat"] for one in found["options"]} == {1: "vote", 2: "board", 3: "vote", 4: ""}
    assert found["kept"]
    assert "1 decision differs from the vote, with its reason." in found["figures"]


def test_a_seat_that_nobody_got_is_said_with_a_reason_and_breaks_the_promise(company: Company) -> None:
    company.board()
    campaign = staged.counted(company, seats={"by_vote": 1, "by_board": 1})
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""), o3=("", ""), o4=("", ""))
    mo = company.browser("mo")
    now = staged.drawn(company, campaign)
    assert "Why one of 2 seats is given to nobody" in words(submit(mo, DESK, act="publish", drawn=now))
    assert staged.published(mo, DESK).status_code == 422, "without a reason it is not published"
    staged.decide(company, campaign, o2=("", "It is too big."))
    now = staged.drawn(company, campaign)
    before, _ = fields(submit(mo, DESK, act="publish", drawn=now).get_data(as_text=True))
    staged.decide(company, campaign, o2=("", ""))
    again = submit(mo, DESK, **before | {"unfilled": "Nobody had the time."}, act="publish")
    assert again.status_code == 409, "what was decided since is looked at first"
    looked, _ = fields(again.get_data(as_text=True))
    asked, _ = fields(submit(mo, DESK, **looked, act="publish").get_data(as_text=True))
    assert asked["unfilled"] == "Nobody had the time.", "what was written is not lost"
    older = submit(mo, DESK, **asked | {"sure": before["sure"]}, act="publish")
    assert older.status_code == 200, "the second click is for what the first one said"
    assert staged.state(company, campaign) == "counted"
    assert submit(mo, DESK, **asked, act="publish").status_code == 302
    found = data(company, None, "/campaigns/autumn/report.json")
    assert "1 of 2 seats was given to nobody. Nobody had the time." in found["figures"]
    assert (found["given_to_nobody"], found["kept"]) == (1, False)
    assert found["figures"][-1] == "What the charter promised was not kept."
    assert "Seats were given to nobody: Nobody had the time." in words(mo.get("/campaigns/autumn"))


def test_what_the_vote_parked_says_so_and_its_row_says_where_it_stood(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    for name, options in (("cleo", (1, 3)), ("carl", (1,)), ("eve", (1, 3)), ("emil", (1, 4))):
        staged.cast(company, campaign, name, dict.fromkeys(options, 1))
    row = '/campaigns/autumn/results">'
    assert row not in page(company, None, "/ideas/product"), "not before it is public"
    company.later(9)
    listed = page(company, None, "/ideas/product")
    assert f"{row}1st of 4, 4 people<span" in listed
    assert f"{row}4th of 4, 0 people<span" in listed
    assert "0</strong>" not in listed
    staged.decide(company, campaign, o1=("vote", ""), o2=("board", "Soon."), o3=("", "It is too big."), o4=("", ""))
    with company.writing() as ctx:
        deciding.publish(ctx, campaign, company.people["mo"], "Two are enough.")
    company.settle()
    said = {}
    for option in (1, 3, 4):
        seen = page(company, None, address(company, staged.idea_of(company, campaign, option)))
        said[option] = seen.partition('id="answer">')[2].partition("</h2>")[0]
    assert [said[one].rpartition("</svg> ")[2] for one in said] == ["Planned", "Parked", "Parked, by the vote"]
    assert ["#good" in said[one] for one in said] == [True, False, False]


def test_a_draft_is_thrown_away_and_never_published(company: Company) -> None:
    company.board()
    with company.writing() as ctx:
        for slug in ("autumn", "winter"):
            sealing.draft(ctx, company.boarded(ctx), charter(slug), company.people["ada"])
    mo, overview = company.browser("mo"), page(company, "mo", "/campaigns/autumn")
    assert "Throw the draft away" in overview
    assert "End the campaign" not in overview
    submit(mo, "/campaigns/autumn/void", reason="We were told not to.")
    for reader in (None, "cleo", "eve"):
        assert company.browser(reader).get("/campaigns/autumn").status_code == 404
    assert submit(company.browser("eve"), "/campaigns/autumn/discard").status_code == 404
    assert submit(mo, "/campaigns/autumn/discard").location == "/campaigns"
    assert [one["campaign"] for one in data(company, "mo", "/campaigns.json")] == ["winter"]
    with company.writing() as ctx:
        # As a draft could be ended before.
        ctx.session.execute(update(Campaign).values(state="void", void_from="draft", void_reason="A secret plan"))
    assert data(company, "cleo", "/campaigns.json") == []
    assert company.browser("cleo").get("/campaigns/winter").status_code == 404
    staged.sealed(company)
    assert submit(mo, "/campaigns/autumn/discard").status_code == 409
    assert "End the campaign" in page(company, "mo", "/campaigns/autumn")


@pytest.mark.parametrize(("hides", "left"), [
    ("close", "Its ballots were counted, and what they gave stays public. It is not decided."),
    ("decision", "Its ballots were counted. What they gave stays hidden, since it was to be shown when it is decided."),
])  # fmt: skip
def test_ended_after_the_count_it_says_what_became_of_the_ballots(company: Company, hides: str, left: str) -> None:
    company.board()
    staged.counted(company, secrecy__totals_hidden_until=hides)
    mo = company.browser("mo")
    assert left in page(company, "mo", "/campaigns/autumn"), "before it is done"
    decisions = "/api/v1/ideation/campaigns/autumn/decisions"
    assert [one["place"] for one in data(company, "mo", decisions)] == [1, 2, 3, 4]
    submit(mo, "/campaigns/autumn/void", reason="The money is gone")
    assert [mo.get(path).status_code for path in (DESK, decisions)] == [404, 404]
    said = words(company.browser("cleo").get("/campaigns/autumn"))
    assert f"The money is gone. {left}" in said
    assert "never counted" not in said
    company.settle()
    with company.reading() as ctx:
        ended = select(Notification.body).where(Notification.title == "It was ended: Autumn")
        assert all(left in (body or "") for body in ctx.session.scalars(ended))
    results = data(company, None, "/campaigns/autumn/results.json")
    if hides == "close":
        assert results["options"][0]["total"] == 4
        report = words(company.browser(None).get("/campaigns/autumn/report"))
        assert "The campaign was ended before it was decided." in report
    else:
        assert "ended before it was decided" in results["hidden"]
        assert "4" not in page(company, None, "/campaigns/autumn/results.csv")
