"""Who follows an idea hears of each answer, once."""

from __future__ import annotations

from renown.people import merge as people
from renown_ideation.answers import answering, followers
from renown_ideation.models import Idea
from tests.ideation.company import Company
from tests.ideation.desk import bring, merge, told, vote


def test_each_answer_is_told_once_however_many_there_were(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    for said in ("We look at it.", "We looked at it."):
        with company.writing() as ctx:
            found = ctx.session.get_one(Idea, idea)
            to = "acknowledged" if said == "We look at it." else "planned"
            answering.step(ctx, found, company.boarded(ctx), to, said, company.people["mo"])
        company.settle()
        company.settle()
    assert told(company, "cleo")[1:] == ["Acknowledged: Dark mode", "Planned: Dark mode"]


def test_the_link_in_a_message_stops_it_whichever_of_the_ideas_that_are_one_the_vote_was_for(company: Company) -> None:
    company.board()
    leader, other = bring(company, "Dark mode"), bring(company, "Night mode")
    vote(company, other, "carl")
    vote(company, leader, "cleo")
    merge(company, other, leader)
    with company.writing() as ctx:
        assert followers.follows(ctx, leader, company.people["carl"])
        token = ctx.sign.make("stop", [leader, company.people["carl"]])
    # The one who asks to hear no more of it is another person by now.
    with company.db.write() as conn:
        people.merge(conn, company.people["emil"], company.people["carl"], "administrator", company.people["ada"])
    company.settle()
    assert company.browser(None).post(f"/ideas/stop/{token}").status_code == 200
    with company.writing() as ctx:
        assert not followers.follows(ctx, leader, company.people["emil"])
        found = ctx.session.get_one(Idea, leader)
        answering.step(ctx, found, company.boarded(ctx), "acknowledged", "Read.", company.people["mo"])
    assert "Acknowledged: Dark mode" in told(company, "cleo")
    assert "Acknowledged: Dark mode" not in told(company, "emil")


def test_who_may_no_longer_read_it_hears_nothing_of_it(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="emil")
    vote(company, idea, "cleo", "eve")
    with company.writing() as ctx:
        company.boarded(ctx).audience = "employees"
        found = ctx.session.get_one(Idea, idea)
        answering.step(ctx, found, company.boarded(ctx), "acknowledged", "For us alone.", company.people["mo"])
    assert "Acknowledged: Dark mode" in told(company, "eve")
    assert "Acknowledged: Dark mode" not in told(company, "cleo")
    with company.writing() as ctx:
        found = ctx.session.get_one(Idea, idea)
        answering.step(ctx, found, company.boarded(ctx), "planned", "Soon.", company.people["mo"])
        found.standing = "taken down"
    assert "Planned: Dark mode" in told(company, "emil"), "its author reads it still"
    assert "Planned: Dark mode" not in told(company, "eve")
