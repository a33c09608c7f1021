"""GitHub as Renown sees it: signed webhooks, and the files of GH Archive, whose acts meet the webhooks' in one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from renown.api import (
    BadPayload,
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
from renown_github import archive, pages, reasons, wizard
from renown_github.delivery import Delivery
from renown_github.subjects import SUBJECTS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class GitHub(Connector):
    network = "github"
    title = "GitHub"
    settings = wizard.Settings
    steps = wizard.STEPS
    reads = wizard.READS
    # Anybody may write in a public repository, and GitHub tells no verified address.
    affiliation = "customer"
    vouches = False
    export = "github-archive"

    def verify(self, inbound: Inbound, secrets: Sequence[str]) -> None:
        given = inbound.headers.get("x-hub-signature-256", "")
        if not given:
            raise BadSignature("X-Hub-Signature-256 is missing: set a secret in the webhook")
        if not matches(given, ["sha256=" + hmac_sha256(secret, inbound.body) for secret in secrets]):
            raise BadSignature("X-Hub-Signature-256 did not match: paste the secret into the webhook again")

    def normalise(self, inbound: Inbound, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        event = inbound.headers.get("x-github-event", "")
        if not event:
            raise BadPayload("X-GitHub-Event is missing")
        body = Payload.parse(_body(inbound))
        if event == "ping":
            yield Skipped(reasons.PING, what="ping")
        elif event not in SUBJECTS:
            yield Skipped(reasons.NOT_READ, what=event[:64])
        else:
            at = _EPOCH + timedelta(microseconds=inbound.at)
            try:
                yield from SUBJECTS[event](Delivery(source, event, body, at))
            except BlankField as error:
                yield Skipped(reasons.BLANK, what=str(error))

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        return archive.read(path, source)

    def object_at(self, url: str, place: Callable[[str, str], str | None]) -> str | None:
        return pages.object_at(url, place)

    def size(self, path: Path) -> int | None:
        return archive.size(path, SourceInfo(0, "", "", self.network, self.affiliation, False, False, True))


def _body(inbound: Inbound) -> bytes:
    """The JSON, which a webhook may also be set to send inside a form."""
    if not inbound.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return inbound.body
    try:
        fields = parse_qs(inbound.body.decode("ascii"), max_num_fields=8)
    except (UnicodeDecodeError, ValueError):
        raise BadPayload("the form cannot be read") from None
    if not fields.get("payload"):
        raise BadPayload("the form has no field named payload")
    return fields["payload"][0].encode("utf-8", "replace")
