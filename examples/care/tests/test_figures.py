"""How teams do, and that little is told of few."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from conftest import Desk
from sqlalchemy import delete, insert, select, update

from renown.api import DAY, Viewer
from renown_care import figures as told
from renown_care import panels
from renown_care.enough import BLOCK, WINDOWS
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
    """And not of a team in which few answer: in Alone it is one."""
    many, few, idle = staffed(desk, "Many", 5), staffed(desk, "Few", 4), staffed(desk, "Idle", 5)
    alone = staffed(desk, "Alone", 5)[:1]
    desk.clock.move(hours=4, minutes=50)
    answered(desk, many, [30] * 5)
    answered(desk, few[:2], [240] * 4)
    answered(desk, alone, [240] * 6)
    found = figures(desk)
    assert [one["name"] for one in found["teams"]] == ["Many"]
    assert found["whole"]["answered"] == 5
    answered(desk, idle[:2], [60] * 4)
    found = figures(desk)
    assert [(one["name"], one["team"], one["answered"]) for one in found["teams"]] == [
        ("Many", "many", 5),
        ("Others", None, 14),
    ]
    assert found["whole"]["answered"] == 19


def test_reopened_and_ease_are_shares_of_those_that_say(desk: Desk) -> None:
    people = staffed(desk, "Desk", 5)
    askers = [desk.carl, *(desk.kit.customer(f"Customer {number}") for number in range(4))]
    desk.clock.move(hours=4, minutes=50)
    answered(desk, people, [30] * 10)
    with desk.kit.context("care") as ctx:
        numbers = list(ctx.session.scalars(select(Case.id).order_by(Case.id)))
        now = ctx.clock.now()
        ctx.session.execute(update(Case).where(Case.id.in_(numbers[:8])).values(state="resolved", settled_at=now))
        ctx.session.execute(update(Case).where(Case.id.in_(numbers[:2])).values(reopened=1))
        for case, effort, asker in zip(numbers, [7, 7, 6, 5, 1, 4], [*askers, desk.carl], strict=False):
            ctx.session.add(Survey(case_id=case, sent_at=now, effort=effort))
            ctx.session.execute(update(Case).where(Case.id == case).values(asker_id=asker))
    [line] = figures(desk)["teams"]
    assert (line["settled"], line["reopened_percent"]) == (8, 25)
    assert (line["effort"], line["effort_answers"]) == (17, 6)
    with desk.kit.context("care") as ctx:
        ctx.session.execute(update(Case).where(Case.asker_id == askers[1]).values(asker_id=askers[0]))
    [line] = figures(desk)["teams"]
    assert (line["effort"], line["effort_answers"]) == (None, None), "of four customers"
    desk.clock.move(days=40)
    assert figures(desk, days="30") == {"days": 30, "whole": None, "teams": [], "steps": []}


def test_a_place_that_became_private_counts_no_more(desk: Desk) -> None:
    people = staffed(desk, "Desk", 5)
    for who in people:
        desk.answer(desk.ask(space="deals"), who, space="deals")
    desk.kit.settle()
    assert figures(desk)["whole"]["answered"] == 5
    desk.told(desk.kit.event(desk.bea, "create", space="deals"), private=True)
    desk.kit.settle()
    assert figures(desk)["whole"] is None


def test_nothing_of_few_is_left_when_one_figure_is_taken_from_another(desk: Desk) -> None:
    """Whatever is told, cut into the pieces that all its sums and differences consist of, has no small one."""
    rng, kinds = random.Random(6), set()
    teams = {name: staffed(desk, name, people) for name, people in (("A", 6), ("B", 5), ("C", 8), ("D", 3), ("E", 4))}
    askers = [desk.kit.person(f"Customer {number}", affiliation="customer") for number in range(9)]
    desk.kit.settle()
    with desk.kit.context("care") as ctx:
        numbers = {name: number for number, name in ctx.teams.all().items()}
    for _ in range(12):
        made = list(_cases(rng, {numbers[name]: people for name, people in teams.items()}, askers))
        with desk.kit.context("care") as ctx:
            now = ctx.clock.now()
            ctx.session.execute(delete(Survey))
            ctx.session.execute(delete(Case))
            ctx.session.execute(insert(Case), [_row(one, place, now) for place, one in enumerate(made, 1)])
            rated = [(place, one) for place, one in enumerate(made, 1) if one["effort"]]
            if rated:
                ctx.session.execute(
                    insert(Survey),
                    [
                        {"case_id": place, "key": str(place), "sent_at": now, "effort": one["effort"]}
                        for place, one in rated
                    ],
                )
            found = {days: told.of(ctx, days) for days in WINDOWS}
        for part in ("answered", "settled", "effort"):
            sets = list(_told(found, part, made))
            kinds |= {(part, kind) for kind, _ in sets}
            behind = [one for one in made if one[part]]
            pieces = defaultdict(list)
            for one in behind:
                pieces[tuple((one["team"], one["block"]) in cells for _, cells in sets)].append(one)
            for which, piece in pieces.items():
                if any(which):
                    assert len({one["responder"] for one in piece}) >= 5
                    assert part != "effort" or len({one["asker"] for one in piece}) >= 5
    assert kinds >= {(part, kind) for part in ("answered", "settled", "effort") for kind in ("line", "others", "all")}
    assert ("answered", "step") in kinds


def _cases(rng: random.Random, teams: Mapping[int, Sequence[int]], askers: Sequence[int]) -> Iterable[dict[str, Any]]:
    """Of a year, sometimes of many people and sometimes of few."""
    for team, people in teams.items():
        often = rng.choice((0.3, 2, 6, 25))
        for block in range(12):
            for _ in range(rng.randrange(int(often * 2) + 1) if rng.random() < 0.8 or often > 20 else 0):
                who = rng.choice(people[: rng.choice((1, len(people), len(people)))])
                settled = rng.random() < 0.6
                effort = rng.randint(1, 7) if settled and rng.random() < 0.7 else None
                yield {
                    "team": team, "block": block, "responder": who, "asker": rng.choice(askers),
                    "answered": True, "settled": settled, "effort": effort,
                }  # fmt: skip


def _row(one: Mapping[str, Any], number: int, now: int) -> dict[str, Any]:
    asked = now - (one["block"] * BLOCK + 1) * DAY
    return {
        "id": number, "object": number, "asker_id": one["asker"], "asker_identity": 1, "asked_at": asked,
        "quiet": False, "state": "answered", "responder_id": one["responder"], "team_id": one["team"],
        "answered_at": asked, "minutes": number % 50, "settled_at": asked if one["settled"] else None, "reopened": 0,
    }  # fmt: skip


def _told(
    found: Mapping[int, told.Figures], part: str, made: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[str, set[tuple[int, int]]]]:
    """What is told of which teams' blocks: as whoever sees all the pages, and knows who answered, can tell."""
    alone = {line.team for page in found.values() for line in page.teams if line.team}
    others = {one["team"] for one in made} - alone

    def cells(line: told.Line, blocks: range) -> set[tuple[int, int]]:
        return {(team, block) for team in ({line.team} if line.team else others) for block in blocks}

    def count(where: set[tuple[int, int]], part: str = part) -> int:
        return sum((one["team"], one["block"]) in where for one in made if one[part])

    for days, page in found.items():
        blocks = range(days // BLOCK)
        lines = [line for line in page.teams if {"settled": line.settled, "effort": line.effort.answers}.get(part, 1)]
        sets = [cells(line, blocks) for line in lines]
        for line, where in zip(lines, sets, strict=True):
            said = {"answered": line.answered, "settled": line.settled, "effort": line.effort.answers}[part]
            assert said == count(where)
            yield "line" if line.team else "others", where
        if page.whole and sets:
            whole = {
                "answered": page.whole.answered, "settled": page.whole.settled, "effort": page.whole.effort.answers
            }[part]  # fmt: skip
            assert whole == count(set().union(*sets))
            yield "all", set().union(*sets)
        if part == "answered" and page.steps:
            numbers = [step.answered for step in reversed(page.steps)]
            some = (chosen for many in range(1, len(lines) + 1) for chosen in combinations(lines, many))
            charted = next(
                chosen for chosen in some
                if [count(set().union(*(cells(line, range(block, block + 1)) for line in chosen))) for block in blocks]
                == numbers
            )  # fmt: skip
            for block in blocks:
                yield "step", set().union(*(cells(line, range(block, block + 1)) for line in charted))


def test_nobody_without_employees_rights_reads_them(desk: Desk) -> None:
    for path in ("/care/teams", "/care/teams.json", "/care/teams.csv"):
        assert desk.browser(desk.carl).get(path).status_code == 404
    assert desk.browser(desk.ana).get("/care/teams?days=7").status_code == 404
    assert desk.browser(desk.ana).get("/api/v1/care/teams?days=7").status_code == 422
