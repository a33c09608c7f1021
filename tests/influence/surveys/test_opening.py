"""A survey from its opening to its end, and who is told of it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from renown import clock
from renown.access.viewer import ROLES, Viewer
from renown.api import PluginContext
from renown.db import stored
from renown.hooks import dispatch
from renown.hooks.guard import Fault
from renown.notify.models import Notification
from renown_influence import survey_end
from renown_influence.models import Answer, Survey
from tests.influence.company import ADMIN, Company, submit, words
from tests.influence.surveys.answering import LAST, answers, give, report, start


def test_one_at_a_time_within_bounds(company: Company) -> None:
    client = company.browser(ADMIN)
    for title, last, said in (
        ("", LAST, "A title has 1 to 120 characters."),
        ("x" * 121, LAST, "A title has 1 to 120 characters."),
        ("Spring", "2026-05-20", "The last day is tomorrow at the earliest"),
        ("Spring", "2027-05-20", "within 92 days"),
        ("Spring", "soon", "The last day is a date"),
    ):
        answer = submit(client, "/admin/surveys", title=title, last_day=last)
        assert (answer.status_code, said in words(answer)) == (422, True), words(answer)
    start(company)
    answer = submit(client, "/admin/surveys", title="Another", last_day=LAST)
    assert answer.status_code == 422
    with company.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Survey)) == 1


def test_it_ends_at_the_organisations_midnight(company: Company) -> None:
    with company.db.write() as conn:
        stored.put(conn, "core", "timezone", "America/New_York")
    start(company)
    with company.db.read() as conn:
        ends = conn.scalars(select(Survey.closes_at)).one()
    assert clock.to_datetime(ends).isoformat() == "2026-05-31T04:00:00+00:00"


def test_ended_early_or_cancelled(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    assert submit(company.browser(ADMIN), f"/admin/surveys/{number}/end").status_code == 302
    company.settle()
    assert answers(company) == set()
    assert report(company, number) == {"few": True}
    assert "There is no report" in words(company.browser(3).get(f"/surveys/{number}"))
    second = start(company, "Second")
    give(company, second, 2, 3)
    submit(company.browser(ADMIN), f"/admin/surveys/{second}/cancel")
    company.settle()
    assert answers(company) == set()
    assert company.browser(3).get(f"/surveys/{second}").status_code == 404
    client = company.browser(ADMIN)
    submit(client, f"/admin/surveys/{second}/end")
    assert "This survey has ended." in words(client.get("/admin/surveys"))


def test_an_answer_in_the_last_moment_is_in_the_report_or_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is committed while the report is being made: the report is made again."""
    number = start(company)
    for by in range(2, 7):
        give(company, number, by, 9)
    company.later(30)
    rows, late = survey_end._rows, [True]

    def slow(ctx: PluginContext, due: int) -> survey_end.Rows:
        found = rows(ctx, due)
        if late.pop() if late else False:
            with company.db.write() as conn:
                values = {"survey_id": number, "person_id": company.people[8], "named_id": company.people[9]}
                conn.execute(insert(Answer).values(values))
        return found

    monkeypatch.setattr(survey_end, "_rows", slow)
    company.settle()
    assert report(company, number)["answers"] == 6
    assert answers(company) == set()


def test_employees_hear_of_it_once_and_home_reminds_them(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_end, "_AT_ONCE", 7)
    monkeypatch.setattr(dispatch, "PANELS_BUDGET", 60)

    def told(kind: str) -> set[int]:
        with company.db.read() as conn:
            people = conn.scalars(select(Notification.person_id).where(Notification.kind == kind)).all()
        assert len(set(people)) == len(people)
        return set(people)

    def home(n: int) -> str:
        return words(company.browser(n).get("/panels/influence/home"))

    number = start(company)
    for _ in range(2):
        company.settle()
    assert told(survey_end.OPEN) == set(company.people)
    assert "Whose work do you rely on?" in home(2)
    assert "Open until 30 May." in home(2)
    for by in range(2, 8):
        give(company, number, by, 9)
    assert "You named 1 of at most 7." in home(2)
    company.later(12)
    for _ in range(2):
        company.settle()
    assert told(survey_end.REPORT) == set(company.people)
    assert "The report is there." in home(2)
    company.later(14)
    assert "The report is there." not in home(2)


def test_a_report_that_says_nothing_is_not_told_of(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    company.later(30)
    for _ in range(2):
        company.settle()
    with company.db.read() as conn:
        assert conn.scalars(select(Notification.id).where(Notification.kind == survey_end.REPORT)).all() == []
    assert report(company, number) == {"few": True}


def test_panels_bear_anybody(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "PANELS_BUDGET", 60)
    start(company)
    for role in ROLES:
        for person in (None, company.people[2], company.customer):
            with company.db.read() as conn:
                found = company.renown.dispatcher.panels("influence", "home", None, Viewer(person, role), conn)
            assert not isinstance(found, Fault)
            assert not found or (role not in ("nobody", "customer") and person == company.people[2])
