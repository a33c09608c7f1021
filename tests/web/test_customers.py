"""What customers and strangers meet: their own chrome, none of the employees' words, and no colleagues."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from renown import app
from renown.access import customers, tokens
from renown.access.viewer import Viewer
from renown.clock import DAY
from renown.db import stored
from renown.events import log
from renown.hooks.types import NavItem
from renown.notify import mail
from renown.people import affiliations, persons
from renown.people.models import Affiliation
from tests.events.kit import connect, event
from tests.web.conftest import Site
from tests.web.test_admin_rules import _work, said
from tests.web.test_signin import send

#: What employees read about, and nobody else.
EMPLOYEES = re.compile(
    r"\b(points?|boards?|leaderboards?|ranks?|people|teams?|colleagues?|rules?|administrators?|appraisal|networks?|leave"
    r"|managers?|affiliations?|entries|standings|search)\b",
    re.IGNORECASE,
)
#: The pages of customers, and of whoever is not in.
PAGES = {
    "customer": (
        "/me/privacy", "/me/notifications", "/me/accounts", "/me/data", "/me/keyboard", "/notifications",
        "/no-such-page",
    ),
    "nobody": ("/join", "/join/sent", "/no-such-page"),
}  # fmt: skip


def words(page: str) -> str:
    """All that stands on it, the chrome too, and what is only read out."""
    labels = " ".join(re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', page))
    body = page.split("<body")[1]
    return re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)) + " " + labels


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_no_page_of_theirs_has_employees_words(site: Site, role: str, path: str) -> None:
    with site.db.write() as conn:
        customers.set_policy(conn, "open")
    answer = site.as_(role).get(path)
    assert answer.status_code in (200, 404)
    found = EMPLOYEES.findall(words(answer.get_data(as_text=True)))
    assert not found, f"{path} says {found}"


def test_their_top_has_what_plugins_have_for_them_and_a_way_in(site: Site) -> None:
    renown = replace(site.renown, settings=replace(site.renown.settings, url="http://renown.example"))
    site = replace(site, app=app.create_app(renown), renown=renown)

    def links(role: str, path: str = "/me/privacy") -> list[str]:
        page = site.as_(role).get(path).get_data(as_text=True)
        return re.findall(r'href="([^"]+)"', page.split("<header")[1].split("</header>")[0])

    assert "/ideas" in links("customer")
    assert not {"/boards", "/people", "/search", "/me/tokens", "/admin", "/influence"} & set(links("customer"))
    assert not any(one.startswith("/people/") for one in links("customer"))
    stranger = links("nobody", "/no-such-page")
    assert {"/ideas", "/login"} <= set(stranger)
    assert not any(one.startswith("/join") for one in stranger)
    with site.db.write() as conn:
        customers.set_policy(conn, "open")
    assert "/join" not in links("nobody", "/no-such-page"), "nobody gets in by it without mail"
    with site.db.write() as conn:
        mail.save(conn, renown.keyring, mail.MailSettings("mail.example", "renown@example.com"))
    assert "/join" in links("nobody", "/no-such-page")
    assert "/login?next=%2Fideas%3Fsort%3Dnew" in links("nobody", "/ideas?sort=new")


def test_the_search_for_people_leads_on_to_ideas(site: Site) -> None:
    page = site.as_("member").get("/search?q=dark+mode").get_data(as_text=True)
    assert 'placeholder="Find people"' in page
    assert "0 results for “dark mode” among people, teams and rules" in said(
        site.as_("member").get("/search?q=dark+mode")
    )
    assert "/ideas?q=dark" in page


def test_their_privacy_page_promises_no_more_than_their_data_keep(site: Site) -> None:
    page = said(site.as_("customer").get("/me/privacy"))
    assert "nobody rates you" not in page, "influence reckons them too"
    assert "in your data for you to read" in page


def test_plugins_are_asked_for_strangers_and_say_themselves_what_is_for_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Viewer] = []
    real = site.renown.dispatcher.navigation

    def navigation(viewer: Viewer, place: str) -> list[NavItem]:
        asked.append(viewer)
        return real(viewer, place)  # type: ignore[arg-type]

    monkeypatch.setattr(site.renown.dispatcher, "navigation", navigation)
    page = site.as_("nobody").get("/login").get_data(as_text=True)
    assert Viewer() in asked
    assert "/influence" not in page


def test_the_start_page_leads_each_to_where_they_begin(site: Site) -> None:
    def start(role: str) -> str | None:
        return site.as_(role).get("/").headers.get("Location")

    assert start("nobody") == "/login", "a site for employees alone asks them to sign in"
    assert start("customer") == "/ideas"
    assert start("member") is None
    with site.db.write() as conn:
        customers.set_policy(conn, "vouched")
    assert start("nobody") == "/ideas"
    with site.db.write() as conn:
        reader = tokens.add(conn, "reader", ["boards:read"], person_id=site.people["member"]).token
    answer = site.as_("nobody").get("/", headers={"Authorization": f"Bearer {reader}"})
    assert answer.status_code == 404, "the page needs me:read, as before"


def test_a_customer_chooses_among_notices_that_are_for_customers(site: Site) -> None:
    page = said(site.as_("customer").get("/me/notifications"))
    assert "Your idea arrived" in page
    for other in ("points were adjusted", "account is linked", "A survey is open"):
        assert other not in page
    employee = said(site.as_("member").get("/me/notifications"))
    assert "points were adjusted" in employee
    assert "Somebody asks about a change" not in employee
    assert "Somebody asks about a change" in said(site.as_("moderator").get("/me/notifications"))


def test_a_customer_signs_out_everywhere_and_has_no_password_to_change(site: Site) -> None:
    browser = site.as_("customer")
    page = said(browser.get("/me/accounts"))
    assert "customer@example.com" in page
    assert "Password" not in page
    proof = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/me/accounts").get_data(as_text=True))
    assert proof
    assert browser.post("/me/sessions", data={"csrf_token": proof[1]}).status_code == 302
    assert browser.get("/me/accounts").status_code == 302


def test_a_customer_has_no_choice_about_numbers_they_do_not_have(site: Site) -> None:
    browser = site.as_("customer")
    proof = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/me/privacy").get_data(as_text=True))
    assert proof
    assert browser.post("/me/privacy", data={"csrf_token": proof[1], "shown": "yes"}).status_code == 404


def test_customers_appear_on_no_page_of_colleagues(site: Site) -> None:
    """Not though they did more than anybody, under the same name, in a place where customers write."""
    with site.db.write() as conn:
        customers.set_policy(conn, "open")
        stored.put(conn, "core", "privacy", "open")
        zoe = customers.admit(conn, "zoe@shop.example", "Zoe Quill").person_id
    source = connect(site.db, "slack:T9", affiliation="customer")
    acts = [event(f"like{n}", actor=f"u{n}", thing=f"m{n}", owner="zoe", minute=n) for n in range(20)]
    with site.db.write() as conn:
        log.append(conn, [(source, acts)])
        account = persons.by_account(conn, "zoe")
    assert account is not None
    _work(site)
    with site.db.read() as conn:
        handles = [persons.get(conn, one).handle for one in (zoe, account)]
    for role in ("member", "administrator"):
        browser = site.as_(role)
        for path in ("/people", "/people?q=zoe", "/search?q=zoe", "/boards/activity.points?period=all", "/teams",
                     "/api/v1/people?search=zoe", "/ask?topic=zoe"):  # fmt: skip
            page = browser.get(path, follow_redirects=True).get_data(as_text=True)
            assert "Quill" not in page, f"{role}: {path}"
        assert "shop.example" not in browser.get("/people").get_data(as_text=True)
        for handle in handles:
            assert browser.get(f"/people/{handle}").status_code == 404
    with site.renown.contexts.of("ideation").reading() as ctx:
        assert not ctx.people.search(Viewer(site.people["member"], "member"), "zoe")
        assert not ctx.people.employees([zoe, account])
        assert not ctx.people.shown(Viewer(site.people["administrator"], "administrator"), [zoe])
        assert zoe not in ctx.teams.everybody(ctx.clock.now() // DAY)[0] or not ctx.teams.of(zoe)


def test_whom_an_administrator_lets_in_as_a_customer_is_no_colleague(site: Site) -> None:
    with site.db.write() as conn:
        stored.put(conn, "core", "privacy", "open")
        zoe = persons.add(conn, "Zoe Quill", "zoe@shop.example")
        partner = persons.add(conn, "Zoe Partner", "partner@shop.example")
        affiliations.affiliate(conn, partner, "partner")
    for person in (zoe, partner):
        page = f"/admin/people/{person}"
        sent = send(site.as_("administrator"), f"{page}/login", page, role="customer", email=f"z{person}@shop.example")
        assert sent.status_code == 302
    assert "Quill" not in said(site.as_("member").get("/people"))
    with site.db.read() as conn:
        kinds = dict(conn.execute(select(Affiliation.person_id, Affiliation.kind)).all())
        assert (kinds[zoe], kinds[partner]) == ("customer", "partner"), "what was said stays"
