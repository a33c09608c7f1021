"""An emoji or a shortcut in Slack: the author is asked, writes a draft, and the answer returns to the thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from renown.api import hmac_sha256
from renown.context import settings
from renown.db import stored
from renown.notify.models import Delivery, Notification
from renown.people import erase, merge
from renown.sources import receive, registry
from renown.sources.connector import Inbound
from renown_ideation.answers import answering
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Intake, Link
from renown_slack.connector import Slack
from tests.ideation.company import NOW, Company, submit, words
from tests.networks.kit import SECRET, callback

PEOPLE = {"eve": "U0EVE", "mo": "U0MO", "emil": "U0EMIL"}
#: What says nothing of a database is tried on one.
one_database = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
PLACE, TS = "C0GENERAL", f"{NOW // 1_000_000 - 600}.000100"


@pytest.fixture
def talk(company: Company) -> Company:
    """A company that talks in Slack, where three of it are known, and that has a board for what is said there."""
    renown = company.renown
    with company.db.write() as conn:
        made = {"address": "https://acme.slack.com"}
        registry.add(conn, renown.keyring, "slack", "slack:acme", connector=Slack(), secret=SECRET, settings=made)
    company.board()
    _set(company, "ideation", intake_board="product")
    for number, (name, user) in enumerate(PEOPLE.items()):
        profile = {"email": f"{name}@example.com", "real_name": name.title()}
        who = {"id": user, "name": name, "profile": profile, "is_email_confirmed": True}
        _event(company, type="team_join", user=who, event_ts=f"{NOW // 1_000_000}.00000{number}")
    channel = {"id": PLACE, "name": "general", "creator": PEOPLE["mo"]}
    _event(company, type="channel_created", channel=channel, event_ts=f"{NOW // 1_000_000 - 900}.000001")
    message = {"user": PEOPLE["eve"], "text": "We should have dark mode", "ts": TS}
    _event(company, type="message", channel=PLACE, channel_type="channel", **message)
    return company


def _set(company: Company, plugin: str, **values: Any) -> None:
    renown = company.renown
    with company.db.write() as conn:
        manifest = renown.plugins.manifests[plugin]
        settings.save(conn, manifest, renown.keyring, settings.raw(conn, manifest) | values)


def _deliver(company: Company, raw: bytes, kind: str) -> None:
    sent = str(company.now // 1_000_000)
    signed = "v0=" + hmac_sha256(SECRET, b"v0:" + sent.encode() + b":" + raw)
    headers = {"content-type": kind, "x-slack-request-timestamp": sent, "x-slack-signature": signed}
    with company.db.read() as conn:
        row = registry.by_name(conn, "slack:acme")
        assert row is not None
    answer = receive.deliver(company.renown.reception, row.slug, Inbound("POST", headers, {}, raw, company.now))
    assert (answer.status, json.loads(answer.body).get("rejected")) == (200, [])
    company.settle()


def _event(company: Company, **event: Any) -> None:
    _deliver(company, json.dumps(callback(**event)).encode(), "application/json")


def _react(company: Company, by: str, *, on: bool = True, emoji: str = "bulb", channel: str = PLACE) -> None:
    at = f"{company.now // 1_000_000 + (0 if on else 1)}.000200"
    item = {"type": "message", "channel": channel, "ts": TS}
    kind = "reaction_added" if on else "reaction_removed"
    _event(company, type=kind, user=PEOPLE[by], reaction=emoji, item=item, item_user=PEOPLE["eve"], event_ts=at)


def _shortcut(company: Company, by: str) -> None:
    message = {"type": "message", "user": PEOPLE["eve"], "ts": TS, "text": "We should have dark mode"}
    said = {
        "type": "message_action", "callback_id": "idea", "user": {"id": PEOPLE[by]}, "message": message,
        "channel": {"id": PLACE, "name": "general"}, "action_ts": f"{company.now // 1_000_000}.000300",
    }  # fmt: skip
    form = urlencode({"payload": json.dumps(said)}).encode()
    _deliver(company, form, "application/x-www-form-urlencoded")


def _intakes(company: Company) -> list[Intake]:
    with company.reading() as ctx:
        found = list(ctx.session.scalars(select(Intake).order_by(Intake.id)))
        ctx.session.expunge_all()
        return found


def _told(company: Company, name: str) -> list[tuple[str, bool]]:
    """Titles of questions, and whether they are over."""
    with company.db.read() as conn:
        mine = Notification.person_id == company.people[name], Notification.kind == "ideation.intake"
        found = conn.execute(select(Notification.title, Notification.read_at).where(*mine).order_by(Notification.id))
        return [(row.title, row.read_at is not None) for row in found]


@pytest.mark.parametrize(("dialect", "mark"), [("sqlite", _react), ("postgresql", _shortcut)], indirect=["dialect"])
def test_who_wrote_a_marked_message_is_asked_and_writes_the_draft(talk: Company, mark: Any) -> None:
    mark(talk, "mo")
    [found] = _intakes(talk)
    assert (found.state, found.author_id, found.by_id) == ("asked", talk.people["eve"], talk.people["mo"])
    assert _told(talk, "eve") == [("Mo marked a message of yours as an idea. May it become one?", False)]
    assert talk.browser("mo").get(f"/ideas/from/{found.id}").status_code == 404
    with talk.reading() as ctx:
        assert ctx.session.scalar(select(Idea.id)) is None

    eve, page = talk.browser("eve"), f"/ideas/from/{found.id}"
    asked = eve.get(page).get_data(as_text=True)
    assert "https://acme.slack.com/archives/C0GENERAL/p" in asked
    assert "We should have dark mode" not in asked
    answer = submit(eve, page, answer="yes", title="Dark mode", body="At night")
    assert answer.status_code == 302
    with talk.reading() as ctx:
        idea = ctx.session.scalars(select(Idea)).one()
        link = ctx.session.scalars(select(Link)).one()
        assert (idea.state, idea.author_id, idea.title) == ("draft", talk.people["eve"], "Dark mode")
        assert (link.kind, link.source, link.object) == ("thread", "slack:acme", f"{PLACE}:{TS}")
        assert answer.headers["Location"] == f"/ideas/product/new?draft={idea.id}"
    assert _told(talk, "eve")[0][1]
    assert eve.get(page).status_code == 404
    mark(talk, "emil")
    assert len(_intakes(talk)) == 1


@one_database
def test_who_refuses_is_not_asked_again_and_nothing_of_it_is_known(talk: Company) -> None:
    _react(talk, "mo")
    [found] = _intakes(talk)
    assert submit(talk.browser("eve"), f"/ideas/from/{found.id}", answer="no").status_code == 302
    [found] = _intakes(talk)
    assert (found.state, found.author_id, found.by_id, found.url, found.thread) == ("refused", None, None, None, None)
    assert TS not in found.object
    _react(talk, "emil")
    assert len(_intakes(talk)) == 1
    assert len(_told(talk, "eve")) == 1


@one_database
def test_a_mark_that_is_taken_off_takes_the_question_along(talk: Company) -> None:
    _react(talk, "mo")
    _react(talk, "mo", on=False)
    assert _intakes(talk) == []
    assert _told(talk, "eve")[0][1]


@one_database
def test_private_places_other_emoji_and_boards_that_are_not_set_ask_nobody(talk: Company) -> None:
    _react(talk, "mo", emoji="thumbsup")
    _react(talk, "mo", channel="D0DIRECT")
    _set(talk, "ideation", intake_board="")
    _react(talk, "emil")
    assert _intakes(talk) == []


@one_database
def test_a_question_that_nobody_answers_is_forgotten(talk: Company) -> None:
    _react(talk, "mo")
    talk.later(31)
    talk.settle()
    assert [one.state for one in _intakes(talk)] == ["refused"]


@one_database
def test_a_question_follows_its_author_into_another_person(talk: Company) -> None:
    _react(talk, "mo")
    with talk.db.write() as conn:
        merge.merge(conn, talk.people["emil"], talk.people["eve"], "administrator", talk.people["ada"])
    talk.settle()
    assert [one.author_id for one in _intakes(talk)] == [talk.people["emil"]]


@one_database
def test_who_is_erased_is_asked_nothing_any_more(talk: Company) -> None:
    _react(talk, "mo")
    with talk.db.write() as conn:
        erase.erase(conn, talk.people["eve"], talk.people["ada"])
    talk.settle()
    assert _intakes(talk) == []


class _Api(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.took.append((self.path, self.headers["Authorization"], json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true}')

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _listening(company: Company) -> Iterator[list[Any]]:
    """Somebody who answers as Slack's API does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Api) as server:
        server.took = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with company.db.write() as conn:
            stored.put(conn, "core", "outgoing_hosts", ["127.0.0.1"])
        _set(company, "slack", bot_token="xoxb-1", api=f"http://127.0.0.1:{server.server_port}")
        yield server.took  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("dialect", "audience"), [("sqlite", "public"), ("postgresql", "employees")], indirect=["dialect"]
)
def test_an_answer_returns_to_the_thread_as_far_as_everybody_may_read_it(talk: Company, audience: str) -> None:
    _react(talk, "mo")
    submit(talk.browser("eve"), f"/ideas/from/{_intakes(talk)[0].id}", answer="yes", title="Dark mode")
    with talk.writing() as ctx:
        board = ctx.session.scalars(select(Board)).one()
        board.audience = audience
        idea = writing.submit(
            ctx, talk.viewer("eve"), board, {"title": "Dark mode"}, ctx.session.scalars(select(Idea)).one()
        )
        number = idea.id
    with _listening(talk) as took:
        with talk.writing() as ctx:
            idea, board = ctx.session.get_one(Idea, number), ctx.session.scalars(select(Board)).one()
            answering.step(ctx, idea, board, "acknowledged", "Read <b> & understood.", talk.people["mo"])
        talk.later(0.01)
        talk.settle()
        [(path, token, said)] = took
    assert (path, token) == ("/chat.postMessage", "Bearer xoxb-1")
    assert (said["channel"], said["thread_ts"]) == (PLACE, TS)
    if audience == "public":
        assert said["text"] == "*Acknowledged: Dark mode*\nRead &lt;b&gt; &amp; understood."
    else:
        assert said["text"] == "*The idea that began here was answered*"
    with talk.db.read() as conn:
        assert list(conn.scalars(select(Delivery.state).where(Delivery.channel == "slack"))) == ["sent"]
    assert "slack" not in words(talk.browser("eve").get("/me/notifications")).lower()
    page = f"/ideas/product/{number}-dark-mode"
    assert "acme.slack.com" in talk.browser("eve").get(page).get_data(as_text=True)
    assert "acme.slack.com" not in talk.browser("cleo").get(page).get_data(as_text=True)
