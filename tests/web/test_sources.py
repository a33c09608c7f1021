"""Connecting a network through the wizard, from choosing to the imported history on the board."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import zipfile
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from renown import clock
from renown.access import tokens
from renown.jobs.worker import drain_all
from renown.ledger import boards
from renown.sources import registry
from tests.events.kit import message
from tests.web.conftest import Site

SECRET = "s3cret-of-the-app"


def test_five_steps_from_choosing_to_the_board(site: Site) -> None:
    admin = site.as_("administrator")
    assert "Slack" in admin.get("/admin/sources/new").get_data(as_text=True)
    where = submit(admin, "/admin/sources/new", network="slack", name="slack:acme", title="Acme's Slack")
    page = admin.get(where).get_data(as_text=True)
    assert "Not the text itself." in page
    where = submit(admin, f"{where}/reads", affiliation="employee", vouches="yes")
    assert "https://api.slack.com/apps" in admin.get(where).get_data(as_text=True)
    base = where.partition("?")[0]
    where = submit(admin, f"{base}/credentials", secret=SECRET)
    assert "Waiting for the first event." in admin.get(where).get_data(as_text=True)

    assert deliver(site, SECRET) == 200
    source = base.removesuffix("/setup")
    live = admin.get(f"{source}/_deliveries").get_data(as_text=True)
    assert "accepted" in live
    assert "private words" not in live
    assert deliver(site, "another secret") in (401, 403)
    assert "refused" in admin.get(f"{source}/_deliveries").get_data(as_text=True)

    where = submit(admin, f"{base}/live")
    submit(admin, f"{source}/backfill", file=(export(), "export.zip"))
    drain_all(site.db, [drain for drain in site.renown.drains if drain.name == "runs"])
    assert "done" in admin.get(where).get_data(as_text=True)
    with site.db.read() as conn:
        from renown.access.viewer import Viewer

        page = boards.board(conn, Viewer(None, "administrator", None), "activity.points")
    assert [line.name for line in page.lines] == ["Ana"]
    assert not list((site.renown.settings.data / "uploads").iterdir())


def test_a_secret_is_shown_once_where_it_is_made_and_then_by_its_end(site: Site) -> None:
    admin = site.as_("administrator")
    where = submit(admin, "/admin/sources/new", network="github", name="https://github.com/acme")
    base = where.partition("?")[0]
    step = submit(admin, f"{base}/reads", affiliation="employee")
    first = admin.get(step).get_data(as_text=True)
    assert not re.search(r"[0-9a-f]{64}", first)
    assert "{secret}" not in first
    assert f'href="{base}?step=2"' in first
    made = re.search(r'data-copy="([0-9a-f]{64})"', post(admin, f"{base}/secret").get_data(as_text=True))
    assert made
    again = admin.get(step).get_data(as_text=True)
    assert made[1] not in again
    assert f"<code>{made[1][-4:]}</code>" in again
    with site.db.read() as conn:
        sealed = next(row for row in registry.listed(conn)).secrets
    assert site.renown.keyring.open_all(sealed) == [made[1]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"network": "slack", "name": ""}, "1 to 256 printable characters"),
        ({"network": "slack", "name": "renown"}, "own"),
        ({"network": "telegraph", "name": "t:1"}, "Choose a network."),
    ],
)
def test_what_cannot_be_connected_says_which_field(site: Site, fields: dict[str, str], message: str) -> None:
    admin = site.as_("administrator")
    answer = post(admin, "/admin/sources/new", **fields)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)


def test_settings_are_changed_secrets_rotate_and_a_source_is_removed_by_its_name(site: Site) -> None:
    admin = site.as_("administrator")
    with site.db.write() as conn:
        row = registry.add(conn, site.renown.keyring, "slack", "slack:acme", secret=SECRET)
    base = f"/admin/sources/{row.id}"
    submit(admin, f"{base}/settings", title="Acme", affiliation="customer")
    assert post(admin, f"{base}/settings", affiliation="emperor").status_code == 422
    made = re.search(r'data-copy="([0-9a-f]{64})"', post(admin, f"{base}/secret", only="yes").get_data(as_text=True))
    assert made
    assert deliver(site, SECRET) in (401, 403)
    assert deliver(site, made[1]) == 200
    submit(admin, f"{base}/pause")
    assert deliver(site, made[1]) != 200
    submit(admin, f"{base}/resume")
    assert post(admin, f"{base}/remove", phrase="slack").status_code == 422
    submit(admin, f"{base}/remove", phrase="slack:acme")
    assert admin.get(base).status_code == 404
    assert "No network is connected" in admin.get("/admin/sources").get_data(as_text=True)


def test_what_no_source_takes_is_seen_and_forgotten(site: Site) -> None:
    admin = site.as_("administrator")
    with site.db.write() as conn:
        sender = tokens.add(conn, "sender", ["events:write"], sources=["tool:a"]).token
    lines = b'rubbish\n{"id": "e1"}\n' + msgspec.json.encode(message("e2", source="tool:b"))
    said = site.app.test_client().post(
        "/api/v1/events",
        data=lines,
        headers={"Authorization": f"Bearer {sender}", "Content-Type": "application/x-ndjson"},
    )
    assert (said.status_code, len(said.json["rejected"])) == (200, 3)
    assert "3 events were refused, and belong to no source" in admin.get("/admin/sources").get_data(as_text=True)
    page = admin.get("/admin/sources/refused").get_data(as_text=True)
    for reason in ("is not valid JSON", "is missing", "source: is not one that this token may write to"):
        assert reason in page
    assert "Try again" not in page
    reason = "source: is not one that this token may write to"
    assert submit(admin, "/admin/sources/refused/dismiss", reason=reason) == "/admin/sources/refused"
    assert reason not in admin.get("/admin/sources/refused").get_data(as_text=True)
    assert "2 events were refused" in admin.get("/admin/sources").get_data(as_text=True)


def test_only_administrators_see_sources(site: Site) -> None:
    for role in ("moderator", "member", "customer"):
        assert site.as_(role).get("/admin/sources").status_code == 404
        assert site.as_(role).get("/admin/sources/new").status_code == 404


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    token = re.search(r'"X-CSRFToken": "([^"]+)"', client.get("/admin/sources").get_data(as_text=True))
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields}, content_type="multipart/form-data")


def submit(client: FlaskClient, path: str, **fields: Any) -> str:
    answer = post(client, path, **fields)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def deliver(site: Site, secret: str) -> int:
    sent = clock.now() // clock.SECOND
    body = json.dumps(
        {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{clock.now()}", "event_time": sent,
         "event": {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1",
                   "text": "private words", "ts": f"{sent}.000100"}}
    ).encode()  # fmt: skip
    signed = hmac.new(secret.encode(), b"v0:%d:%s" % (sent, body), hashlib.sha256).hexdigest()
    with site.db.read() as conn:
        [row] = [one for one in registry.listed(conn) if one.network == "slack"]
    headers = {"X-Slack-Request-Timestamp": str(sent), "X-Slack-Signature": f"v0={signed}"}
    return site.app.test_client().post(registry.path(row), data=body, headers=headers).status_code


def export() -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("users.json", json.dumps([{"id": "U1", "name": "ana", "profile": {"real_name": "Ana"}}]))
        archive.writestr("channels.json", json.dumps([{"id": "C1", "name": "general"}]))
        message = {
            "type": "message",
            "user": "U1",
            "text": "one two three four five six seven",
            "ts": "1717408800.000100",
        }
        archive.writestr("general/2024-06-03.json", json.dumps([message]))
    file.seek(0)
    return file
