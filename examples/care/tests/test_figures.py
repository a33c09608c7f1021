"""How teams do, and that little is told of few."""

from __future__ import annotations

import json

from conftest import Desk
from sqlalchemy import insert, select, update

from renown.api import Viewer
from renown_care import panels
from renown_care.models import Case, Survey


def staffed(desk: Desk, name: str, people: int) -> list[int]:
    team = desk.kit.team(name)
    return [desk.kit.person(f"{name} {number}", team=team) for number in range(people)]


def answered(desk: Desk, by: list[int], minutes: list[int]) -> None:
    """A question each, answered after so many minutes by one after the other."""
    for number, wait in enumerate(minutes):
        asked, question = desk.kit.event(desk.carl, "ask", kind="question")
        given, _ = desk.kit.event(by[number % len(by)], "answer", kind="answer", to=question)
        given.time = desk.clock.at.replace(hour=12 + wait // 60, minute=wait % 60)
        asked.time = desk.clock.at.replace(hour=12, minute=0)
        desk.kit.append(asked, given)
    desk.kit.settle()


def figures(desk: Desk, **query: str) -> dict[str, object]:
    return dict(json.loads(desk.page("/care/teams.json?days=" + query.get("days", "90"), desk.ana)))


def test_teams_are_told_by_the_median_and_the_soonest_stands_first(desk: Desk) -> None:
    slow, soon = staffed(desk, "Slow", 5), staffed(desk, "Soon", 5)
    desk.clock.move(hours=4, minutes=50)
    answered(desk, slow, [60, 60, 120, 180, 240, 240])
    answered(desk, soon, [6, 12, 18, 60, 240])
    found = figures(desk)
    assert [(one["name"], one["working_hours"], one["answered"]) for one in found["teams"]] == [
        ("Soon", 0.3, 5),
        ("Slow", 2.5, 6),
    ]
    assert found["whole"]["working_hours"] == 1.0
    page = desk.page("/care/teams", desk.ana)
    assert page.index("Soon") < page.index("Slow")
    table = desk.browser(desk.ana).get("/care/teams.csv").get_data(as_text=True)
    assert table.splitlines()[1].startswith("Soon,5,0.3")
    with desk.kit.context("care") as ctx:
        numbers = {name: number for number, name in ctx.teams.all().items()}
        [panel] = panels.boxes(ctx, Viewer(desk.ana, "member"), "team", numbers["Soon"])
        assert panels.boxes(ctx, Viewer(desk.carl, "customer"), "team", numbers["Soon"]) == []
    assert "0.3" in panel.html


def test_few_people_and_few_questions_are_not_told_nor_found_by_subtraction(desk: Desk) -> None:
    many, few, idle = staffed(desk, "Many", 5), staffed(desk, "Few", 4), staffed(desk, "Idle", 5)
    desk.clock.move(hours=4, minutes=50)
    answered(desk, many, [30] * 5)
    answered(desk, few, [240] * 4)
    found = figures(desk)
    assert [one["name"] for one in found["teams"]] == ["Many"]
    assert found["whole"]["answered"] == 5
    answered(desk, idle, [60] * 4)
    found = figures(desk)
    assert [(one["name"], one["team"], one["answered"]) for one in found["teams"]] == [
        ("Many", "many", 5),
        ("Others", None, 8),
    ]
    assert found["whole"]["answered"] == 13


def test_reopened_and_ease_are_shares_of_those_that_say(desk: Desk) -> None:
    people = staffed(desk, "Desk", 5)
    desk.clock.move(hours=4, minutes=50)
    answered(desk, people, [30] * 10)
    with desk.kit.context("care") as ctx:
        numbers = list(ctx.session.scalars(select(Case.id).order_by(Case.id)))
        now = ctx.clock.now()
        ctx.session.execute(update(Case).where(Case.id.in_(numbers[:8])).values(state="resolved", settled_at=now))
        ctx.session.execute(update(Case).where(Case.id.in_(numbers[:2])).values(reopened=1))
        efforts = zip(numbers, [7, 7, 6, 5, 1, 4], strict=False)
        ctx.session.execute(insert(Survey), [{"case_id": case, "sent_at": now, "effort": one} for case, one in efforts])
    [line] = figures(desk)["teams"]
    assert (line["settled"], line["reopened_percent"]) == (8, 25)
    assert (line["effort"], line["effort_answers"]) == (17, 6)
    desk.clock.move(days=40)
    assert figures(desk, days="30") == {"days": 30, "whole": None, "teams": [], "steps": []}


def test_nobody_without_employees_rights_reads_them(desk: Desk) -> None:
    for path in ("/care/teams", "/care/teams.json", "/care/teams.csv"):
        assert desk.browser(desk.carl).get(path).status_code == 404
    assert desk.browser(desk.ana).get("/care/teams?days=7").status_code == 404
    assert desk.browser(desk.ana).get("/api/v1/care/teams?days=7").status_code == 422
