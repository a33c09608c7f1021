"""Whatever is done to a payload, a connector gives events of the contract, reasons, or BadPayload; nothing else."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from renown.api import BadPayload, Connector, Inbound
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.networks import kit
from tests.networks import payloads as p
from tests.networks.kit import callback
from tests.networks.test_slack_events import TS, message, reaction

_CHANGED = {"user": "U01", "text": "b", "ts": TS, "edited": {"user": "U03", "ts": TS}}
SLACK_BODIES: list[tuple[str, dict[str, Any]]] = [
    ("", body)
    for body in (
        message(thread_ts="1714979000.000001", files=[{"id": "F1"}], user_profile={"name": "ana"}),
        message(subtype="bot_message", bot_id="B01", bot_profile={"name": "x"}),
        message(subtype="message_changed", message=_CHANGED, previous_message={"user": "U01", "text": "a", "ts": TS}),
        message(subtype="message_deleted", deleted_ts=TS, previous_message={"user": "U01"}),
        message(subtype="channel_join"),
        message(subtype="file_comment", file={"id": "F1"}, comment={"id": "Fc1", "user": "U2", "comment": "x"}),
        reaction(),
        callback(type="member_joined_channel", user="U01", channel="C01", event_ts=TS),
        callback(type="team_join", user={"id": "U05", "name": "a", "profile": {"email": "a@b.c"}}, event_ts=TS),
    )
]
#: What stands in a field instead: other types, edges of numbers and times, and texts that databases refuse.
TEXTS = ["", "\0", "x" * 3000, "9" * 19, "<@" * 50, "@" * 50, "created", "deleted", "edited", "message_changed"]
TIMES = ["99999999999.999999", "0000000000.000000", "2024-05-06T07:00:00"]
TIMES += ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(TEXTS + TIMES),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "user", "ts", "login"]), st.text(max_size=3), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a payload, as the keys that lead to it."""
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


@st.composite
def broken(draw: st.DrawFn, bodies: list[tuple[str, dict[str, Any]]]) -> tuple[str, Any]:
    """A payload with a few places taken out or filled with something strange."""
    name, body = draw(st.sampled_from(bodies))
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(body) or [("type",)]))
        holder: Any = body
        for key in path[:-1]:
            holder = holder[key]
        if draw(st.booleans()) or not isinstance(holder, dict):
            holder[path[-1]] = draw(STRANGE)
        else:
            del holder[path[-1]]
    return name, body


def read(connector: Connector, inbound: Inbound) -> None:
    """Both ways in, of which either may refuse the payload."""
    with suppress(BadPayload):
        connector.answer(inbound)
    with suppress(BadPayload):
        found = connector.normalise(inbound, kit.source(connector.network, True, question_channels="C01"))
        kit.sound(found)


@settings(max_examples=400, deadline=None)
@given(broken(SLACK_BODIES))
def test_broken_slack_deliveries(sent: tuple[str, Any]) -> None:
    read(Slack(), kit.slack(sent[1]))


@settings(max_examples=400, deadline=None)
@given(broken(p.ALL))
def test_broken_github_deliveries(sent: tuple[str, Any]) -> None:
    read(GitHub(), kit.github(*sent))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bodies_that_are_no_json(raw: bytes) -> None:
    for connector, headers in ((Slack(), {}), (GitHub(), {"x-github-event": "issues"})):
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            inbound = Inbound("POST", {"content-type": kind, **headers}, {}, raw, kit.AT)
            read(connector, inbound)
