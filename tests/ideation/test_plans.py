"""Plans: what is expected is written down before, people in it change its steps, and what came of it stands beside."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from renown_ideation.models import Step
from tests.ideation.company import Company
from tests.ideation.desk import act, below, bring, data, get, page, told

PLAN = {"goal": "Nobody waits for tea", "expected": "Ten minutes a day for each of us", "owner": "emil"}


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    return shared


def planned(office: Company, title: str, **values: str) -> int:
    idea = bring(office, title, by="eve")
    for state in ("acknowledged", "planned"):
        assert act(office, "mo", below(idea, "step"), state=state, answer="We do it.") == 302
    assert act(office, "mo", below(idea, "plan"), **PLAN | values) == 302
    return idea


def text(office: Company, who: str | None, idea: int, rest: str = "plan") -> str:
    html = page(office, who, below(idea, rest) if rest else f"/ideas/product/{idea}-x").split("<main")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def steps(office: Company, idea: int) -> list[tuple[str, bool]]:
    with office.reading() as ctx:
        found = select(Step).where(Step.idea_id == idea).order_by(Step.place, Step.id)
        return [(one.text, one.done_at is not None) for one in ctx.session.scalars(found)]


def step_id(office: Company, idea: int, said: str) -> int:
    with office.reading() as ctx:
        return ctx.session.scalars(select(Step.id).where(Step.idea_id == idea, Step.text == said)).one()


def on_step(office: Company, who: str, idea: int, said: str, what: str, **values: str) -> int:
    path = below(idea, f"plan/steps/{step_id(office, idea, said)}")
    return act(office, who, path, act=what, **values)


def test_a_plan_says_before_what_it_is_expected_to_bring_and_stands_on_the_roadmap(office: Company) -> None:
    idea = bring(office, "A tea kitchen", by="cleo")
    assert office.browser("cleo").get(below(idea, "plan")).status_code == 404, "there is none yet"
    for wrong in ({"expected": ""}, {"goal": ""}, {"owner": "cleo@example.com"}, {"due": "soon"}, {"horizon": "never"}):
        assert act(office, "mo", below(idea, "plan"), **PLAN | wrong) == 422, wrong
    assert act(office, "eve", below(idea, "plan"), **PLAN) == 404, "staff plan"
    assert act(office, "mo", below(idea, "plan"), **PLAN, horizon="next", due="2026-06-30") == 302
    assert [one["goal"] for one in data(office, None, "/roadmap.json")["next"]] == ["Nobody waits for tea"]
    for who in ("cleo", None, "eve"):
        assert "Ten minutes a day for each of us" in text(office, who, idea)
        assert "by 30 June" in text(office, who, idea, "")
    assert "Emil" not in text(office, "cleo", idea), "to customers it is the team"
    assert "Emil" in text(office, "eve", idea)


def test_programs_read_and_make_plans_through_the_same_gates(office: Company) -> None:
    idea = planned(office, "A lift", due="2026-07-01")
    assert act(office, "mo", below(idea, "plan/steps"), text="Dig") == 302
    path = f"/api/v1/ideation/ideas/{idea}/plan"
    found = data(office, "eve", path)
    assert (found["goal"], found["owner"], found["steps"]) == ("Nobody waits for tea", "Emil", 1)
    assert [one["text"] for one in found["checklist"]] == ["Dig"]
    outside = data(office, None, path)
    assert (outside["expected"], outside["owner"], outside["checklist"]) == (found["expected"], "The team", [])
    assert office.browser("eve").get(f"/api/v1/ideation/ideas/{bring(office, 'No plan')}/plan").status_code == 404


def test_the_people_in_it_change_its_steps_and_nobody_else(office: Company) -> None:
    idea = planned(office, "A bell")
    add = below(idea, "plan/steps")
    for said in ("Buy it", "Hang it", "Ring it"):
        assert act(office, "eve", add, text=said) == 302, "its author"
    assert act(office, "eve", add, text="") == 422
    assert act(office, "eve", add, text="Who", owner="carl@example.com") == 422, "a customer owes nothing"
    for who in ("carl", "cleo"):
        assert act(office, who, add, text="Mine") == 404
        assert on_step(office, who, idea, "Buy it", "done") == 404
    assert on_step(office, "emil", idea, "Ring it", "up") == 302, "whoever owns the plan"
    assert on_step(office, "emil", idea, "Ring it", "up") == 302
    assert on_step(office, "mo", idea, "Buy it", "done") == 302
    assert steps(office, idea) == [("Ring it", False), ("Buy it", True), ("Hang it", False)]
    assert on_step(office, "eve", idea, "Hang it", "change", text="Hang it high", owner="eve") == 302
    assert on_step(office, "eve", idea, "Buy it", "undone") == 302
    assert on_step(office, "eve", idea, "Ring it", "remove") == 302
    assert steps(office, idea) == [("Buy it", False), ("Hang it high", False)]
    assert on_step(office, "eve", idea, "Buy it", "burn") == 422
    other = planned(office, "A gong")
    assert act(office, "mo", below(other, f"plan/steps/{step_id(office, idea, 'Buy it')}"), act="done") == 404
    assert "0 of 2 done" in text(office, "carl", idea)
    assert "Hang it" not in text(office, "carl", idea), "customers read how far it is"


def test_what_is_overdue_reaches_who_is_to_do_it_and_who_owns_the_plan_once(office: Company) -> None:
    idea = planned(office, "A sofa")
    day = f"{19 + 1:02}"
    assert act(office, "mo", below(idea, "plan/steps"), text="Measure", owner="eve", due=f"2026-05-{day}") == 302
    assert "Measure" in page(office, "eve", "/my/ideas")
    office.later(3)
    for who in ("eve", "emil"):
        assert [one for one in told(office, who) if one.startswith("Overdue: A sofa")] == ["Overdue: A sofa"], who
        assert "overdue since" in page(office, who, "/my/ideas")
    office.later(1)
    assert told(office, "eve").count("Overdue: A sofa") == 1
    assert on_step(office, "eve", idea, "Measure", "done") == 302
    assert "Measure" not in page(office, "emil", "/my/ideas")


def test_nothing_planned_is_delivered_before_it_says_what_came_of_it(office: Company) -> None:
    idea = planned(office, "A kettle")
    assert act(office, "mo", below(idea, "step"), state="delivery", answer="") == 302
    late = PLAN | {"expected": "Whatever it brought"}
    assert act(office, "mo", below(idea, "plan"), **late) == 422, "what was expected is no longer changed"
    assert act(office, "mo", below(idea, "plan"), **PLAN | {"goal": "Tea for all"}) == 302
    assert act(office, "mo", below(idea, "step"), state="delivered", answer="It is there.") == 422
    assert act(office, "mo", below(idea, "plan/outcome"), outcome="") == 422
    assert act(office, "eve", below(idea, "plan/outcome"), outcome="Much") == 404
    assert act(office, "mo", below(idea, "plan/outcome"), outcome="Four minutes a day") == 302
    assert act(office, "mo", below(idea, "step"), state="delivered", answer="It is there.") == 302
    assert get(office, idea).state == "delivered"
    for who in (None, "carl", "eve"):
        said = text(office, who, idea, "")
        assert "Expected Ten minutes a day for each of us" in said
        assert "What came of it Four minutes a day" in said


def test_all_that_led_to_it_is_on_the_plans_page(office: Company) -> None:
    idea = planned(office, "A window")
    assert act(office, "emil", below(idea, "comments"), body="It should face the sea.") == 302
    assert act(office, "emil", below(idea, "vote"), vote="on") == 302
    assert act(office, "mo", below(idea, "experts"), who="ada", word="You drew the house.") == 302
    assert act(office, "ada", below(idea, "card"), answer="judge", c2="5") == 302
    said = text(office, "eve", idea)
    assert "It should face the sea." in said
    assert "1 voter" in said
    assert "Impact 5" in said
