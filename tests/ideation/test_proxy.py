"""Votes that staff enter for customers: told by mail, taken back by a link, never against their word."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from renown import app
from renown.access import customers
from renown.access.models import Login
from renown.access.signin import SignInRefused
from renown.audit.models import Audit
from renown.notify import mail
from renown.notify.models import Delivery
from renown.people.models import Person
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import act, address, below, bring, number, page, put

SITE = "http://ideas.example"


@pytest.fixture
def office(company: Company) -> Company:
    """One that knows its address, and sends mail."""
    settings = replace(company.renown.settings, url=SITE)
    company.renown.contexts.parts.settings = settings
    company.app = app.create_app(replace(company.renown, settings=settings))
    with company.db.write() as conn:
        mail.save(conn, company.renown.keyring, mail.MailSettings("mail.example", "renown@example.com"))
    company.board()
    return company


def letters(company: Company) -> list[tuple[str, str]]:
    with company.db.read() as conn:
        return [(row.address, row.payload["body"]) for row in conn.execute(select(Delivery.address, Delivery.payload))]


def link(body: str) -> str:
    found = re.search(rf"{SITE}(/ideas/entered/\S+)", body)
    assert found is not None
    return found[1]


def test_a_vote_for_a_customer_who_is_told_and_takes_it_back_without_account(office: Company) -> None:
    idea = bring(office, "Dark mode", by="eve")
    put(office, idea, owner_id=office.people["emil"])
    given = {"email": "Zoe@Shop.example", "name": "Zoe Quill", "note": "on the phone"}
    for stranger in ("eve", "cleo"):
        assert submit(office.browser(stranger), below(idea, "entered"), **given).status_code == 404
    assert submit(office.browser("emil"), below(idea, "entered"), **given).status_code == 302
    assert number(office, idea) == 1
    ((to, body),) = letters(office)
    assert to == "Zoe@Shop.example"
    assert "Dark mode" in body
    for staff in ("mo", "emil"):
        seen = page(office, staff, address(office, idea))
        assert "Zoe Quill" in seen
        assert "on the phone" in seen
    assert "on the phone" not in page(office, "eve", address(office, idea))
    with office.db.read() as conn:
        acts = conn.scalars(select(Audit.actor_id).where(Audit.action == "ideation.proxy-vote")).all()
        assert acts == [office.people["emil"]]
    client = office.app.test_client()
    assert "Take this vote back?" in words(client.get(link(body)))
    assert number(office, idea) == 1, "to look is not to take back"
    assert "It is taken back" in words(client.post(link(body)))
    assert number(office, idea) == 0
    assert "No vote stands for you here" in words(client.get(link(body)))
    refused = submit(office.browser("mo"), below(idea, "entered"), **given)
    assert refused.status_code == 422
    assert "They took back a vote" in words(refused)
    assert len(letters(office)) == 1
    forged = list(link(body))
    # Not the last one: its low bits carry nothing, so another letter there may say the same.
    forged[-2] = "A" if forged[-2] != "A" else "B"
    assert client.post("".join(forged)).status_code == 404


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("eve@example.com", "They work here"),
        ("cleo@example.com", "They voted for it already"),
        ("not an e-mail", "Write an e-mail address"),
    ],
)
def test_nobody_is_voted_for_who_votes_themselves(office: Company, email: str, why: str) -> None:
    idea = bring(office, "Dark mode", by="eve")
    assert act(office, "cleo", below(idea, "vote"), vote="on") == 302
    answer = submit(office.browser("mo"), below(idea, "entered"), email=email)
    assert answer.status_code == 422
    assert why in words(answer)
    assert number(office, idea) == 1
    assert letters(office) == []


def test_where_they_could_not_be_told_or_may_not_read_nobody_is_made_known(office: Company) -> None:
    office.board("inner", audience="employees")
    inner, idea = bring(office, "Quiet rooms", board="inner"), bring(office, "Dark mode")
    closed = bring(office, "Light mode")
    put(office, closed, state="declined", due_at=None)
    given = {"email": "zoe@shop.example"}
    assert act(office, "mo", below(inner, "entered", "inner"), **given) == 422
    assert act(office, "mo", below(closed, "entered"), **given) == 422
    office.renown.contexts.parts.settings = replace(office.renown.settings, url=None)
    refused = submit(office.browser("mo"), below(idea, "entered"), **given)
    assert "they could not be told" in words(refused)
    with office.db.read() as conn:
        assert conn.scalar(select(Person.id).where(Person.email == "zoe@shop.example")) is None


def test_who_was_introduced_cannot_sign_in_by_that_and_is_the_same_person_later(office: Company) -> None:
    idea = bring(office, "Dark mode", by="eve")
    assert act(office, "mo", below(idea, "entered"), email="zoe@shop.example") == 302
    with office.db.write() as conn:
        person = conn.scalar(select(Person.id).where(Person.email == "zoe@shop.example"))
        assert conn.scalar(select(Login.person_id).where(Login.person_id == person)) is None
        assert customers.policy(conn) == "no"
        with pytest.raises(SignInRefused):
            customers.vouch(conn, "ideation", "shop", "4711", "zoe@shop.example", verified=True)
        customers.set_policy(conn, "vouched")
        entered = customers.vouch(conn, "ideation", "shop", "4711", "zoe@shop.example", verified=True)
        assert entered.person_id == person
    # What she gives herself from then on is hers: the link in the mail does not touch it.
    office.people["zoe"] = int(person or 0)
    with office.db.write() as conn:
        conn.execute(update(Person).where(Person.id == person).values(name="Zoe"))
    assert act(office, "zoe", below(idea, "vote"), vote="off") == 302
    assert act(office, "zoe", below(idea, "vote"), vote="on") == 302
    assert "you voted yourself since" in words(office.app.test_client().get(link(letters(office)[0][1])))
    office.app.test_client().post(link(letters(office)[0][1]))
    assert number(office, idea) == 1
