"""Finding a colleague to name, and what a survey that is over still asks for."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from renown.notify.models import Notification
from renown.people.models import Person
from renown_influence import survey, survey_end
from tests.influence.company import ADMIN, Company, name, submit, words
from tests.influence.surveys.answering import find, give, start

_OFFERED = re.compile(r'<li class="split">(.*?)</li>', re.DOTALL)


def call(company: Company, **names: str) -> None:
    with company.db.write() as conn:
        for key, one in names.items():
            conn.execute(update(Person).where(Person.id == company.people[int(key[1:])]).values(name=one))


def offered(company: Company, number: int, by: int, wanted: str) -> list[str]:
    page = submit(company.browser(by), f"/surveys/{number}/find", q=wanted).get_data(as_text=True)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in _OFFERED.findall(page)]


def test_names_of_which_a_word_begins_so_come_first(company: Company) -> None:
    call(company, n3="Ana Petrov", n4="Rosa Lima", n5="Zoe Rossi", n6="Bo (ro)")
    number = start(company)
    found = offered(company, number, 2, "ro")
    assert [next(one for one in ("Petrov", "Rosa", "Rossi", "Bo (ro)") if one in text) for text in found] == [
        "Bo (ro)", "Rosa", "Rossi", "Petrov"
    ]  # fmt: skip


def test_a_colleague_is_told_from_another_by_the_team(company: Company) -> None:
    company.team("Support", [3])
    number = start(company)
    (support,), (nobodys,) = (offered(company, number, 2, name(one)) for one in (3, 4))
    assert "Support Add" in support
    assert "@name03" not in support
    assert "@name04 Add" in nobodys


def test_who_looks_for_themselves_is_told_why_not(company: Company) -> None:
    number = start(company)
    (mine,) = offered(company, number, 2, name(2))
    assert "You cannot name yourself." in mine
    assert find(company.browser(2), number, name(2)) == [], "and there is nothing to send"
    assert "No colleague is called that" not in words(submit(company.browser(2), f"/surveys/{number}/find", q=name(2)))


def test_the_seventh_name_leaves_no_field_that_scripts_would_look_for(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    assert 'hx-include="#f-q"' in company.browser(2).get("/surveys").get_data(as_text=True)
    give(company, number, 2, *range(4, 10))
    full = company.browser(2).get("/surveys").get_data(as_text=True)
    assert 'id="f-q"' not in full
    assert "#f-q" not in full


@pytest.mark.parametrize("ending", ["time", "now", "discarded"])
def test_a_survey_that_is_over_asks_nobody_any_more(company: Company, ending: str) -> None:
    number = start(company)
    company.settle()
    assert unread(company) == set(company.people)
    if ending == "time":
        company.later(30)
    else:
        path = "end" if ending == "now" else "cancel"
        assert submit(company.browser(ADMIN), f"/admin/surveys/{number}/{path}").status_code == 302
    company.settle()
    assert unread(company) == set()


def unread(company: Company) -> set[int]:
    asks = (Notification.kind == survey_end.OPEN, Notification.subject == survey.subject(1))
    with company.db.read() as conn:
        return set(conn.scalars(select(Notification.person_id).where(*asks, Notification.read_at.is_(None))))


def test_the_last_day_is_one_and_the_same_everywhere(company: Company) -> None:
    """It closes at midnight after it: nobody reads of the day after."""
    start(company)
    asks, desk = (words(company.browser(by).get(path)) for by, path in ((2, "/surveys"), (ADMIN, "/admin/surveys")))
    assert "You can change it until 30 May." in asks
    assert "Open until 30 May." in desk
    company.later(30)
    company.settle()
    asks, desk = (words(company.browser(by).get(path)) for by, path in ((2, "/surveys"), (ADMIN, "/admin/surveys")))
    assert "ended 30 May, 23:59" in asks
    assert "ended 30 May, 23:59" in desk


def test_to_discard_a_survey_is_no_word_for_closing_a_box(company: Company) -> None:
    start(company)
    page = words(company.browser(ADMIN).get("/admin/surveys"))
    assert "Discard the survey All answers are deleted, and there is no report." in page
    assert "Delete all answers Keep it open" in page
    assert "Cancel" not in page
