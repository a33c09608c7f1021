"""A survey from its opening to its report: who may do what, and that nobody learns what somebody answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, insert, inspect, select, text, update

from renown import clock
from renown.access import tokens
from renown.access.viewer import ROLES, Viewer
from renown.audit.models import Audit
from renown.db import stored
from renown.events.models import Event
from renown.hooks import dispatch
from renown.hooks.guard import Fault
from renown.notify.models import Notification
from renown.people import erase, export, merge, persons
from renown.people.models import Person
from renown_influence import run, survey, survey_end, survey_naming
from renown_influence.models import AddressAnswer, Answer, Survey
from tests.influence.company import ADMIN, Company, name, opened, settled, submit, words
from tests.ready import Ready

LAST = "2026-05-30"
SIZE = 24
_OFFERED = re.compile(r'name="colleague" value="([^"]+)"')


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(settled(SIZE), tmp_path) as url, opened(url, tmp_path) as made:
        yield made


def start(company: Company, title: str = "Spring", last: str = LAST) -> int:
    answer = submit(company.browser(ADMIN), "/admin/surveys", title=title, last_day=last)
    assert answer.status_code == 302, words(answer)
    with company.db.read() as conn:
        return int(conn.scalars(select(Survey.id).where(Survey.open.is_(True))).one())


def find(client: FlaskClient, number: int, wanted: str) -> list[str]:
    """The tokens that the page offers."""
    answer = submit(client, f"/surveys/{number}/find", q=wanted)
    assert answer.status_code == 200
    return _OFFERED.findall(answer.get_data(as_text=True))


def give(company: Company, number: int, by: int, *named: int) -> None:
    client = company.browser(by)
    for one in named:
        (token,) = find(client, number, name(one))
        assert submit(client, f"/surveys/{number}/name", colleague=token).status_code == 200


def give_address(company: Company, number: int, by: int, *written: str) -> None:
    client = company.browser(by)
    for one in written:
        token = find(client, number, one)[-1]
        assert submit(client, f"/surveys/{number}/name", colleague=token).status_code == 200


def fill(company: Company, number: int, *given: tuple[int, int]) -> None:
    """Who named whom: as the pages would write it."""
    rows = [
        {"survey_id": number, "person_id": company.people[by], "named_id": company.people[named]} for by, named in given
    ]
    with company.db.write() as conn:
        conn.execute(insert(Answer), rows)


def close(company: Company) -> None:
    company.later(30)
    company.settle()


def addresses(company: Company) -> set[tuple[int, str]]:
    """Who named which address."""
    place = {person: n for n, person in enumerate(company.people)}
    with company.db.read() as conn:
        rows = conn.execute(select(AddressAnswer.person_id, AddressAnswer.address))
        return {(place[row.person_id], row.address) for row in rows}


def answers(company: Company) -> set[tuple[int, int]]:
    """Who named whom, by number."""
    place = {person: n for n, person in enumerate(company.people)}
    with company.db.read() as conn:
        rows = conn.execute(select(Answer.person_id, Answer.named_id))
        return {(place[row.person_id], place[row.named_id]) for row in rows}


def report(company: Company, number: int, by: int = 2) -> dict[str, object]:
    answer = company.browser(by).get(f"/surveys/{number}.json")
    assert answer.status_code == 200
    return dict(answer.get_json()["report"])


# Its life


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
    points, influence = report(company, number)["compared"]  # type: ignore[misc]
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


def test_answers_change_until_the_end_and_never_after(company: Company) -> None:
    number = start(company)
    client = company.browser(2)
    give(company, number, 2, 3, 4)
    submit(client, f"/surveys/{number}/unname", person=str(company.people[3]))
    assert answers(company) == {(2, 4)}
    (token,) = find(client, number, name(5))
    company.later(30)
    for path, values in (("name", {"colleague": token}), ("unname", {"person": str(company.people[4])})):
        late = submit(client, f"/surveys/{number}/{path}", **values)
        assert (late.status_code, "This survey has ended." in words(late)) == (422, True)
    assert answers(company) == {(2, 4)}


def test_up_to_seven_others_each_once(company: Company) -> None:
    number = start(company)
    client = company.browser(2)
    (token,) = find(client, number, name(3))
    for _ in range(2):
        submit(client, f"/surveys/{number}/name", colleague=token)
    assert answers(company) == {(2, 3)}
    (eighth,) = find(client, number, name(11))
    give(company, number, 2, 4, 5, 6, 7, 8, 9)
    refused = submit(client, f"/surveys/{number}/name", colleague=eighth)
    assert len(answers(company)) == 7
    assert (refused.status_code, "You named 7. Take one away to name another." in words(refused)) == (422, True)
    assert "Find a colleague" not in words(client.get("/surveys"))


def test_nobody_names_oneself_or_somebody_who_is_no_employee(company: Company) -> None:
    number = start(company)
    client = company.browser(2)
    assert find(client, number, name(2)) == []
    assert find(client, number, "Customer") == []
    assert find(client, number, "N") == [], "one letter is no search"
    with company.writing() as ctx:
        me = Viewer(company.people[2], "member")
        for person in (company.people[2], company.customer):
            forged = ctx.sign.make("named", [number, company.people[2], person])
            with pytest.raises(survey.Refused, match="work here"):
                survey_naming.name(ctx, me, number, forged)
    assert answers(company) == set()


def test_whoever_is_hidden_since_they_were_offered_is_refused_as_if_they_had_left(company: Company) -> None:
    number, client = start(company), company.browser(2)
    tokens = [find(client, number, name(n))[0] for n in (3, 4)]
    company.preset("opt-out", 3)
    with company.db.write() as conn:
        persons.leaves(conn, company.people[4], 1, company.now // clock.DAY)
    company.settle()
    hidden, left = (submit(client, f"/surveys/{number}/name", colleague=one) for one in tokens)
    assert "By name one names others" in words(hidden)
    assert (hidden.status_code, words(hidden)) == (left.status_code, words(left))
    assert answers(company) == set()


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

    def slow(ctx: object, due: int) -> object:
        found = rows(ctx, due)  # type: ignore[arg-type]
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


# Secrecy


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
        assert client.get(path).status_code in (302, 404)
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


def test_what_was_offered_to_one_is_of_no_use_to_another(company: Company) -> None:
    number = start(company)
    (token,) = find(company.browser(2), number, name(3))
    submit(company.browser(4), f"/surveys/{number}/name", colleague=token)
    submit(company.browser(4), f"/surveys/{number}/name", colleague=token[:-2])
    submit(company.browser(4), f"/surveys/{number}/name", colleague="")
    assert answers(company) == set()
    give(company, number, 2, 3)
    submit(company.browser(4), f"/surveys/{number}/unname", person=str(company.people[3]))
    assert answers(company) == {(2, 3)}
    for wrong in ("", "x", "-1", "9" * 40):
        assert submit(company.browser(4), f"/surveys/{number}/unname", person=wrong).status_code == 422


def test_forms_need_their_proof(company: Company) -> None:
    number = start(company)
    (token,) = find(company.browser(2), number, name(3))
    assert company.browser(2).post(f"/surveys/{number}/name", data={"colleague": token}).status_code == 400
    for path in ("unname", "find", "_found"):
        assert company.browser(2).post(f"/surveys/{number}/{path}", data={"q": "x"}).status_code == 400
    for path in ("/admin/surveys", f"/admin/surveys/{number}/end", f"/admin/surveys/{number}/cancel"):
        assert company.browser(ADMIN).post(path, data={}).status_code == 400
    assert answers(company) == set()


def test_only_administrators_open_and_end_and_only_employees_answer(company: Company) -> None:
    number = start(company)
    for by in (1, 2):
        client = company.browser(by)
        assert client.get("/admin/surveys").status_code == 404
        for path in ("/admin/surveys", f"/admin/surveys/{number}/end", f"/admin/surveys/{number}/cancel"):
            assert submit(client, path, title="x", last_day=LAST).status_code == 404
    customer = company.browser(-1)
    assert customer.get("/surveys").status_code == 404
    assert submit(customer, f"/surveys/{number}/find", q="Name").status_code == 404
    assert company.browser(None).get("/surveys").status_code == 302


def test_no_token_reads_or_gives_an_answer(company: Company) -> None:
    number = start(company)
    give(company, number, 2, 3)
    with company.db.write() as conn:
        scopes = ["influence.read", "boards:read", "people:read", "me:read"]
        made = tokens.add(conn, "mine", scopes, person_id=company.people[2], actions=scopes)
    head = {"Authorization": f"Bearer {made.token}"}
    client = company.app.test_client()
    page = client.get("/surveys", headers=head)
    assert page.status_code == 200
    assert name(3) not in page.get_data(as_text=True)
    for path in ("find", "_found", "name", "unname"):
        assert client.post(f"/surveys/{number}/{path}", data={"q": "Name"}, headers=head).status_code == 404
    assert answers(company) == {(2, 3)}


# Who is shown


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
    assert everybody["compared"][0]["overlaps"]  # type: ignore[index]
    company.preset("opt-out", 8)
    for path in ("", ".json", ".csv"):
        told = company.browser(9).get(f"/surveys/{number}{path}").get_data(as_text=True)
        assert "not shown by name" not in told
        assert "of the 7 most named" not in told
    found = report(company, number, 9)
    assert len(found["most"]) == 6  # type: ignore[arg-type]
    assert found["compared"][0]["overlaps"] == [], "it would say that there are seven"  # type: ignore[index]
    company.preset("opt-out", *range(3, 9))
    assert "5 or more others are not shown by name." in words(company.browser(9).get(f"/surveys/{number}"))


# Merges and erasures


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


def test_panels_bear_anybody(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "PANELS_BUDGET", 60)
    start(company)
    for role in ROLES:
        for person in (None, company.people[2], company.customer):
            with company.db.read() as conn:
                found = company.renown.dispatcher.panels("influence", "home", None, Viewer(person, role), conn)
            assert not isinstance(found, Fault)
            assert not found or (role not in ("nobody", "customer") and person == company.people[2])
