"""What the tests of connectors share: a source, signed deliveries, and a check against the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from renown.api import CloudEvent, Connector, Inbound, Skipped, SourceInfo, hmac_sha256

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
#: 2024-05-06 07:08:09 UTC, in microseconds.
AT = 1_714_979_289_000_000


def source(network: str, keep_text: bool = False, **settings: Any) -> SourceInfo:
    return SourceInfo(1, f"{network}:test", "test", network, "employee", True, keep_text, True, settings)


def slack(body: object, at: int = AT, secret: str = SECRET) -> Inbound:
    """A delivery of the Events API, signed."""
    raw = json.dumps(body).encode()
    sent = str(at // 1_000_000)
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": sent,
        "x-slack-signature": "v0=" + hmac_sha256(secret, b"v0:" + sent.encode() + b":" + raw),
    }
    return Inbound("POST", headers, {}, raw, at)


def callback(**event: Any) -> dict[str, Any]:
    """The envelope of the Events API around an event."""
    return {"type": "event_callback", "team_id": "T01", "event_id": "Ev01", "event_time": 1714979289, "event": event}


def github(event: str, body: object, at: int = AT, delivery: str = "guid-1") -> Inbound:
    """A webhook's delivery, signed."""
    raw = json.dumps(body).encode()
    headers = {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": delivery,
        "x-hub-signature-256": "sha256=" + hmac_sha256(SECRET, raw),
    }
    return Inbound("POST", headers, {}, raw, at)


def read(connector: Connector, inbound: Inbound, **settings: Any) -> list[CloudEvent | Skipped]:
    """What the connector makes of a delivery: all of it checked against the contract."""
    connector.verify(inbound, ["an-older-secret", SECRET])
    return sound(connector.normalise(inbound, source(connector.network, **settings)))


def event(connector: Connector, inbound: Inbound, **settings: Any) -> CloudEvent:
    """The one event in a delivery."""
    found = read(connector, inbound, **settings)
    assert len(found) == 1, found
    assert isinstance(found[0], CloudEvent), found[0]
    return found[0]


def reason(connector: Connector, inbound: Inbound, **settings: Any) -> str:
    """Why the one record in a delivery is no event."""
    found = read(connector, inbound, **settings)
    assert len(found) == 1, found
    assert isinstance(found[0], Skipped), found[0]
    return found[0].reason


def sound(found: Iterable[CloudEvent | Skipped]) -> list[CloudEvent | Skipped]:
    """The same, each event as it would be received over the API: the contract refuses what is not of it."""
    checked: list[CloudEvent | Skipped] = []
    for one in found:
        if isinstance(one, CloudEvent):
            one = msgspec.json.decode(msgspec.json.encode(one), type=CloudEvent)
            assert "\0" not in msgspec.json.encode(one).decode()
        else:
            assert one.reason
        checked.append(one)
    return checked


def flipped(headers: Mapping[str, str], name: str) -> dict[str, str]:
    """The headers with one bit of the last hexadecimal digit of `name` changed."""
    value = headers[name]
    return {**headers, name: value[:-1] + format(int(value[-1], 16) ^ 1, "x")}
