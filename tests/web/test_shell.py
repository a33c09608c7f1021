"""The frame of the site: who gets in, what browsers are told, and that nothing comes from elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import update

from renown import app
from renown import web as package
from renown.access.models import Login
from renown.access.permissions import ACTIONS
from renown.access.routes import rule_of
from renown.access.viewer import ROLES
from renown.context import switching
from renown.web import scopes
from renown.web.icons import ICONS, sprite
from tests.web.conftest import Site

ROOT = Path(package.__file__).parent


def test_every_route_says_who_may_use_it(site: Site) -> None:
    silent = [
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if not rule.endpoint.endswith(".static") and rule_of(site.app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_every_action_a_route_asks_for_is_declared(site: Site) -> None:
    asked = {rule.action for view in site.app.view_functions.values() if (rule := rule_of(view)) and rule.action}
    declared = {one.name for plugin in site.renown.plugins.manifests.values() for one in plugin.permissions}
    assert asked <= set(ACTIONS) | declared


@pytest.mark.parametrize("role", ROLES)
def test_default_deny_as(site: Site, role: str) -> None:
    """Whoever may not do what a route asks for meets a 404, a stranger the way to sign in; nobody meets a fault."""
    client = site.as_(role)
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        asked = rule_of(site.app.view_functions[rule.endpoint])
        assert asked is not None
        with client.get(rule.rule) as answer:
            pass
        if asked.action is None:
            continue
        if ROLES.index(role) >= ROLES.index(site.least(asked.action)):
            assert answer.status_code < 500, rule.rule
            assert "/login" not in answer.headers.get("Location", ""), rule.rule
        elif role == "nobody":
            assert answer.status_code in (302, 401), rule.rule
        else:
            assert answer.status_code == 404, rule.rule


def test_a_route_that_declares_nothing_does_not_exist(site: Site) -> None:
    late = Blueprint("late", __name__)
    late.get("/late")(lambda: "shown")
    site.app._got_first_request = False
    site.app.register_blueprint(late)
    assert site.as_("administrator").get("/late").status_code == 404


def test_a_plugins_static_files_are_there_while_it_is_on(site: Site, tmp_path: Path) -> None:
    (tmp_path / "its.css").write_text("p { margin: 0 }")
    files = Blueprint("activity_files", __name__, static_folder=str(tmp_path), static_url_path="/activity-files")
    site.renown.loaded.found["blueprints"]["activity"] = [files]
    site.app = app.create_app(site.renown)
    with site.as_("nobody").get("/activity-files/its.css") as answer:
        assert answer.get_data() == b"p { margin: 0 }"
    switching.set_enabled(site.db, site.renown.plugins, "activity", False, actor_id=None, via="cli")
    assert site.as_("nobody").get("/activity-files/its.css").status_code == 404


def test_hidden_and_absent_answer_alike(site: Site) -> None:
    member = site.as_("member")
    hidden, absent = (member.get(path).get_data(as_text=True) for path in ("/metrics", "/no-such-page"))
    assert _without_proof(hidden).replace("/metrics", "/no-such-page") == _without_proof(absent)


def _without_proof(page: str) -> str:
    return re.sub(r'(X-CSRFToken": "|name="csrf_token" value=")[^"]+', r"\1", page)


def test_headers_leave_no_room(site: Site) -> None:
    headers = site.as_("member").get("/no-such-page").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_without_its_token_is_refused(site: Site) -> None:
    assert site.as_("member").post("/theme", data={"theme": "dark"}).status_code == 400


def test_raising_the_epoch_ends_the_session(site: Site) -> None:
    client = site.as_("administrator")
    assert client.get("/metrics").status_code == 200
    with site.db.write() as conn:
        conn.execute(update(Login).values(epoch=1))
    assert client.get("/metrics").status_code == 401


def test_nothing_is_inline_or_from_elsewhere() -> None:
    """The policy would block it, and the page would be broken for everybody."""
    bad = re.compile(r"""\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=["']|(?:src|href)=["']?(?:https?:)?//""")
    found = {
        str(file.relative_to(ROOT)): match[0]
        for file in (ROOT / "templates").rglob("*.html")
        if (match := bad.search(file.read_text()))
    }
    assert found == {}


def test_each_component_is_shown_in_the_catalogue() -> None:
    shown = (ROOT / "templates/admin/components.html").read_text() + (ROOT / "templates/base.html").read_text()
    drawn_inside = {"sum_line", "why_row", "csrf", "nav", "check", "day", "live_list", "panel", "boxes", "textarea"}
    drawn_inside |= {"team_place", "share", "choices", "keys", "me_links", "theme_buttons", "phone_nav"}
    for file in (ROOT / "templates/components").glob("*.html"):
        assert f"ui.{file.stem}(" in shown or file.stem in drawn_inside, file.stem


def test_assets_are_compressed_and_kept_for_ever(site: Site) -> None:
    page = site.as_("nobody").get("/no-such-page").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/assets/[^"#]+)', page)
    assert len(set(addresses)) >= 5
    sizes = 0
    for address in set(addresses):
        answer = site.as_("nobody").get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        sizes += len(answer.data)
        assert gzip.decompress(answer.data)
    assert sizes < 90_000


def test_the_sprite_holds_each_icon_once() -> None:
    cut = sprite().decode()
    assert all(cut.count(f'id="{name}"') == 1 for name in ICONS)
    assert len(cut) < 40_000


def test_each_scope_of_a_token_is_said_in_words() -> None:
    assert set(scopes.WORDS) == set(ACTIONS)
