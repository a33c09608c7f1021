"""Slack as Renown sees it: signed deliveries of the Events API, and exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from renown.api import (
    Answer,
    BadSignature,
    BlankField,
    CloudEvent,
    Connector,
    Inbound,
    Payload,
    Skipped,
    SourceInfo,
    hmac_sha256,
    matches,
)
from renown_slack import events, reasons, shortcuts, wizard
from renown_slack import export as exports
from renown_slack.acts import Workspace

#: Seconds by which a delivery's time may be off.
TOLERANCE = 300


class Slack(Connector):
    network = "slack"
    title = "Slack"
    settings = wizard.Settings
    steps = wizard.STEPS
    reads = wizard.READS
    affiliation = "employee"
    vouches = True
    export = "slack"

    def verify(self, inbound: Inbound, secrets: Sequence[str]) -> None:
        given = inbound.headers.get("x-slack-signature", "")
        sent = inbound.headers.get("x-slack-request-timestamp", "")
        if not given or not sent:
            raise BadSignature("X-Slack-Signature or X-Slack-Request-Timestamp is missing")
        if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):
            raise BadSignature("X-Slack-Request-Timestamp is not a time")
        if abs(inbound.at // 1_000_000 - int(sent)) > TOLERANCE:
            raise BadSignature("X-Slack-Request-Timestamp is more than 5 minutes off: check the clock of this server")
        base = b"v0:" + sent.encode() + b":" + inbound.body
        if not matches(given, ["v0=" + hmac_sha256(secret, base) for secret in secrets]):
            raise BadSignature("X-Slack-Signature did not match: paste the signing secret from Slack again")

    def answer(self, inbound: Inbound) -> Answer | None:
        if _form(inbound):
            return None
        body = Payload.parse(inbound.body)
        if body.label("type", 64) != "url_verification":
            return None
        return Answer(200, body.text("challenge", 1024))

    def normalise(self, inbound: Inbound, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        if _form(inbound):
            yield shortcuts.read(Workspace(source), inbound.body)
            return
        try:
            yield from events.read(Workspace(source), Payload.parse(inbound.body))
        except BlankField as error:
            yield Skipped(reasons.BLANK, what=str(error))

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        return exports.read(path, source)

    def size(self, path: Path) -> int | None:
        return exports.size(path, SourceInfo(0, "", "", self.network, self.affiliation, False, False, True))


def _form(inbound: Inbound) -> bool:
    return inbound.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
