from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import String, cast, func, insert, select

import renown.access.forget
import renown.events.forget
import renown.ledger.forget
import renown.notify.forget  # noqa: F401
from renown import audit
from renown.access import links, signin, tokens
from renown.db.base import metadata
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Event, Object
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Ref, Tag, collab
from renown.notify.models import Notification
from renown.people import calendar, erase, export, merge, persons, subject
from renown.people.models import Identity, Person
from renown.sources import forget
from renown.sources.connector import SourceInfo
from renown.sources.models import Quarantine, Receipt, Reject
from renown.sources.secrets import Keyring
from tests.people.test_recognise import Make

KEYRING = Keyring("a key for tests")
ZOE = Actor(id="U0ZOE77", name="Zoë Quill", username="zoequill", email="zoe@acme.example", emailVerified=True)
BEN = Actor(id="U0BEN42", name="Ben Ode", username="benode", email="ben@acme.example", emailVerified=True)
#: What must be nowhere, in no letter case.
NEEDLES = ("U0ZOE77", "zoequill", "zoe@acme.example", "Zoë Quill", "Zo\\u00eb Quill", "zq-elsewhere")


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    forget.wire(KEYRING)
    yield
    subject.forgetters.pop("sources", None)


def event(
    key: str, verb: str, activity: Any, actor: Actor, thing: ObjectRef, source: SourceInfo, **more: Any
) -> CloudEvent:
    target = more.pop("target", Ref(id="C1", name="general"))
    return CloudEvent(
        specversion="1.0", id=key, source=source.name, type=collab(verb),
        time=datetime(2026, 5, 4, 10, len(key) % 60, tzinfo=UTC),
        data=Data(type=activity, actor=actor, object=thing, target=target, **more),
    )  # fmt: skip


def story(source: SourceInfo) -> list[CloudEvent]:
    """Two people talk, like, mention and unlike each other; keys hold accounts' ids as networks write them."""
    hello = ObjectRef(id="C1:100", kind="message", attributedTo=ZOE, words=3, title="Zoë Quill says hello")
    reply = ObjectRef(
        id="C1:101", kind="message", attributedTo=BEN, inReplyTo=Ref(id="C1:100"), content="thanks @Zoë Quill",
        tag=[Tag(type="Mention", href=ZOE.id), Tag(type="Mention", href=BEN.id)],
    )  # fmt: skip
    repo = ObjectRef(id="zoequill/tools#1", kind="issue", attributedTo=BEN, url="https://x.example/zoequill/tools/1")
    on = {"content": "+1", "statekey": "C1:100:react:+1:U0BEN42"}
    return [
        event("C1:100", "create", "Create", ZOE, hello, source),
        event("C1:101", "reply", "Create", BEN, reply, source),
        event("C1:101:like:U0ZOE77", "react", "Like", ZOE, ObjectRef(id="C1:101", attributedTo=BEN), source,
              content="+1", statekey="C1:101:react:+1:U0ZOE77"),
        event("C1:101:unlike:U0ZOE77", "react", "Undo", ZOE, ObjectRef(id="C1:101"), source,
              content="+1", statekey="C1:101:react:+1:U0ZOE77", retracts="C1:101:like:U0ZOE77"),
        event("C1:100:like:U0BEN42", "react", "Like", BEN, ObjectRef(id="C1:100", attributedTo=ZOE), source, **on),
        event("assign:U0ZOE77:1", "assign", "Add", BEN, repo, source,
              target=Ref(id="dm:U0BEN42__U0ZOE77", name="Zoë Quill")),
    ]  # fmt: skip


def take(db: Database, source: SourceInfo, events: list[CloudEvent]) -> log.Appended:
    return db.retrying(lambda conn: log.append(conn, [(source, events)]))


def person_of(db: Database, key: str) -> int:
    with db.read() as conn:
        return conn.scalars(
            select(func.coalesce(Person.root_id, Person.id))
            .join(Identity, Identity.person_id == Person.id)
            .where(Identity.key == key)
        ).one()


@pytest.fixture
def zoe(db: Database, source: Make) -> int:
    """Zoë, with everything that Renown may hold of her."""
    acme, other = source(), source("other")
    take(db, acme, story(acme))
    elsewhere = Actor(id="zq-elsewhere", name="Zoë Quill", email="zoe@acme.example", emailVerified=True)
    take(db, other, [event("1", "create", "Create", elsewhere, ObjectRef(id="1"), other)])
    person, ben = person_of(db, "U0ZOE77"), person_of(db, "U0BEN42")
    with db.write() as conn:
        signin.add_login(conn, person, "zoe@acme.example", "member", "a long enough password")
        links.make(conn, person)
        tokens.add(conn, "Zoë Quill's laptop", ["me:read"], person_id=person)
        calendar.set_leave(conn, person, 100, 110)
        persons.change(conn, person, timezone="Europe/Lisbon")
        sealed = KEYRING.seal(
            json.dumps({"actor": {"name": "Zoë Quill", "id": "U0ZOE77"}}, ensure_ascii=False).encode()
        )
        conn.execute(
            insert(Receipt).values(
                source_id=acme.id, at=1, outcome="accepted", who="Zoë Quill", payload={"user": "U0ZOE77"}
            )
        )
        conn.execute(
            insert(Receipt).values(
                source_id=acme.id, at=1, outcome="accepted", who="Ben Ode", payload={"user": "U0BEN42"}
            )
        )
        conn.execute(
            insert(Reject).values(source_id=acme.id, at=1, outcome="rejected", reason="bad", errors=[], payload=sealed)
        )
        conn.execute(
            insert(Quarantine).values(source_id=acme.id, at=1, key="q", plugin="x", reason="y", payload=sealed)
        )
        for whom, title in ((person, "Ben Ode thanked you"), (ben, "Zoë Quill answered you")):
            conn.execute(
                insert(Notification).values(
                    person_id=whom, plugin="x", kind="k", subject=str(whom), title=title, created_at=1
                )
            )
        audit.record(
            conn,
            "person.changed",
            actor_id=ben,
            via="web",
            target=f"person:{person}",
            person_id=person,
            details={"name": "Zoë Quill"},
        )
        audit.record(conn, "note.written", actor_id=ben, via="web", details={"text": "ask Zoë Quill"})
    return person


def texts(db: Database) -> Iterator[tuple[str, str]]:
    """Every value of every column that can hold text, of every table."""
    with db.read() as conn:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if column.type.python_type in (str, dict, list, object) or "JSON" in str(column.type):
                    for value in conn.scalars(select(cast(column, String)).where(column.is_not(None))):
                        yield f"{table.name}.{column.name}", value
        for table in (Reject, Quarantine):
            for payload in conn.scalars(select(table.payload)):
                yield table.__tablename__, KEYRING.open(payload).decode()


def found(db: Database) -> list[tuple[str, str]]:
    return [(place, text) for place, text in texts(db) for needle in NEEDLES if needle.lower() in text.lower()]


def erased(db: Database, person: int) -> None:
    with db.write() as conn:
        erase.erase(conn, person, None, "cli")


def test_nothing_that_names_the_person_is_left_in_any_table(db: Database, zoe: int) -> None:
    assert {place for place, _ in found(db)} >= {
        "core_person.name", "core_identity.key", "core_event.key", "core_event.statekey", "core_event.retracts",
        "core_event.extra", "core_object.key", "core_object.title", "core_object.url", "core_object.told_by",
        "core_space.key",        "core_space.name", "core_login.email", "core_token.name",
        "core_receipt.payload", "core_notification.title",
        "core_audit.details", "core_reject", "core_quarantine",
    }  # fmt: skip
    erased(db, zoe)
    assert found(db) == []


def test_what_others_did_stays_and_the_record_holds(db: Database, zoe: int) -> None:
    with db.read() as conn:
        facts = select(Event.id, Event.actor_id, Event.owner_id, Event.object_id, Event.asker_id).order_by(Event.id)
        before = conn.execute(facts).all()
        mentioned = conn.scalars(select(Identity.id).where(Identity.key.in_(("U0ZOE77", "U0BEN42")))).all()
    erased(db, zoe)
    with db.read() as conn:
        after = conn.execute(facts).all()
        assert after[: len(before)] == before
        kept = conn.scalar(select(Event.extra).where(Event.key == "C1:101"))
        assert kept["mentions"] == sorted(mentioned)
        assert {"C1:100", "C1:101"} <= set(conn.scalars(select(Object.key)))
        assert conn.scalars(select(Receipt.who)).all() == ["Ben Ode"]
        report = audit.verify(conn)
        assert report.whole
        assert report.blanked
        assert persons.find(conn, "ben@acme.example") is not None


def test_a_second_import_accepts_nothing_and_revives_nobody(db: Database, zoe: int) -> None:
    erased(db, zoe)
    with db.read() as conn:
        before = [conn.scalar(select(func.count()).select_from(table)) for table in (Person, Identity, Event, Object)]
        row = conn.execute(select(Identity.source_id).where(Identity.key == "U0BEN42")).one()
    acme = SourceInfo(row.source_id, "slack:acme", "acme", "slack", "employee", True, False, False)
    again = take(db, acme, story(acme))
    assert (again.accepted, again.duplicates, len(again.erased)) == (0, 3, 3)
    more = event("C1:102", "create", "Create", ZOE, ObjectRef(id="C1:102", kind="message"), acme)
    assert len(take(db, acme, [more]).erased) == 1
    with db.read() as conn:
        after = [conn.scalar(select(func.count()).select_from(table)) for table in (Person, Identity, Event, Object)]
    assert after == before
    assert found(db) == []


def test_a_new_like_of_an_old_message_credits_who_was_erased_without_naming_them(db: Database, zoe: int) -> None:
    with db.read() as conn:
        row = conn.execute(select(Identity.source_id, Identity.id).where(Identity.key == "U0ZOE77")).one()
    erased(db, zoe)
    acme = SourceInfo(row.source_id, "slack:acme", "acme", "slack", "employee", True, False, False)
    like = event(
        "C1:100:like2:U0BEN42", "react", "Like", BEN, ObjectRef(id="C1:100", attributedTo=ZOE), acme, content="x"
    )
    assert take(db, acme, [like]).accepted == 1
    with db.read() as conn:
        assert conn.scalar(select(Event.owner_id).where(Event.key == "C1:100:like2:U0BEN42")) == row.id
    assert found(db) == []


def test_an_undo_that_was_hashed_still_meets_its_act(db: Database, zoe: int) -> None:
    erased(db, zoe)
    with db.read() as conn:
        rows = conn.execute(
            select(Event.key, Event.statekey, Event.retracts).where(Event.key.startswith("erased:"))
        ).all()
    by_key = {row.key: row for row in rows}
    [undo] = [row for row in rows if row.retracts]
    assert by_key[undo.retracts].statekey == undo.statekey


def test_the_person_is_out_and_cannot_be_erased_or_merged_again(db: Database, zoe: int) -> None:
    session = signin.sign_in(db, "zoe@acme.example", "a long enough password", "192.0.2.1")
    ben = person_of(db, "U0BEN42")
    erased(db, zoe)
    with db.write() as conn:
        assert signin.viewer(conn, session.person_id, session.epoch) is None
        assert persons.get(conn, zoe).handle == f"erased-{zoe}"
        for act in (lambda: erase.erase(conn, zoe, None), lambda: merge.merge(conn, ben, zoe, "administrator", None)):
            with pytest.raises(merge.Refused, match="erased"):
                act()


def test_without_all_rooms_nothing_is_erased(db: Database, zoe: int) -> None:
    subject.forgetters.pop("sources")
    with pytest.raises(RuntimeError, match="sources"):
        erased(db, zoe)
    assert found(db)


def test_a_person_can_have_all_that_is_held_of_them(db: Database, zoe: int) -> None:
    with db.read() as conn:
        told = export.export(conn, zoe)
    json.dumps(told)
    assert {row["key"] for row in told["accounts"]} == {"U0ZOE77", "zq-elsewhere"}
    assert [act["type"] for act in told["acts"]] == [collab(verb) for verb in ("create", "react", "react", "create")]
    assert told["notifications"][0]["title"] == "Ben Ode thanked you"
    assert told["sign_in"][0]["email"] == "zoe@acme.example"
    assert told["leave"] == [{"from": "1970-04-11", "to": "1970-04-21"}]
    assert {"entries", "teams", "affiliations", "merges", "administrative_acts"} <= told.keys()
