"""Signing in and out, one-time links, tokens, and the first run."""

from __future__ import annotations

import re
from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import delete, select

from renown import app, clock
from renown.access import links, setup, signin, tokens
from renown.access.models import EndedSession, Login
from tests.web.conftest import Site

SECRET = "correct horse battery"


def send(client: FlaskClient, path: str, page: str | None = None, **fields: str):  # type: ignore[no-untyped-def]
    """Fill in the form on `page` and send it."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or path).get_data(as_text=True))
    assert found, f"no form on {page or path}"
    return client.post(path, data={"csrf_token": found[1], **fields})


def test_password_opens_the_page_that_was_wanted(site: Site) -> None:
    with site.db.write() as conn:
        signin.set_password(conn, site.people["administrator"], SECRET)
    client = site.as_("nobody")
    away = client.get("/admin")
    assert away.headers["Location"] == "/login?next=%2Fadmin"
    wrong = send(client, away.headers["Location"], email="administrator@example.com", password="not it at all")
    assert wrong.status_code == 422
    assert "E-mail or password is wrong." in wrong.get_data(as_text=True)
    right = send(client, away.headers["Location"], email="administrator@example.com", password=SECRET)
    assert right.headers["Location"] == "/admin"
    assert client.get("/admin").status_code == 200
    assert send(client, "/logout", "/no-such-page").headers["Location"] == "/login"
    assert client.get("/admin").status_code == 302


def test_nobody_is_sent_to_another_site(site: Site) -> None:
    with site.db.write() as conn:
        signin.set_password(conn, site.people["member"], SECRET)
    for wanted in ("//evil.example", "https://evil.example/", "/\\evil.example", "/%09/evil.example",
                   "/%09%5Cevil.example", "/%0D%0ASet-Cookie:x", "http://["):  # fmt: skip
        answer = send(site.as_("nobody"), f"/login?next={wanted}", email="member@example.com", password=SECRET)
        assert answer.headers["Location"] == "/"


def test_a_link_signs_in_once_and_not_when_it_is_only_looked_at(site: Site) -> None:
    with site.db.write() as conn:
        path = f"/login/link/{links.make(conn, site.people['administrator'])}"
    client = site.as_("nobody")
    assert client.get(path).status_code == 200
    assert client.get("/admin").status_code == 302
    assert send(client, path).headers["Location"] == "/"
    assert client.get("/admin").status_code == 200
    again = send(site.as_("nobody"), path)
    assert again.status_code == 422
    assert "used already" in again.get_data(as_text=True)


def test_a_token_does_what_its_scopes_say(site: Site) -> None:
    with site.db.write() as conn:
        made = tokens.add(conn, "scrape", ["metrics:read"])
        other = tokens.add(conn, "other", ["events:write"])
    stranger = site.as_("nobody")
    assert stranger.get("/metrics", headers={"Authorization": f"Bearer {made.token}"}).status_code == 200
    assert stranger.get("/metrics", headers={"Authorization": f"Bearer {other.token}"}).status_code == 403
    assert stranger.get("/metrics", headers={"Authorization": "Bearer rnw_made-up"}).status_code == 401
    with site.db.write() as conn:
        tokens.revoke(conn, made.id)
    assert stranger.get("/metrics", headers={"Authorization": f"Bearer {made.token}"}).status_code == 401


def test_the_first_run_makes_the_administrator(site: Site) -> None:
    with site.db.write() as conn:
        conn.execute(delete(Login))
        token = setup.begin(conn)
    assert token
    client = site.as_("nobody")
    assert client.get("/login").headers["Location"] == "/setup"
    fields = {"organisation": "Acme", "timezone": "Europe/Lisbon", "name": "Ana", "email": "ana@example.com"}
    refused = send(client, "/setup", token="made-up", password=SECRET, **fields)
    assert refused.status_code == 422
    weak = send(client, f"/setup/{token}", token=token, password="short", **fields)
    assert weak.status_code == 422
    assert "At least 12" in weak.get_data(as_text=True) or "at least 12" in weak.get_data(as_text=True)
    done = send(client, f"/setup/{token}", token=token, password=SECRET, **fields)
    assert done.headers["Location"] == "/admin"
    page = client.get("/admin")
    assert page.status_code == 200
    assert client.get("/setup").headers["Location"] == "/login"
    assert "Acme" in client.get("/no-such-page").get_data(as_text=True)


def test_a_token_makes_no_more_of_itself_and_lets_nobody_in(site: Site) -> None:
    mine = site.people["administrator"]
    with site.db.write() as conn:
        made = tokens.add(conn, "script", ["me:write", "tokens:write", "people:write"], person_id=mine)
    head, stranger = {"Authorization": f"Bearer {made.token}"}, site.as_("nobody")
    for path, fields in (
        ("/me/tokens", {"name": "more", "scopes": "audit:read", "days": "0"}),
        ("/admin/tokens", {"name": "more", "scopes": "audit:read", "days": "0"}),
        (f"/admin/people/{mine}/login", {"role": "link"}),
        ("/me/password", {"password": SECRET}),
    ):
        assert stranger.post(path, data=fields, headers=head).status_code == 404, path
    with site.db.read() as conn:
        assert [one.name for one in tokens.listed(conn)] == ["script"]


def test_a_link_leads_to_the_address_that_is_set_whatever_the_request_says(site: Site) -> None:
    settings = replace(site.renown.settings, url="http://renown.example")
    named = replace(site, app=app.create_app(replace(site.renown, settings=settings)))
    admin, base = named.as_("administrator"), f"/admin/people/{site.people['member']}"
    admin.environ_base["HTTP_HOST"] = "evil.example"
    page = send(admin, f"{base}/login", base, role="link").get_data(as_text=True)
    assert "http://renown.example/login/link/" in page
    assert "evil.example" not in page


def test_signing_out_ends_the_session_for_a_copy_of_its_cookie_and_for_no_other(site: Site) -> None:
    with site.db.write() as conn:
        signin.set_password(conn, site.people["member"], SECRET)
    here, elsewhere, thief = site.as_("nobody"), site.as_("nobody"), site.as_("nobody")
    for browser in (here, elsewhere):
        send(browser, "/login", email="member@example.com", password=SECRET)
    cookie = here.get_cookie("renown")
    assert cookie is not None
    thief.set_cookie("renown", cookie.value)
    assert thief.get("/me/privacy").status_code == 200
    send(here, "/logout", "/me/privacy")
    assert [one.get("/me/privacy").status_code for one in (here, thief, elsewhere)] == [302, 302, 200]


def test_signing_out_everywhere_ends_every_session_and_lets_one_in_again(site: Site) -> None:
    with site.db.write() as conn:
        signin.set_password(conn, site.people["member"], SECRET)
    browsers = [site.as_("nobody") for _ in range(2)]
    for browser in browsers:
        send(browser, "/login", email="member@example.com", password=SECRET)
    answer = send(browsers[0], "/me/sessions", "/me/accounts")
    assert answer.headers["Location"] == "/login"
    assert "You are signed out everywhere." in browsers[0].get("/login").get_data(as_text=True)
    assert [one.get("/me/privacy").status_code for one in browsers] == [302, 302]
    send(browsers[0], "/login", email="member@example.com", password=SECRET)
    assert browsers[0].get("/me/privacy").status_code == 200


def test_ended_sessions_are_forgotten_once_their_cookies_are_too_old(site: Site) -> None:
    with site.db.write() as conn:
        signin.end_session(conn, "long-ago")
    later = clock.now() + (signin.SESSION + 1) * clock.SECOND
    with clock.set_to(lambda: later):
        with site.db.write() as conn:
            signin.end_session(conn, "today")
            signin.end_session(conn, "today")
        signin.forget_ended(site.db)
    with site.db.read() as conn:
        assert conn.scalars(select(EndedSession.key)).all() == ["today"]
