"""What is said in one channel never gets into the log."""

from __future__ import annotations

from datetime import UTC, datetime

from renown.api import Actor, CloudEvent, Data, ObjectRef, Plugin, Ref, Rejection, hookimpl
from renown.testing import Kit

plugin = Plugin(name="quiet", title="Quiet", summary="Keeps what is said in #counsel out.")


@hookimpl
def screen_event(event: CloudEvent) -> Rejection | None:
    target = event.data.target
    if target is not None and target.name == "counsel":
        return Rejection("what is said in #counsel is not taken", "data.target.name")
    return None


def said_in(channel: str) -> CloudEvent:
    data = Data(type="Create", actor=Actor(id="U1"), object=ObjectRef(id="M1"), target=Ref(id="C1", name=channel))
    at = datetime(2026, 5, 4, tzinfo=UTC)
    return CloudEvent(specversion="1.0", id="1", source="test", type="collab.create.v1", time=at, data=data)


def test_what_is_said_in_counsel_is_rejected(renown_kit: Kit) -> None:
    renown_kit.enable("quiet")
    rejected = Rejection("what is said in #counsel is not taken", "data.target.name")
    assert renown_kit.call("quiet", "screen_event", event=said_in("counsel")) == rejected
    assert renown_kit.call("quiet", "screen_event", event=said_in("general")) is None
