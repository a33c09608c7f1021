"""Deliveries: believed only when signed, answered only when committed, and never lost."""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from renown.db.engine import Database
from renown.events.models import Event, Space
from renown.events.types import Quality
from renown.hooks.guard import Fault
from renown.hooks.types import Rejection
from renown.people import pseudonym
from renown.sources import again, intake, notes, receive, registry
from renown.sources.connector import Answer, Connector
from renown.sources.models import Quarantine, Reject
from tests.events.kit import message
from tests.sources.kit import KEYRING, SECRET, Post, body, connect, reception, send, signed


def _outcomes(db: Database, source_id: int) -> list[tuple[str, str | None]]:
    with db.read() as conn:
        return [(row.outcome, row.reason) for row in notes.deliveries(conn, source_id)]


def test_a_delivery_is_taken_and_retried_ones_count_as_duplicates(db: Database) -> None:
    desk, source = reception(db), connect(db)
    first = send(desk, source, message("m1"), "skip")
    again_ = send(desk, source, message("m1"), message("m2"))
    assert (first["accepted"], first["skipped"]) == (1, 1)
    assert (again_["accepted"], again_["duplicates"]) == (1, 1)
    with db.read() as conn:
        row = registry.by_id(conn, source.id)
        assert row is not None
        assert row.last_event_at > 0
        assert [(one.outcome, one.reason, one.count) for one in notes.grouped(conn, source.id)] == [
            ("skipped", "no event", 1)
        ]


def test_a_delivery_of_which_all_is_there_already_says_so(db: Database) -> None:
    desk, source = reception(db), connect(db)
    for events in ([message("m1")], [message("m1"), "skip"], [message("m1"), message("m2")]):
        send(desk, source, *events)
    assert [outcome for outcome, _ in _outcomes(db, source.id)] == ["accepted", "duplicate", "accepted"]


def test_one_bit_off_and_nothing_is_taken(db: Database) -> None:
    desk, source = reception(db), connect(db)
    inbound = signed(body(message("m1")), secret="another")
    answer = receive.deliver(desk, source.slug, inbound)
    assert answer.status == 401
    assert "X-Signature" in answer.body
    for _ in range(20):
        receive.deliver(desk, source.slug, inbound)
    assert _outcomes(db, source.id) == [("refused", "X-Signature did not match")], "a flood is noted once"


def test_old_and_new_secrets_are_believed_while_they_are_changed(db: Database) -> None:
    desk, source = reception(db), connect(db)
    with db.write() as conn:
        made = registry.add_secret(conn, KEYRING, source.id)
    for secret in (SECRET, made):
        raw = body(message(f"m-{secret[:3]}"))
        assert receive.deliver(desk, source.slug, signed(raw, secret)).status == 200
    with db.write() as conn:
        registry.drop_old_secrets(conn, source.id)
        stored = conn.execute(select(registry.Source.secrets)).scalars().all()
        assert SECRET not in str(stored)
        assert made not in str(stored)
    assert receive.deliver(desk, source.slug, signed(body(message("m9")), SECRET)).status == 401


def test_a_handshake_is_answered(db: Database) -> None:
    desk, source = reception(db), connect(db)
    assert receive.deliver(desk, source.slug, signed(b'"ping"')) == Answer(200, "pong")


@pytest.mark.parametrize(
    ("raw", "headers", "status", "said"),
    [
        (b"not json", {}, 400, "no array"),
        (b"[" * 70 + b"]" * 70, {}, 400, "deeper than 64"),
        (b"[" + b" " * (1 << 20) + b"]", {}, 413, "larger than"),
        (gzip.compress(b" " * (2 << 20)), {"content-encoding": "gzip"}, 413, "when unpacked"),
        (b"\x1f\x8b\x08 no", {"content-encoding": "gzip"}, 400, "gzip"),
        (b"[]", {"content-encoding": "br"}, 415, "br"),
    ],
)
def test_what_cannot_be_read_says_why(
    db: Database, raw: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    desk, source = reception(db), connect(db)
    answer = receive.deliver(desk, source.slug, signed(raw, **headers))
    assert answer.status == status
    assert said in answer.body
    assert said in str(_outcomes(db, source.id))


def test_gzip_is_read(db: Database) -> None:
    desk, source = reception(db), connect(db)
    raw = gzip.compress(body(message("m1")))
    answer = receive.deliver(desk, source.slug, signed(raw, **{"content-encoding": "gzip"}))
    assert msgspec.json.decode(answer.body)["accepted"] == 1


def test_nothing_listens_at_other_addresses(db: Database) -> None:
    desk, source = reception(db), connect(db)
    for slug, network in (("nowhere", None), (source.slug, "slack")):
        with pytest.raises(receive.NoSuchAddress):
            receive.deliver(desk, slug, signed(b"[]"), network)
    with db.write() as conn:
        registry.remove(conn, source.id)
    with pytest.raises(receive.NoSuchAddress):
        receive.deliver(desk, source.slug, signed(b"[]"))


def test_a_paused_source_and_a_plugin_that_is_off_are_to_be_tried_later(db: Database) -> None:
    source = connect(db)
    assert receive.deliver(reception(db, connectors=()), source.slug, signed(b"[]")).status == 503
    with db.write() as conn:
        registry.change(conn, source.id, state="paused")
    assert receive.deliver(reception(db), source.slug, signed(b"[]")).status == 503


def test_a_connectors_fault_loses_nothing(db: Database) -> None:
    desk, source = reception(db), connect(db)
    answer = receive.deliver(desk, source.slug, signed(b'"bug"'))
    assert answer.status == 200
    assert msgspec.json.decode(answer.body)["rejected"] == 1
    reason = "the connector failed: KeyError"
    assert again.try_again(desk, source.id, reason).rejected == 1, "it still fails, and is kept"

    class Mended(Post):
        def normalise(self, inbound: Any, source: Any) -> Any:
            return iter([message("m1")])

    assert again.try_again(reception(db, connectors=(Mended(),)), source.id, reason).accepted == 1
    with db.read() as conn:
        assert notes.grouped(conn, source.id) == []


def test_an_event_that_breaks_the_contract_is_refused_by_field_and_its_neighbours_taken(db: Database) -> None:
    desk, source = reception(db), connect(db)
    long, odd = message("m2"), message("m3")
    long.data.object.title = "x" * 301
    odd.data.actor.name = "nul \0"
    result = send(desk, source, message("m1"))
    prepared = intake.prepare(desk, source, [long, odd, message("m4")])
    counts = intake.commit(db, [prepared])[0]
    assert (result["accepted"], counts.accepted, counts.rejected) == (1, 1, 2)
    assert [(one.index, one.errors[0].field) for one in counts.details] == [
        (0, "data.object.title"),
        (1, "data.actor.name"),
    ]


def test_private_spaces_and_texts_stay_out_unless_the_source_keeps_them(db: Database) -> None:
    desk = reception(db)
    plain, keeping = connect(db), connect(db, "post:keeps", keep_text=True, keep_private=True)
    for source in (plain, keeping):
        said, secret = message("m1", words=None), message("m2", quality=Quality(private=True))
        said.data.object.content, said.data.object.title = "Three little words", "Title"
        result = send(desk, source, said, secret)
        assert (result["accepted"], result["skipped"]) == ((2, 0) if source is keeping else (1, 1))
    with db.read() as conn:
        rows = conn.execute(select(Event.words, Event.extra, Event.source_id).where(Event.key == "m1:create")).all()
        by_source = {row.source_id: row for row in rows}
        assert by_source[plain.id].words == 3
        assert by_source[plain.id].extra.keys() == {"digest"}
        assert by_source[keeping.id].extra["text"] == "Three little words"
        assert intake.PRIVATE in [one.reason for one in notes.grouped(conn, plain.id)]


@pytest.mark.parametrize("erased", [False, True], ids=["", "named after somebody erased"])
def test_a_place_that_becomes_private_is_private_though_its_events_are_left_out(db: Database, erased: bool) -> None:
    desk, source = reception(db), connect(db)
    send(desk, source, message("m1", space="C1"), message("m2", space="C2"))
    if erased:
        with db.write() as conn:
            hashed = pseudonym.make_hasher(conn)
            conn.execute(update(Space).where(Space.key == "C1").values(key=hashed("C1")))
    secret = [message(f"s{space}", space=space, quality=Quality(private=True)) for space in ("C1", "C3")]
    assert send(desk, source, *secret)["skipped"] == 2
    with db.read() as conn:
        rows = conn.execute(select(Space.key, Space.private).order_by(Space.id)).all()
    assert [row.private for row in rows] == [True, False], "of C3, which was never public, nothing is kept"
    assert rows[1].key == "C2"


def test_the_live_view_shows_no_text(db: Database) -> None:
    desk, source = reception(db), connect(db)
    said = message("m1")
    said.data.object.content, said.data.actor.email = "do not tell", "ann@acme.example"
    send(desk, source, said)
    with db.read() as conn:
        line = notes.deliveries(conn, source.id)[0]
    assert line.outcome == "accepted"
    assert "tell" not in str(line.payload)
    assert "acme" not in str(line.payload)


def test_what_a_plugin_fails_to_screen_is_held_back_and_let_out_again(db: Database) -> None:
    source = connect(db)
    fault = Fault("guard", "screen_event", "it broke")
    desk = reception(db, screen=lambda event: fault)
    assert send(desk, source, message("m1"), message("m2"))["quarantined"] == 2
    assert send(desk, source, message("m1"))["quarantined"] == 1
    with db.read() as conn:
        held = notes.quarantined(conn, source.id)
        assert [(one.key, one.plugin) for one in held] == [("m1:create", "guard"), ("m2:create", "guard")]
        assert b"m1:create" not in conn.scalars(select(Quarantine.payload)).first()  # type: ignore[operator]
    assert again.release(desk, source.id, [held[0].id]).quarantined == 1, "it still fails"
    assert again.release(reception(db), source.id).accepted == 2
    with db.read() as conn:
        assert notes.quarantined(conn, source.id) == []


def test_what_a_plugin_refuses_can_be_tried_again(db: Database) -> None:
    source = connect(db)
    desk = reception(db, screen=lambda event: ("guard", Rejection("not here", "data.actor")))
    assert send(desk, source, message("m1"))["rejected"][0]["errors"] == [
        {"field": "data.actor", "message": "not here (guard)"}
    ]
    reason = "data.actor: not here (guard)"
    with db.read() as conn:
        assert [(one.reason, one.count, one.again) for one in notes.grouped(conn, source.id)] == [(reason, 1, 1)]
        assert notes.rejects(conn, source.id, reason)[0].key == "m1:create"
        assert b"m1:create" not in conn.scalars(select(Reject.payload)).one()  # type: ignore[operator]
    assert again.try_again(reception(db), source.id, reason).accepted == 1


def test_what_plugins_add_is_kept_with_the_event(db: Database) -> None:
    source = connect(db)
    send(reception(db, enrich=lambda event: {"tagger": {"id": event.id}}), source, message("m1"))
    with db.read() as conn:
        assert conn.scalars(select(Event.extra).where(Event.key == "m1:create")).one() == {
            "tagger": {"id": "m1:create"}
        }


def test_the_live_view_forgets_the_oldest(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "RECEIPTS", 3)
    desk, source = reception(db), connect(db)
    for number in range(5):
        send(desk, source, message(f"m{number}"))
    with db.write() as conn:
        assert notes.prune(conn) == 2
        assert len(notes.deliveries(conn, source.id)) == 3


def test_a_delivery_is_kept_without_its_signature() -> None:
    packed = receive.pack(signed(b"\xff\x00"))
    assert b"signature" not in packed
    assert receive.unpack(packed).body == b"\xff\x00"


def test_connectors_without_a_check_believe_nobody(db: Database) -> None:
    class Open(Connector):
        network = "post"
        title = "Open"

    source = connect(db)
    assert receive.deliver(reception(db, connectors=(Open(),)), source.slug, signed(b"[]")).status == 401
