"""Merged, split, erased, and what is held of somebody."""

from __future__ import annotations

from conftest import Desk
from sqlalchemy import func, select

from renown.api import Viewer
from renown_care import people, survey
from renown_care.models import Follow, Survey


def test_an_answer_by_who_turns_out_to_be_the_asker_is_none_until_the_split(desk: Desk) -> None:
    question = desk.ask()
    desk.answer(question)
    desk.clock.move(minutes=5)
    desk.answer(question, desk.bea)
    assert desk.case().responder_id == desk.ana
    merge = desk.kit.merge(desk.carl, desk.ana)
    assert desk.case().responder_id == desk.bea
    desk.kit.split(merge)
    assert desk.case().responder_id == desk.ana


def test_follows_go_with_a_merge_and_come_back(desk: Desk) -> None:
    desk.ask()
    case = desk.case()
    for who in (desk.ana, desk.bea):
        assert desk.post(f"/care/{case.id}/follow", who) == 302
    merge = desk.kit.merge(desk.bea, desk.ana)
    desk.kit.settle()
    page = desk.page("/care", desk.bea)
    assert page.count(">Bea<") == 1 + page.split("<main")[0].count(">Bea<")
    desk.kit.split(merge)
    desk.kit.settle()
    with desk.kit.context("care") as ctx:
        assert set(ctx.session.scalars(select(Follow.person_id))) == {desk.ana, desk.bea}


def test_what_is_held_is_told_and_what_they_thought_goes_with_them(desk: Desk) -> None:
    desk.accept(desk.answer(desk.ask()), owner=desk.ana)
    desk.kit.settle()
    desk.clock.move(hours=2)
    with desk.kit.context("care") as ctx:
        survey.work(ctx)
        survey.answer(ctx, ctx.session.scalars(select(Survey)).one(), 6)
    with desk.kit.context("care") as ctx:
        own = people.held(ctx, Viewer(desk.carl, "customer"), desk.carl)
        told = people.held(ctx, Viewer(desk.ana, "administrator"), desk.carl)
        said = people.explained(ctx, desk.ana)
    assert own["asked"][0]["effort"] == 6
    assert "effort" not in told["asked"][0]
    assert said is not None
    assert "a customer's question, of which 1 the asker called resolved" in said.text
    desk.kit.erase(desk.carl)
    assert desk.case().state == "resolved"
    with desk.kit.context("care") as ctx:
        survey.work(ctx)
        assert ctx.session.scalar(select(func.count()).select_from(Survey)) == 0
