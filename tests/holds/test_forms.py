"""Every form, sent as attackers send it: without the token, with another's, with too much, and elsewhere's ids."""

from __future__ import annotations

import os
from random import Random
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from renown.access import signin
from renown.access.routes import rule_of
from renown.access.viewer import ROLES
from renown.db.base import metadata
from tests.web.conftest import Site
from tests.web.test_roles import _token, operations

#: Names of fields that forms of ours have, so that what is sent is read.
FIELDS = (
    "name", "email", "password", "handle", "person", "person_id", "id", "kept", "gone", "team", "role", "reason",
    "text", "question", "title", "slug", "source", "scopes", "days", "from", "to", "day", "next", "back", "theme",
    "value", "timezone", "privacy", "secret", "url", "network", "reader", "body", "amount", "measure", "rule",
    "do", "entry",
)  # fmt: skip
FILLED = (
    "", "x" * 20_000, "a\0b", "\u202e\u2028\ufeff" * 9, "9" * 400, "-1", "1", "a\r\nSet-Cookie: evil=1\r\n\r\n<script>",
    "//evil.example/", "<script>alert(1)</script>{{7*7}}", "' OR 1=1;--", "2026-13-45", "NaN", "administrator",
)  # fmt: skip
#: Addresses that browsers read as another site's, or as another header.
ELSEWHERE = (
    "//evil.example/", "https://evil.example", r"/\evil.example", r"\\evil.example", "/\t/evil.example",
    "javascript:alert(1)",
    "/\r\nSet-Cookie: evil=1", "/%0d%0aSet-Cookie:%20evil=1", "///evil.example", "http:evil.example", " //evil.example",
)  # fmt: skip
#: What is no text, or no number, behind an address's "?".
BYTES = ("after=%ff%00&q=%ed%a0%80", "period=%0d%0aSet-Cookie:evil=1&team=%00", "q=\xff&limit=1e9")
#: How often each form is tried by each role; with 0 an administrator tries all once, others a third of them each.
ROUNDS = int(os.environ.get("RENOWN_FORM_ROUNDS", "0"))
#: What changes by itself when somebody looks: who is signed in, and attempts to.
MOVING = {"core_login_attempt", "core_attempt", "core_session", "core_login", "core_rejected", "core_delivery_log"}


def state(conn: Connection) -> dict[str, int]:
    """How many rows each table has."""
    tables = [table for name, table in metadata.tables.items() if name.startswith("core_") and name not in MOVING]
    return {table.name: conn.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def forms(site: Site) -> list[tuple[str, str, str | None]]:
    """The changes that need a browser's token: their method, address and action."""
    with site.app.test_request_context():
        adapter = site.app.url_map.bind("localhost")
        found = []
        for method, path, action in operations(site):
            endpoint, _ = adapter.match(path, method=method)
            rule = rule_of(site.app.view_functions[endpoint])
            if method not in ("GET", "HEAD") and rule is not None and rule.csrf:
                found.append((method, path, action))
        return found


def some(site: Site, role: str) -> list[tuple[str, str, str | None]]:
    """What is tried of `forms` in this run."""
    found = forms(site)
    assert len(found) > 40
    if ROUNDS or role == "administrator":
        return found * max(ROUNDS, 1)
    return found[ROLES.index(role) % 3 :: 3]


def send(
    client: FlaskClient, method: str, path: str, *, elsewhere: str = "", header: str = "", **fields: str | list[str]
) -> int:
    """`elsewhere` is where the address asks to be led; `header` is a token beside the one in the form."""
    leads = {name: elsewhere for name in ("next", "back", "url", "return_to") if elsewhere}
    headers = {"X-CSRFToken": header} if header else {}
    answer = client.open(path, method=method, data=fields, query_string=leads, headers=headers, buffered=True)
    assert answer.status_code < 500, f"{method} {path} answers {answer.status_code} to {list(fields)[:3]}"
    assert "evil.example" not in answer.headers.get("Location", ""), f"{method} {path} leads elsewhere"
    assert "evil" not in answer.headers.get("Set-Cookie", ""), f"{method} {path} lets headers in"
    return answer.status_code


def test_without_the_browsers_own_token_nothing_changes(site: Site) -> None:
    for role in ROLES:
        changes_nothing(site, role)


def changes_nothing(site: Site, role: str) -> None:
    """None, another browser's, a broken one, and two at once, of which the first that counts is wrong."""
    client, other = site.as_(role), _token(site.as_("nobody"))
    mine, random = _token(client), Random(7)
    none: list[str] = []
    ways = ((none, ""), ([other], ""), ([""], other), (["a.b.c"], ""), ([other, mine], ""), ([other], mine))
    with site.db.read() as conn:
        before = state(conn)
    for method, path, action in some(site, role):
        token, header = random.choice(ways)
        status = send(client, method, path, header=header, csrf_token=token)
        reaches = action is None or ROLES.index(role) >= ROLES.index(site.least(action))
        assert status in ((400,) if reaches else (302, 400, 401, 404)), f"{role}: {method} {path} answers {status}"
    with site.db.read() as conn:
        assert state(conn) == before


def test_whatever_is_filled_in_nothing_breaks(site: Site) -> None:
    for role in ROLES:
        breaks_nothing(site, role)


def breaks_nothing(site: Site, role: str) -> None:
    client, random = site.as_(role), Random(7)
    token = _token(client)
    for method, path, action in some(site, role):
        reaches = action is None or ROLES.index(role) >= ROLES.index(site.least(action))
        if reaches and not path.startswith(("/logout", "/me/sessions", "/me/password")):
            fields: dict[str, str | list[str]] = {name: random.choice(FILLED) for name in FIELDS}
            send(client, method, path, elsewhere=random.choice(ELSEWHERE), csrf_token=token, **fields)


def test_no_address_leads_elsewhere(site: Site) -> None:
    with site.db.write() as conn:
        signin.set_password(conn, site.people["member"], "correct horse battery")
    for where in ELSEWHERE:
        leads_here(site, where)


def leads_here(site: Site, where: str) -> None:
    stranger, member = site.as_("nobody"), site.as_("administrator")
    leads = {"next": where, "back": where}
    given = {"email": "member@example.com", "password": "correct horse battery", "csrf_token": _token(stranger)}
    answers = [
        member.get("/login", query_string=leads), stranger.post("/login", query_string=leads, data=given),
        member.post("/theme", data={**leads, "theme": "dark", "csrf_token": _token(member)}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 302
        assert urlsplit(urljoin("http://localhost/", answer.headers["Location"])).netloc == "localhost"
        assert "evil" not in answer.headers.get("Set-Cookie", "")


def test_bytes_that_are_no_text_in_an_address(site: Site) -> None:
    client = site.as_("administrator")
    for method, path, _ in operations(site):
        if method == "GET":
            answer = client.get(f"{path}%00", buffered=True)
            assert answer.status_code < 500, f"{path}%00 answers {answer.status_code}"
            for query in BYTES:
                answer = client.get(path, environ_overrides={"QUERY_STRING": query}, buffered=True)
                assert answer.status_code < 500, f"{path}?{query} answers {answer.status_code}"
                assert "evil" not in answer.headers.get("Set-Cookie", "")
