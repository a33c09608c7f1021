"""CloudEvents from anybody with a token: each of its own source, refused ones with their reasons."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from renown.db.engine import Database
from renown.events.models import Event
from renown.events.receive import BATCH, LINES, UnreadableBody
from renown.events.types import CloudEvent
from renown.hooks.types import Rejection
from renown.sources import notes, post, registry
from tests.events.kit import message
from tests.sources.kit import KEYRING, body, reception


def _from(source: str, event: CloudEvent) -> CloudEvent:
    event.source = source
    return event


def test_a_new_source_appears_with_its_first_event(db: Database) -> None:
    desk = reception(db)
    raw = body(_from("tool:a", message("m1")), _from("tool:b", message("m1")), _from("tool:a", message("m1")))
    result = post.post(desk, raw, BATCH)
    assert (result.accepted, result.duplicates, result.rejected) == (2, 1, [])
    with db.read() as conn:
        assert [(row.name, row.network, row.affiliation) for row in registry.listed(conn)] == [
            ("tool:a", "cloudevents", "employee"),
            ("tool:b", "cloudevents", "employee"),
        ]
        assert len(conn.execute(select(Event.id)).all()) == 2


def test_each_refused_event_says_why_with_its_place_in_the_body(db: Database) -> None:
    desk = reception(db)
    bad: dict[str, Any] = msgspec.to_builtins(_from("tool:a", message("m2")))
    bad["data"]["object"]["words"] = -1
    own: dict[str, Any] = msgspec.to_builtins(_from("renown", message("m3")))
    merged: dict[str, Any] = msgspec.to_builtins(_from("tool:a", message("m4"))) | {"type": "ideation.merged.v1"}
    delivered: dict[str, Any] = msgspec.to_builtins(_from("tool:a", message("m5"))) | {"type": "ideation.delivered.v1"}
    lines = b"\n".join(
        map(msgspec.json.encode, [bad, own, merged, delivered, "rubbish", _from("tool:a", message("m1"))])
    )
    result = post.post(desk, lines, LINES)
    assert (result.accepted, result.duplicates, result.quarantined) == (2, 0, 0)
    assert [(one.index, one.id, one.errors[0].field) for one in result.rejected] == [
        (0, "m2:create", "data.object.words"),
        (1, "m3:create", "source"),
        (2, "m4:create", "type"),
        (4, None, ""),
    ]
    with db.read() as conn:
        source = registry.by_name(conn, "tool:a")
        assert source is not None
        reasons = {one.reason: one.count for one in notes.grouped(conn, source.id)}
        assert reasons == {"data.object.words: expected `int` >= 0": 1, "type: is not declared by any plugin": 1}
        assert sum(one.count for one in notes.grouped(conn, None)) == 2, "what names no source is noted too"
        assert registry.by_name(conn, "renown") is None


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\x01", "a\u200bb", "\u202ea", "  "])
def test_a_source_whose_name_cannot_be_shown_is_refused_and_sinks_no_other(db: Database, name: str) -> None:
    desk = reception(db)
    result = post.post(desk, body(_from(name, message("m1")), _from("tool:a", message("m2"))), BATCH)
    assert result.accepted == 1
    assert [(one.index, one.errors[0].field) for one in result.rejected] == [(0, "source")]


def test_the_answer_has_the_four_figures_that_it_promises(db: Database) -> None:
    result = post.post(reception(db), body(message("m1")), BATCH)
    assert msgspec.to_builtins(result) == {"accepted": 1, "duplicates": 0, "quarantined": 0, "rejected": []}


def test_a_bound_token_writes_to_its_own_sources_alone(db: Database) -> None:
    desk = reception(db)
    raw = body(_from("tool:a", message("m1")), _from("tool:b", message("m1")))
    result = post.post(desk, raw, BATCH, sources=frozenset({"tool:a"}))
    assert result.accepted == 1
    assert [(one.index, one.errors[0].field) for one in result.rejected] == [(1, "source")]
    with db.read() as conn:
        assert registry.by_name(conn, "tool:b") is None


def test_a_paused_source_takes_nothing_and_says_so(db: Database) -> None:
    desk = reception(db)
    with db.write() as conn:
        registry.change(conn, registry.add(conn, KEYRING, "cloudevents", "tool:a").id, state="paused")
    result = post.post(desk, body(_from("tool:a", message("m1"))), BATCH)
    assert result.accepted == 0
    assert "paused" in result.rejected[0].errors[0].message


def test_what_was_known_of_a_source_never_outlives_its_change(db: Database) -> None:
    desk = reception(db)

    def said(key: str) -> post.Result:
        said = _from("tool:a", message(key))
        said.data.object.content = f"text of {key}"
        return post.post(desk, body(said), BATCH)

    def change(**values: Any) -> None:
        with db.write() as conn:
            found = registry.by_name(conn, "tool:a")
            assert found is not None
            registry.change(conn, found.id, **values)

    assert said("m1").accepted == 1
    change(state="paused")
    assert [one.errors[0].message for one in said("m2").rejected] == ["is paused or was removed"]
    assert not desk.known, "or each of its deliveries would spoil a group"
    change(state="live")
    assert said("m3").accepted == 1
    change(keep_text=True)
    assert said("m4").accepted == 1
    change(state="removed")
    assert said("m5").rejected
    with db.read() as conn:
        kept = dict(conn.execute(select(Event.key, Event.extra).where(Event.key.like("m%"))).all())
    assert kept.keys() == {"m1:create", "m3:create", "m4:create"}
    assert [key for key, extra in kept.items() if "text of" in str(extra)] == ["m4:create"]


def test_a_plugins_refusal_reaches_the_sender(db: Database) -> None:
    desk = reception(db, screen=lambda event: ("guard", Rejection("not now")) if event.id == "m1:create" else None)
    result = post.post(desk, body(_from("t:a", message("m1")), _from("t:a", message("m2"))), BATCH)
    assert result.accepted == 1
    assert [(one.index, one.errors[0].message) for one in result.rejected] == [(0, "not now (guard)")]


def test_a_flood_of_bad_events_takes_no_room(db: Database) -> None:
    desk = reception(db)
    for _ in range(3):
        result = post.post(desk, b"\n".join([b"{}"] * 500), LINES)
        assert len(result.rejected) == 500
    with db.read() as conn:
        found = notes.grouped(conn, None)
        assert [one.count for one in found] == [1500]
        assert len(notes.rejects(conn, None, found[0].reason)) == 1


def test_an_unreadable_body_is_no_answer(db: Database) -> None:
    with pytest.raises(UnreadableBody):
        post.post(reception(db), b"{", BATCH)
