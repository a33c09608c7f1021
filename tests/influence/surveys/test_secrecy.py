"""Nobody learns what somebody answered: not by pages, exports, logs or counts."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text, update

from renown.access.viewer import ROLES
from renown.audit.models import Audit
from renown.events.models import Event
from renown.notify.models import Notification
from renown.people import export
from renown.people.models import Person
from renown_influence.models import Answer
from tests.influence.company import ADMIN, Company, name, submit, words
from tests.influence.surveys.answering import give, start


def test_an_answer_leaves_no_trace_elsewhere(company: Company, capfd: pytest.CaptureFixture[str]) -> None:
    number = start(company)
    company.settle()

    def traces() -> list[int | None]:
        with company.db.read() as conn:
            return [conn.scalar(select(func.count()).select_from(table)) for table in (Event, Audit, Notification)]

    before = traces()
    capfd.readouterr()
    give(company, number, 9, 12, 4)
    submit(company.browser(9), f"/surveys/{number}/unname", person=str(company.people[4]))
    company.settle()
    assert traces() == before
    out, err = capfd.readouterr()
    assert name(12) not in out + err
    with company.db.read() as conn:
        names = inspect(conn).get_table_names()
        kept = [one for one in names if holds(conn, one, company.people[9], company.people[12])]
    assert kept == ["influence_answer"]


def holds(conn: Connection, table: str, *people: int) -> bool:
    """Whether a row of the table names all of these people, in whatever columns."""
    rows = conn.execute(text(f"SELECT * FROM {table}")).all()
    return any(set(people) <= {one for one in row if isinstance(one, int)} for row in rows)


@pytest.mark.parametrize("role", [*ROLES, "other"])
def test_nobody_else_sees_an_answer(company: Company, role: str) -> None:
    """Of whatever role: on every page and in every answer of the API that takes no further argument."""
    number = start(company)
    secret = "Xanthippe"
    with company.db.write() as conn:
        conn.execute(update(Person).where(Person.id == company.people[9]).values(name=secret))
    give(company, number, 2, 5)
    with company.db.write() as conn:
        values = {"survey_id": number, "person_id": company.people[2], "named_id": company.people[9]}
        conn.execute(insert(Answer).values(values))
    by = {"nobody": None, "customer": -1, "moderator": 1, "administrator": 0}.get(role, 3)
    client = company.browser(by)
    seen = 0
    for rule in company.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and "survey" in rule.rule:
            page = client.get(rule.rule).get_data(as_text=True)
            assert secret not in page, rule.rule
            seen += 1
    assert seen >= 2
    for path in (f"/surveys/{number}", f"/surveys/{number}.json", f"/surveys/{number}.csv"):
        assert client.get(path).status_code in (302, 401, 404)
    assert secret in words(company.browser(2).get("/surveys"))


def test_exports_and_the_audit_log_do_not_tell(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    company.settle()
    with company.db.read() as conn:
        for n in (0, 1, 3):
            told = str(export.export(conn, company.people[n]))
            assert name(2) not in told
        acts = conn.execute(select(Audit.action, Audit.details)).all()
    mine = [act for act in acts if act.action.startswith("influence.")]
    assert [act.action for act in mine] == ["influence.survey-opened"]
    assert set(mine[0].details) == {"title", "closes_at"}


def test_ones_own_file_has_ones_own_answer_and_nobody_elses_has(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    for n in (2, 3, 0):
        told = company.browser(n).get("/me/data.json").get_json()["influence"]["survey_answers"]
        assert told == ([{"survey": "Spring", "named": [name(3)]}] if n == 2 else [])
    other = company.browser(0).get(f"/admin/people/{company.people[2]}/export.json").get_json()["influence"]
    assert "survey_answers" not in other


def test_how_many_answered_is_told_in_fives(company: Company) -> None:
    number = start(company)
    for by in range(2, 8):
        give(company, number, by, 9)
        said = "Fewer than 5 employees answered" if by < 6 else "5 or more employees answered"
        assert said in words(company.browser(ADMIN).get("/admin/surveys"))
