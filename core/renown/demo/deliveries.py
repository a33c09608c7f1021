"""What networks would send: signed deliveries, kept in the order in which they will arrive."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from renown.clock import SECOND
from renown.sources.connector import Inbound, hmac_sha256


@dataclass(frozen=True)
class Channel:
    """One connected source of the demo, and the secret that it shares with the network."""

    network: str
    name: str
    secret: str


class Mail:
    """Deliveries waiting for their time. `act` may be earlier than `at`: networks deliver late at times."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Channel, str, Any]] = []
        self._count = 0

    def post(self, at: int, channel: Channel, body: Any, event: str = "") -> None:
        self._count += 1
        heapq.heappush(self._waiting, (at, self._count, channel, event, body))

    def until(self, end: int) -> Iterator[tuple[Channel, Inbound]]:
        """Those due before `end` (microseconds), first to last."""
        while self._waiting and self._waiting[0][0] < end:
            at, _, channel, event, body = heapq.heappop(self._waiting)
            yield channel, signed(at, channel, event, msgspec.json.encode(body))


def signed(at: int, channel: Channel, event: str, raw: bytes) -> Inbound:
    headers = {"content-type": "application/json"}
    if channel.network == "slack":
        sent = str(at // SECOND)
        base = b"v0:" + sent.encode() + b":" + raw
        headers |= {
            "x-slack-request-timestamp": sent,
            "x-slack-signature": "v0=" + hmac_sha256(channel.secret, base),
        }
    else:
        headers |= {"x-github-event": event, "x-hub-signature-256": "sha256=" + hmac_sha256(channel.secret, raw)}
    return Inbound("POST", headers, {}, raw, at)
