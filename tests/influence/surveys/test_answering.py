"""Answers to a survey: whom one may name, until when, and who may do what."""

from __future__ import annotations

import pytest

from renown import clock
from renown.access import tokens
from renown.access.viewer import Viewer
from renown.people import persons
from renown_influence import survey, survey_naming
from tests.influence.company import ADMIN, Company, name, submit, words
from tests.influence.surveys.answering import LAST, answers, find, give, start


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
