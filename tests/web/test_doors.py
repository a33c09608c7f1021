"""What a plugin brings at load and the site then uses: a way to sign in, a directory, a command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from renown.cli import main
from renown.context.switching import set_enabled
from renown.people.models import Affiliation, Person
from tests.web.conftest import Site

DOOR = """
import click
from renown.api import Account, Plugin, hookimpl

plugin = Plugin(name="door", title="Door", summary="A way in.")


class Door:
    name, title = "door", "Door Ltd"

    def start(self, callback, state, nonce, ctx):
        return f"https://door.example.test/?state={state}&nonce={nonce}&back={callback}"

    def finish(self, query, callback, nonce, ctx):
        if query.get("code") == "broken":
            raise RuntimeError("no answer")
        return Account("1", query["email"], query.get("verified") == "yes")


class Book:
    name, title = "book", "The book"

    def rows(self, ctx):
        return [{"email": "ana@example.com", "name": "Ana", "affiliation": "partner"}]


@hookimpl
def identity_providers(ctx):
    return [Door()]


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
