"""Customers join: the page, the answer that tells nothing, the button behind the link."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from renown import app
from renown.access import customers
from renown.access.models import JoinRequest, Login
from renown.notify import joins, mail
from renown.notify.models import Delivery
from renown.people.models import SUSPENDED, Person
from tests.web.conftest import Site
from tests.web.test_admin_rules import post, said
from tests.web.test_signin import send

URL = "http://renown.example"


@pytest.fixture
def open_site(site: Site) -> Site:
    """Where customers may join, with mail and an address."""
    renown = replace(site.renown, settings=replace(site.renown.settings, url=URL))
    with site.db.write() as conn:
        customers.set_policy(conn, "open")
        mail.save(conn, renown.keyring, mail.MailSettings("mail.example", "renown@example.com"))
    return replace(site, app=app.create_app(renown), renown=renown)


def link(site: Site) -> str:
    """The path in the last letter."""
    joins.drain(URL).work(site.db)
    with site.db.read() as conn:
        payload = conn.scalars(select(Delivery.payload).order_by(Delivery.id.desc()).limit(1)).one()
    return str(payload["url"]).removeprefix(URL)


def join(client: FlaskClient, email: str, path: str = "/join", **fields: str):  # type: ignore[no-untyped-def]
    return send(client, path, name="Zoe Quill", email=email, **fields)


def test_a_customer_joins_and_gets_to_the_page_that_was_wanted(open_site: Site) -> None:
    browser = open_site.as_("nobody")
    assert 'href="/join?next=%2Fideas"' in browser.get("/login?next=/ideas").get_data(as_text=True)
    asked = join(browser, "zoe@shop.example", "/join?next=/me/notifications")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/join/sent")
    assert "Look into your mail" in said(browser.get("/join/sent"))
    path, elsewhere = link(open_site), open_site.as_("nobody")
    looked = elsewhere.get(path)
    assert "zoe@shop.example" in said(looked)
    assert looked.headers["Cache-Control"] == "no-cache"
    assert elsewhere.get("/me/data").status_code == 302, "looking is not coming in"
    assert send(elsewhere, path).headers["Location"] == "/me/notifications"
    assert elsewhere.get("/me/data").status_code == 200
    again = open_site.as_("nobody").get(path)
    assert again.status_code == 404
    assert "used already" in said(again)
    with open_site.db.read() as conn:
        assert conn.scalar(select(Login.role).where(Login.email == "zoe@shop.example")) == "customer"


def test_the_answer_is_the_same_whoever_has_the_e_mail(open_site: Site) -> None:
    with open_site.db.write() as conn:
        conn.execute(update(Person).where(Person.id == open_site.people["moderator"]).values(status=SUSPENDED))
    answers, written = set(), []
    for who in ("new", "customer", "member", "moderator"):
        browser = open_site.as_("nobody")
        answer = join(browser, f"{who}@example.com")
        page = re.sub(r'value="[^"]+"|"X-CSRFToken": "[^"]+"', "", browser.get("/join/sent").get_data(as_text=True))
        answers.add((answer.status_code, answer.headers["Location"], answer.get_data(), page))
        with open_site.db.read() as conn:
            row = conn.execute(select(JoinRequest.name, JoinRequest.digest).order_by(JoinRequest.id.desc())).first()
            written.append((tuple(row or ()), conn.scalar(select(func.count()).select_from(Delivery))))
    assert len(answers) == 1
    assert set(written) == {(("Zoe Quill", None), 0)}, "the request looks nobody up and writes to nobody"


def test_programs_that_fill_in_every_field_get_the_same_answer_and_no_letter(open_site: Site) -> None:
    answer = join(open_site.as_("nobody"), "zoe@shop.example", website="https://spam.example")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/join/sent")
    with open_site.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(JoinRequest)) == 0


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(open_site: Site, wanted: str) -> None:
    join(open_site.as_("nobody"), "zoe@shop.example", f"/join?next={wanted}")
    assert send(open_site.as_("nobody"), link(open_site)).headers["Location"] == "/"


def test_errors_stand_beside_their_fields_and_too_many_tries_wait(open_site: Site) -> None:
    browser = open_site.as_("nobody")
    wrong = send(browser, "/join", name=" ", email="zoe at shop")
    assert wrong.status_code == 422
    assert "Write your name" in said(wrong)
    assert "Write an e-mail address" in said(wrong)
    for _ in range(5):
        join(browser, "zoe@shop.example")
    limited = join(browser, "Zoe@Shop.example ")
    assert limited.status_code == 429
    assert "Too many attempts" in said(limited)


def test_without_its_proof_the_form_is_refused(open_site: Site) -> None:
    answer = open_site.as_("nobody").post("/join", data={"name": "Zoe", "email": "zoe@shop.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("policy", ["no", "vouched"])
def test_there_is_no_page_of_joining_where_customers_do_not_join_by_e_mail(open_site: Site, policy: str) -> None:
    join(open_site.as_("nobody"), "zoe@shop.example")
    path = link(open_site)
    with open_site.db.write() as conn:
        customers.set_policy(conn, policy)
    browser = open_site.as_("nobody")
    for there in ("/join", "/join/sent", path):
        assert browser.get(there).status_code == 404
    assert "/join" not in browser.get("/login").get_data(as_text=True)


def test_without_mail_or_address_nobody_is_left_waiting(open_site: Site) -> None:
    nowhere = replace(open_site.renown, settings=replace(open_site.renown.settings, url=None))
    bare = replace(open_site, app=app.create_app(nowhere))
    page = bare.as_("nobody").get("/join").get_data(as_text=True)
    assert "not possible yet" in page
    assert 'href="/join' not in bare.as_("nobody").get("/login?next=/ideas").get_data(as_text=True)
    assert 'name="email"' not in page
    assert "No links can be sent yet" in said(bare.as_("administrator").get("/admin/settings"))
    assert "No links can be sent yet" not in said(open_site.as_("administrator").get("/admin/settings"))


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("/ideas", True),
        ("/ideas/product/new?title=a", True),
        ("/boards", False),
        ("/desk/ideas", False),
        ("//x", False),
    ],
)
def test_who_wants_a_page_for_customers_reads_first_how_they_come_in(open_site: Site, wanted: str, first: bool) -> None:
    page = open_site.as_("nobody").get(f"/login?next={wanted}").get_data(as_text=True)
    assert (page.index('id="customers"') < page.index('name="password"')) is first


def test_an_administrator_says_which_customers_may_join(site: Site) -> None:
    admin = site.as_("administrator")
    assert site.as_("nobody").get("/join").status_code == 404, "off until somebody says so"
    assert post(admin, "/admin/settings/customers", customers="everybody").status_code == 422
    assert post(admin, "/admin/settings/customers", customers="open").status_code == 302
    assert site.as_("nobody").get("/join").status_code == 200
    with site.db.read() as conn:
        assert customers.policy(conn) == "open"
    for role in ("moderator", "customer"):
        assert site.as_(role).get("/admin/settings").status_code == 404
