"""A network for tests, and a reception that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from renown import clock
from renown.db.engine import Database
from renown.events.receive import Vocabulary
from renown.events.types import CloudEvent
from renown.hooks.guard import Fault
from renown.hooks.types import Rejection
from renown.sources import receive, registry
from renown.sources.connector import (
    Answer,
    BadPayload,
    BadSignature,
    Connector,
    Inbound,
    Skipped,
    SourceInfo,
    hmac_sha256,
    matches,
)
from renown.sources.reception import Reception
from renown.sources.secrets import Keyring

KEYRING = Keyring("a key for tests")
SECRET = "s3cret"

Verdict = tuple[str, Rejection] | Fault | None


class Post(Connector):
    """Deliveries are arrays of events, signed; exports are the same, a line each. "skip" is no event."""

    network = "post"
    title = "Post"
    affiliation = "employee"
    vouches = True
    export = "post"

    def verify(self, inbound: Inbound, secrets: Sequence[str]) -> None:
        given = inbound.headers.get("x-signature", "")
        if not matches(given, [hmac_sha256(secret, inbound.body) for secret in secrets]):
            raise BadSignature("X-Signature did not match")

    def answer(self, inbound: Inbound) -> Answer | None:
        return Answer(200, "pong") if inbound.body == b'"ping"' else None

    def normalise(self, inbound: Inbound, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        if inbound.body == b'"bug"':
            raise KeyError("a fault of the connector")
        try:
            values = msgspec.json.decode(inbound.body, type=list[Any])
        except msgspec.MsgspecError as error:
            raise BadPayload(f"the payload is no array: {error}") from None
        return self._read(values)

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        with path.open("rb") as lines:
            yield from self._read([msgspec.json.decode(line) for line in lines])

    def size(self, path: Path) -> int | None:
        return len(path.read_bytes().splitlines())

    def _read(self, values: list[Any]) -> Iterator[CloudEvent | Skipped]:
        for value in values:
            yield Skipped("no event", "skip") if value == "skip" else msgspec.convert(value, CloudEvent)


def reception(
    db: Database,
    *,
    screen: Callable[[CloudEvent], Verdict] = lambda event: None,
    enrich: Callable[[CloudEvent], Mapping[str, Mapping[str, Any]]] = lambda event: {},
    connectors: Sequence[Connector] = (Post(),),
) -> Reception:
    def words(*, external: bool) -> Vocabulary:
        own = frozenset({"ideation.delivered.v1"}) | (frozenset() if external else {"ideation.merged.v1"})
        return Vocabulary(own, frozenset({"ideation:promise"}))

    found = {one.network: one for one in connectors}
    return Reception(db, KEYRING, words, lambda: found, screen, enrich)


def connect(db: Database, name: str = "post:acme", **changes: Any) -> SourceInfo:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "post", name, connector=Post(), secret=SECRET)
        registry.change(conn, row.id, **changes)
        found = registry.by_id(conn, row.id)
        assert found is not None
        return registry.info(found)


def body(*events: CloudEvent | str) -> bytes:
    return msgspec.json.encode(list(events))


def signed(raw: bytes, secret: str = SECRET, **headers: str) -> Inbound:
    return Inbound("POST", {"x-signature": hmac_sha256(secret, raw), **headers}, {}, raw, clock.now())


def send(desk: Reception, source: SourceInfo, *events: CloudEvent | str) -> Any:
    answer = receive.deliver(desk, source.slug, signed(body(*events)))
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body)
