"""A network whose deliveries are signed with a shared secret: one line of JSON for each ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pytest

from renown.api import (
    Actor,
    BadSignature,
    CloudEvent,
    Connector,
    Data,
    Inbound,
    ObjectRef,
    Plugin,
    PluginContext,
    SourceInfo,
    collab,
    hmac_sha256,
    hookimpl,
    matches,
    parse_json,
    to_datetime,
)
from renown.testing import Kit

plugin = Plugin(name="tickets", title="Tickets", summary="Reads the help desk's tickets.")


class Tickets(Connector):
    network = "tickets"
    title = "Tickets"

    def verify(self, inbound: Inbound, secrets: Sequence[str]) -> None:
        if not matches(inbound.headers.get("x-sign", ""), [hmac_sha256(one, inbound.body) for one in secrets]):
            raise BadSignature("X-Sign: does not fit the body")

    def normalise(self, inbound: Inbound, source: SourceInfo) -> Iterator[CloudEvent]:
        for line in inbound.body.splitlines():
            ticket = parse_json(line)
            thing = ObjectRef(id=ticket["id"], kind="question")
            data = Data(type="Create", actor=Actor(id=ticket["by"]), object=thing)
            at = to_datetime(inbound.at)
            yield CloudEvent(
                specversion="1.0", id=ticket["id"], source=source.name, type=collab("ask"), time=at, data=data
            )


@hookimpl
def connectors(ctx: PluginContext) -> Iterable[Connector]:
    return [Tickets()]


def test_a_signed_delivery_is_read_and_another_is_not(renown_kit: Kit) -> None:
    renown_kit.enable("tickets")
    reader = renown_kit.call("tickets", "connectors")[0]
    body = b'{"id": "T1", "by": "cleo"}\n{"id": "T2", "by": "dan"}'
    inbound = Inbound("POST", {"x-sign": hmac_sha256("secret", body)}, {}, body, 0)
    reader.verify(inbound, ["old", "secret"])
    found = [one for one in reader.normalise(inbound, renown_kit.source) if isinstance(one, CloudEvent)]
    assert [one.data.actor.id for one in found] == ["cleo", "dan"]
    with pytest.raises(BadSignature, match="X-Sign"):
        reader.verify(inbound, ["another"])
