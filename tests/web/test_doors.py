"""What a plugin brings at load and the site then uses: a way to sign in, a directory, a command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from renown.access import customers
from renown.access.models import Login
from renown.cli import main
from renown.context.switching import set_enabled
from renown.people.models import Affiliation, Person
from tests.web.conftest import Site

DOOR = """
import click
from flask import Blueprint, redirect, request
from renown.api import (
    Account, Directory, IdentityProvider, Plugin, SignInRefused, enter_customer, hookimpl, local, opened,
)

plugin = Plugin(name="door", title="Door", summary="A way in.")


class Door(IdentityProvider):
    name, title, admits = "door", "Door Ltd", "known"

    def start(self, callback, state, nonce, ctx):
        return f"https://door.example.test/?state={state}&nonce={nonce}&back={callback}"

    def finish(self, query, callback, nonce, ctx):
        if query.get("code") == "broken":
            raise RuntimeError("no answer")
        return Account("1", query["email"], query.get("verified") == "yes")


class Book(Directory):
    name, title = "book", "The book"

    def rows(self, ctx):
        return [{"email": "ana@example.com", "name": "Ana", "affiliation": "partner"}]


@hookimpl
def identity_providers(ctx):
    return [Door()]


@hookimpl
def blueprints(ctx):
    pages = Blueprint("door", __name__)

    @pages.post("/door/shop")
    @opened(csrf=False)
    def shop():
        try:
            with ctx.writing() as inner:
                found = inner.customers.vouch("shop", request.form["subject"], request.form["email"], verified=True)
            enter_customer(found)
        except SignInRefused as error:
            return f"{type(error).__name__}: {error}", 422
        return redirect(local(request.form.get("next", "/")))

    @pages.post("/door/stale")
    @opened(csrf=False)
    def stale():
        with ctx.writing() as inner:
            found = inner.customers.vouch("shop", request.form["subject"], request.form["email"], verified=True)
        promote(found.person)
        enter_customer(found)
        return "in"

    return [pages]


def promote(person):
    pass


@hookimpl
def directories(ctx):
    return [Book()]


@hookimpl
def commands(ctx):
    @click.command("greet")
    @click.argument("name")
    def greet(name):
        with ctx.reading() as inner:
            click.echo(f"{inner.plugin} greets {name}")

    return [greet]
"""


@pytest.fixture(autouse=True)
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Installed as pip does it."""
    info = tmp_path / "door-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: door\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\ndoor = made_door\n")
    (tmp_path / "made_door.py").write_text(DOOR)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("made_door", None)


@pytest.fixture
def open_site(site: Site) -> Site:
    with site.db.write() as conn:
        customers.set_policy(conn, "vouched")
    set_enabled(site.db, site.renown.plugins, "door", True, actor_id=None, via="cli")
    return site


def begin(browser: FlaskClient) -> str:
    """The state that the provider is to bring back."""
    answer = browser.get("/login/with/door?next=/boards")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(browser: FlaskClient, **query: str) -> tuple[int, str]:
    answer = browser.get("/login/with/door/back", query_string=query)
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def test_who_an_administrator_let_in_signs_in_by_way_of_a_provider(open_site: Site) -> None:
    browser = open_site.app.test_client()
    assert "Sign in with Door Ltd" in browser.get("/login").get_data(as_text=True)
    state = begin(browser)
    assert come_back(browser, state=state, email="Member@example.com", verified="yes") == (302, "/boards")
    assert browser.get("/me/privacy").status_code == 200


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"email": "member@example.com"}, "not verified there"),
        ({"email": "stranger@example.com", "verified": "yes"}, "Ask an administrator"),
        ({"code": "broken"}, "did not say who you are"),
    ],
)
def test_nobody_else_does(open_site: Site, query: dict[str, str], text: str) -> None:
    browser = open_site.app.test_client()
    status, page = come_back(browser, state=begin(browser), **query)
    assert status == 422
    assert text in page
    assert browser.get("/me/privacy").status_code == 302


def test_a_provider_that_admits_customers_makes_one_of_a_stranger(
    open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["made_door"].Door, "admits", "customers")
    browser = open_site.app.test_client()
    asked = {"email": "stranger@example.com", "verified": "yes"}
    assert come_back(browser, state=begin(browser), **asked) == (302, "/boards")
    assert browser.get("/me/data").status_code == 200
    assert browser.get("/boards").status_code == 404, "a customer sees no boards"
    with open_site.db.read() as conn:
        assert conn.scalar(select(Login.role).where(Login.email == "stranger@example.com")) == "customer"


def test_a_provider_that_is_not_set_up_is_not_offered(open_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = open_site.app.test_client()
    for title in ("", property(lambda _self: 1 / 0)):
        monkeypatch.setattr(sys.modules["made_door"].Door, "title", title)
        assert "/login/with/door" not in browser.get("/login").get_data(as_text=True)
        assert browser.get("/login/with/door").status_code == 404


def test_a_plugins_view_lets_in_customers_whom_it_vouches_for(open_site: Site) -> None:
    browser = open_site.as_("member")
    came = browser.post("/door/shop", data={"subject": "7", "email": "Cleo@shop.example", "next": "/me/data"})
    assert (came.status_code, came.headers["Location"]) == (302, "/me/data")
    assert browser.get("/me/data").status_code == 200
    assert browser.get("/people").status_code == 404, "the session before is over"
    away = browser.post("/door/shop", data={"subject": "7", "email": "x", "next": "//evil.example"})
    assert away.headers["Location"] == "/"


@pytest.mark.parametrize("role", ["member", "moderator", "administrator"])
def test_no_plugin_lets_in_anybody_but_customers(open_site: Site, role: str) -> None:
    browser = open_site.app.test_client()
    answer = browser.post("/door/shop", data={"subject": "7", "email": f"{role}@example.com"})
    assert answer.status_code == 422
    assert "NotACustomer" in answer.get_data(as_text=True)
    assert browser.get("/me/data").status_code == 302


def test_who_became_a_colleague_meanwhile_does_not_come_in_on_a_plugins_word(
    open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def promote(person: int) -> None:
        with open_site.db.write() as conn:
            conn.execute(update(Login).where(Login.person_id == person).values(role="administrator"))

    monkeypatch.setattr(sys.modules["made_door"], "promote", promote)
    browser = open_site.app.test_client()
    assert browser.post("/door/stale", data={"subject": "7", "email": "cleo@shop.example"}).status_code == 500
    assert browser.get("/me/data").status_code == 302


def test_an_answer_that_was_not_asked_for_is_refused_and_one_is_taken_once(open_site: Site) -> None:
    browser = open_site.app.test_client()
    good = {"email": "member@example.com", "verified": "yes"}
    assert come_back(browser, state="", **good)[0] == 422
    state = begin(browser)
    assert come_back(browser, state=state + "x", **good)[0] == 422
    assert come_back(browser, state=state, **good)[0] == 422


def test_the_door_is_shut_while_its_plugin_is_off(site: Site) -> None:
    browser = site.app.test_client()
    assert browser.get("/login/with/door").status_code == 404
    assert "Door Ltd" not in browser.get("/login").get_data(as_text=True)


def test_a_directory_is_taken_over_by_a_job(open_site: Site) -> None:
    drain = next(one for one in open_site.renown.drains if one.name == "directory:book")
    for _ in range(2):
        assert not drain.work(open_site.db)
    with open_site.db.read() as conn:
        ana = conn.scalar(select(Person.id).where(Person.email == "ana@example.com"))
        assert conn.scalars(select(Affiliation.kind).where(Affiliation.person_id == ana)).all() == ["partner"]


def test_a_plugins_commands_stand_behind_its_name_while_it_is_on(
    open_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENOWN_DATABASE_URL", open_site.db.url)
    monkeypatch.setenv("RENOWN_DATA", str(tmp_path))
    found = CliRunner().invoke(main, ["door", "greet", "Ana"])
    assert found.output == "door greets Ana\n"
    assert "brings no commands" in CliRunner().invoke(main, ["activity", "count"]).output
    CliRunner().invoke(main, ["plugins", "disable", "door"])
    assert "door is disabled" in CliRunner().invoke(main, ["door", "greet", "Ana"]).output
    assert CliRunner().invoke(main, ["nothing"]).exit_code == 2
