"""Whether somebody wrote on a Monday is kept with the event, for `score` to go by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from renown.api import Actor, CloudEvent, Data, ObjectRef, Plugin, hookimpl
from renown.testing import Kit

plugin = Plugin(name="mondays", title="Mondays", summary="Knows what was done on a Monday.")


@hookimpl
def enrich_event(event: CloudEvent) -> Mapping[str, Any] | None:
    return {"monday": True} if event.time.weekday() == 0 else None


def on(day: int) -> CloudEvent:
    data = Data(type="Create", actor=Actor(id="U1"), object=ObjectRef(id="M1"))
    at = datetime(2026, 5, day, tzinfo=UTC)
    return CloudEvent(specversion="1.0", id="1", source="test", type="collab.create.v1", time=at, data=data)


def test_mondays_are_kept(renown_kit: Kit) -> None:
    renown_kit.enable("mondays")
    assert renown_kit.call("mondays", "enrich_event", event=on(4)) == {"monday": True}
    assert renown_kit.call("mondays", "enrich_event", event=on(5)) is None
