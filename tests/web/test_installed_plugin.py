"""A plugin of another distribution on the administrators' pages; mail, and the link that ends messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.hooks.manifest import RESERVED
from renown.notify import choices, deliveries, mail, pace
from renown.notify.message import Unsubscribe
from renown.notify.pace import Quiet
from renown_migrations import upgrade
from tests.notify.smtp import MailServer
from tests.web.conftest import Site
from tests.wheels import HOUSE

#: What thanks asks for, as the form says that is sent to switch it on.
ASKS = "thanks.give:member"


@pytest.fixture
def thanks(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As pip leaves it: code on the path, and a record of its entry points. `db` is made before, without its tables."""
    info = tmp_path / "renown_thanks-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: renown-thanks\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\nthanks = renown_thanks.plugin\n")
    monkeypatch.syspath_prepend(str(HOUSE / "tests" / "hooks" / "thanks"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "renown_thanks"]:
        # The next test imports it anew; its table stays declared, once.
        if name != "renown_thanks.models":
            del sys.modules[name]


@pytest.fixture
def installed(thanks: None, site: Site) -> Site:
    """Its tables are there, and it is off."""
    upgrade(site.db, {"thanks": site.renown.plugins.migrations["thanks"]})
    site.renown.plugins.refresh(now=True)
    return site


def page(site: Site, path: str, role: str = "administrator") -> str:
    answer = site.as_(role).get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def post(site: Site, path: str, **form: str) -> int:
    browser = site.as_("administrator")
    text = browser.get("/admin/plugins").get_data(as_text=True)
    token = text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.post(path, data={"csrf_token": token, **form}).status_code


def test_every_plugin_stands_there_with_its_state_and_reason(thanks: None, site: Site) -> None:
    text = page(site, "/admin/plugins")
    assert "Thank a colleague, and they get a point." in text
    assert "Switched off" in text
    assert "Activity" in text
    assert post(site, "/admin/plugins/thanks/enable", asks=ASKS) == 302
    assert "renown db upgrade --plugin thanks" in page(site, "/admin/plugins/thanks")
    assert not site.renown.plugins.is_on("thanks")


def test_a_plugin_is_switched_on_and_off_and_its_page_comes_and_goes(installed: Site) -> None:
    assert installed.as_("member").get("/thanks").status_code == 404
    post(installed, "/admin/plugins/thanks/enable", asks=ASKS)
    assert installed.as_("member").get("/thanks").status_code == 200
    assert "Switch off" in page(installed, "/admin/plugins/thanks")
    post(installed, "/admin/plugins/thanks/disable")
    assert installed.as_("member").get("/thanks").status_code == 404


def test_its_settings_are_a_form_that_names_what_is_wrong(installed: Site) -> None:
    text = page(installed, "/admin/plugins/thanks")
    assert "Thanks a day" in text
    assert 'value="3"' in text
    assert post(installed, "/admin/plugins/thanks/settings", a_day="1000") == 422
    assert post(installed, "/admin/plugins/thanks/settings", a_day="7") == 302
    assert 'value="7"' in page(installed, "/admin/plugins/thanks")
    with installed.renown.contexts.of("thanks").reading() as ctx:
        assert ctx.settings["a_day"] == 7


def test_a_breaker_is_closed_by_try_again(installed: Site) -> None:
    post(installed, "/admin/plugins/thanks/enable", asks=ASKS)
    installed.renown.plugins.suspend("thanks", "navigation", "ZeroDivisionError: division by zero")
    text = page(installed, "/admin/plugins/thanks")
    assert "suspended" in text
    assert "ZeroDivisionError: division by zero" in text
    post(installed, "/admin/plugins/thanks/again", hook="navigation")
    assert installed.renown.plugins.suspended("thanks") == {}


def test_its_last_calls_are_shown(installed: Site) -> None:
    post(installed, "/admin/plugins/thanks/enable", asks=ASKS)
    with installed.db.read() as conn:
        installed.renown.dispatcher.panels("thanks", "person", 1, Viewer(1, "member"), conn)
    assert "Last calls" in page(installed, "/admin/plugins/thanks")


@pytest.mark.parametrize("path", ["/admin/plugins", "/admin/plugins/activity", "/admin/mail"])
@pytest.mark.parametrize("role", ["customer", "member", "moderator"])
def test_nobody_but_administrators_gets_there(site: Site, path: str, role: str) -> None:
    assert site.as_(role).get(path).status_code == 404


def test_mail_is_tested_with_the_values_in_the_form_and_not_saved(site: Site) -> None:
    with MailServer() as server:
        form = {"host": "127.0.0.1", "port": str(server.port), "security": "none", "sender": "renown@example.test"}
        assert post(site, "/admin/mail", act="test", **form) == 200
        assert len(server.mails) == 1
        with site.db.read() as conn:
            assert mail.shown(conn) == {}
    assert post(site, "/admin/mail", act="test", **form) == 422
    assert post(site, "/admin/mail", **{**form, "port": "0"}) == 422
    assert post(site, "/admin/mail", **form) == 302
    assert "127.0.0.1" in page(site, "/admin/mail")


def test_the_link_in_a_message_ends_that_kind_without_signing_in(site: Site) -> None:
    person = site.people["member"]
    token = site.renown.sending.writer.token(Unsubscribe(person, "mail", ("thanks.got",)))
    stranger = site.app.test_client()
    assert stranger.get(f"/unsubscribe/{token}").status_code == 200
    with site.db.read() as conn:
        assert choices.chosen(conn, person) == {}, "looking is not leaving"
    assert stranger.post(f"/unsubscribe/{token}").status_code == 200
    with site.db.read() as conn:
        assert choices.chosen(conn, person) == {("thanks.got", "mail"): "never"}
    assert stranger.post("/unsubscribe/other").status_code == 404


def test_no_plugin_can_be_named_like_a_part_of_the_site(site: Site) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if not _is_of_a_plugin(site, rule.endpoint)]
    parts = {rule.endpoint.partition(".")[0].partition("_")[0] for rule in rules if "." in rule.endpoint}
    addresses = {rule.rule.split("/")[1].partition(".")[0] for rule in rules} - {""}
    assert parts | addresses <= RESERVED


def _is_of_a_plugin(site: Site, endpoint: str) -> bool:
    return endpoint.partition(".")[0].partition("_")[0] in site.renown.plugins


def test_people_set_their_quiet_hours_and_see_that_mail_bounced(site: Site) -> None:
    person = site.people["member"]
    browser = site.as_("member")
    assert 'value="20" selected' in browser.get("/me/notifications").get_data(as_text=True)
    token = browser.get("/me/notifications").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "quiet-start": "22", "quiet-end": "6"}
    assert browser.post("/me/notifications", data=form).status_code == 302
    assert browser.post("/me/notifications", data={**form, "quiet-end": "24"}).status_code == 422
    with site.db.write() as conn:
        assert pace.quiet_of(conn, person) == Quiet(22, 6)
        deliveries.queue(conn, "mail", "member@example.com", {"title": "x"}, person_id=person)
    assert deliveries.drain(site.db, refuse)
    assert "550 nobody here" in browser.get("/me/notifications").get_data(as_text=True)


def refuse(*_: object) -> None:
    raise deliveries.Refused("550 nobody here")
