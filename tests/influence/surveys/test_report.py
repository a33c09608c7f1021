"""The report of a survey: what it says, whom it names, and who is taken out of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from renown import clock
from renown.people import erase, merge
from renown.people.models import Person
from renown_influence import run
from renown_influence.models import Survey
from tests.influence.company import ADMIN, Company, name, words
from tests.influence.surveys.answering import addresses, answers, close, fill, give, give_address, report, start


def test_from_opening_to_report(company: Company) -> None:
    number = start(company)
    fill(company, number, *((by, 9) for by in range(2, 18) if by not in (3, 9)))
    give(company, number, 3, 9, 10)
    page = words(company.browser(3).get("/surveys"))
    assert "You named 2 of at most 7" in page
    assert f"{name(9)} Take away" in page
    assert company.browser(3).get(f"/surveys/{number}").status_code == 404, "there is no report yet"
    company.settle()
    assert len(answers(company)) == 16
    company.later(30)
    assert "No survey is open" in words(company.browser(3).get("/surveys"))
    company.settle()
    assert answers(company) == set(), "single answers are deleted"
    shown = words(company.browser(3).get(f"/surveys/{number}"))
    assert "15 of 24 employees answered (62%)." in shown, "two were named: that is told from five on"
    assert name(9) in shown
    assert name(10) not in shown, "fewer than five named them"
    company.settle()
    assert report(company, number)["answers"] == 15


def test_points_and_influence_stand_beside_the_answers(company: Company) -> None:
    """9 is liked by ten, 10 by five, 11 to 13 by two; 9 and 11 are named by many. 10 is high and named by nobody."""
    days = company.now // clock.DAY - clock.to_day(date(2026, 3, 10))
    liked = {(by, owner): 1 for owner, many in ((9, 9), (10, 5), (11, 2), (12, 2), (13, 2)) for by in range(many)}
    company.likes(liked, days)
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    company.settle()
    number = start(company)
    fill(company, number, *((by, 9) for by in range(20) if by != 9), *((by, 11) for by in range(12, 20)))
    fill(company, number, (9, 12))
    close(company)
    points, influence = report(company, number)["compared"]
    assert (points["title"], influence["title"]) == ("points of Q1 2026", "influence")
    for one in (points, influence):
        assert one["people"] == 5
        # Named 19, 0, 8, 1, 0 are ranks 5 1.5 4 3 1.5; the highest first 9, 10, then three alike: 5 4 2 2 2.
        assert one["agreement"] == 0.3
        assert one["overlaps"] == [{"most": 2, "highest": 2, "both": 1, "chance": 0.8}]
        assert (one["heard"], one["busy"]) == ([], sorted(name(n).lower() for n in (10, 12, 13)))
    page = words(company.browser(2).get(f"/surveys/{number}"))
    assert "Beside points of Q1 2026" in page
    assert "1 of the 2 most named is among the 2 highest; by chance it would be 0.8." in page
    assert f"High in influence, though fewer than 5 named them NA {name(10)}" in page
    rows = company.browser(2).get(f"/surveys/{number}.csv").get_data(as_text=True).splitlines()
    assert rows[1].startswith("activity.points,5,0.3,")
    assert len(rows) == 3


@pytest.mark.parametrize("preset", ["open", "opt-out", "teams-only", "own-only"])
def test_names_in_a_report_are_as_the_presets_allow(company: Company, preset: str) -> None:
    shown, number = preset == "open", start(company)
    fill(company, number, *((by, 9) for by in range(16) if by != 9))
    close(company)
    company.preset(preset, 9)
    for by in (ADMIN, 1, 3):
        page = words(company.browser(by).get(f"/surveys/{number}"))
        assert (name(9) in page) is shown, by
        assert "15 of 24 employees answered" in page
        assert (report(company, number, by)["most"] == [name(9).lower()]) is shown
    assert name(9) in words(company.browser(9).get(f"/surveys/{number}")), "people always see themselves"


def test_names_stand_in_alphabetical_order(company: Company) -> None:
    number = start(company)
    with company.db.write() as conn:
        conn.execute(update(Person).where(Person.id == company.people[9]).values(name="zoe"))
    fill(company, number, *((by, 9) for by in range(20) if by != 9))
    fill(company, number, *((by, 11) for by in range(6)), *((by, 10) for by in range(5)))
    close(company)
    assert report(company, number)["most"] == ["name10", "name11", "name09"], "zoe is name09, and was named by most"
    page = words(company.browser(2).get(f"/surveys/{number}"))
    assert page.index(name(10)) < page.index(name(11)) < page.index("zoe")
    with company.db.read() as conn:
        kept = conn.scalars(select(Survey.report)).one()
    assert kept["most"] == [company.people[n] for n in (9, 10, 11)], "the kept report has no order either"


def test_one_who_is_not_shown_is_not_counted(company: Company) -> None:
    """Of seven who were named, one is hidden, and then six."""
    number, named = start(company), range(2, 9)
    fill(company, number, *((by, one) for by in range(9, 24) for one in named))
    days = company.now // clock.DAY - clock.to_day(date(2026, 3, 10))
    company.likes({(by, owner): 1 for owner in range(2, 12) for by in range(12, 14 + owner % 2)}, days)
    close(company)
    everybody = report(company, number)
    assert everybody["compared"][0]["overlaps"]
    company.preset("opt-out", 8)
    for path in ("", ".json", ".csv"):
        told = company.browser(9).get(f"/surveys/{number}{path}").get_data(as_text=True)
        assert "not shown by name" not in told
        assert "of the 7 most named" not in told
    found = report(company, number, 9)
    assert len(found["most"]) == 6
    assert found["compared"][0]["overlaps"] == [], "it would say that there are seven"
    company.preset("opt-out", *range(3, 9))
    assert "5 or more others are not shown by name." in words(company.browser(9).get(f"/surveys/{number}"))


def test_answers_follow_a_merge(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3, 4)
    give(company, number, 5, 3)
    give(company, number, 3, 4, 6)
    give(company, number, 4, 6)
    with company.db.write() as conn:
        merge.merge(conn, company.people[3], company.people[4], "administrator", None)
    company.settle()
    assert answers(company) == {(2, 3), (5, 3), (3, 6)}, (
        "nobody is named twice, or by oneself, and one human has one answer"
    )


def test_erasure_takes_answers_and_the_place_in_reports(company: Company) -> None:
    number = start(company)
    fill(company, number, *((by, named) for by in range(16) for named in (9, 10) if by != named))
    close(company)
    company.now += clock.DAY
    second = start(company, "Second", "2026-07-30")
    give(company, second, 9, 2)
    give(company, second, 2, 9)
    give(company, second, 3, 10)
    give_address(company, second, 9, "somebody@example.com")
    with company.db.write() as conn:
        erase.erase(conn, company.people[9], None)
    company.settle()
    assert (answers(company), addresses(company)) == ({(3, 10)}, set())
    assert report(company, number)["most"] == [name(10).lower()]
    with company.db.read() as conn:
        kept = str(conn.scalars(select(Survey.report).where(Survey.id == number)).one())
    assert f"{company.people[9]}," not in kept
