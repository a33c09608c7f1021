"""Every route and API operation, with every method, asked by everybody: default deny holds, and nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from renown.access import tokens
from renown.access.routes import rule_of
from renown.access.viewer import ROLES
from tests.web.conftest import Site

#: What stands for an argument of a route, by its name; others get "1".
EXAMPLES = {
    "measure": "activity.points", "handle": "member", "plugin": "activity", "name": "activity", "rule": "answer",
    "network": "slack", "file": "renown.css", "filename": "renown.css", "slug": "support", "digest": "0" * 12,
}  # fmt: skip


def operations(site: Site) -> Iterator[tuple[str, str, str | None]]:
    """Each method and address, and the action it needs (None: open to all)."""
    with site.app.test_request_context():
        adapter = site.app.url_map.bind("localhost")
        for rule in site.app.url_map.iter_rules():
            if rule.endpoint.endswith(".static"):
                # A plugin's style sheets and pictures: for everybody while it is on.
                continue
            asked = rule_of(site.app.view_functions[rule.endpoint])
            assert asked is not None, f"{rule.rule} says nothing of who may use it"
            path = adapter.build(rule.endpoint, _arguments(rule), force_external=False)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, path.partition("?")[0], asked.action


def _arguments(rule: Rule) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters.get(name)
        choice = re.match(r"\(\?:([\w-]+)", converter.regex) if converter is not None else None
        if isinstance(converter, IntegerConverter):
            found[name] = 1
        elif choice:
            found[name] = choice[1]
        else:
            found[name] = EXAMPLES.get(name, "1")
    return found


@pytest.mark.parametrize("role", ROLES[:-1])
def test_who_may_not_is_turned_away_whatever_the_method(site: Site, role: str) -> None:
    client = site.as_(role)
    token = _token(client)
    tried = 0
    for method, path, action in operations(site):
        if action is None or ROLES.index(role) >= ROLES.index(site.least(action)):
            continue
        answer = client.open(path, method=method, headers={"X-CSRFToken": token})
        tried += 1
        expected = (302, 401) if role == "nobody" else (404,)
        assert answer.status_code in expected, f"{role}: {method} {path} answers {answer.status_code}"
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/login"), path
    assert tried >= 40


@pytest.mark.parametrize("role", ROLES)
def test_who_may_never_meets_a_fault(site: Site, role: str) -> None:
    """Reads only, and changes sent without what they need: a clear answer, never a 5xx."""
    client = site.as_(role)
    token = _token(client)
    for method, path, action in operations(site):
        if action is not None and ROLES.index(role) < ROLES.index(site.least(action)):
            continue
        if path in ("/logout", "/me/sessions", "/me/password"):
            continue
        with client.open(path, method=method, headers={"X-CSRFToken": token}) as answer:
            assert answer.status_code < 500, f"{role}: {method} {path} answers {answer.status_code}"
            assert not (action and answer.headers.get("Location", "").startswith("/login")), f"{role}: {method} {path}"


def test_a_token_can_do_what_its_scopes_say_and_no_more(site: Site) -> None:
    with site.db.write() as conn:
        made = tokens.add(conn, "reader", ["boards:read"], person_id=site.people["administrator"])
    client = site.app.test_client()
    for method, path, action in operations(site):
        if action is None or not path.startswith("/api/"):
            continue
        answer = client.open(path, method=method, headers={"Authorization": f"Bearer {made.token}"})
        if action == "boards:read":
            assert answer.status_code not in (401, 403), f"{method} {path} answers {answer.status_code}"
        else:
            assert answer.status_code == 403, f"{method} {path} answers {answer.status_code}"
            assert answer.get_json()["message"] == f"the token lacks the scope {action}"


def _token(client: FlaskClient) -> str:
    found = re.search(r'"X-CSRFToken": "([^"]+)"', client.get("/login").get_data(as_text=True))
    if found is None:
        found = re.search(r'"X-CSRFToken": "([^"]+)"', client.get("/me/privacy").get_data(as_text=True))
    assert found
    return found[1]
