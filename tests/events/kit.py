"""Short ways to write events, connect sources and read back what the log says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from renown.db.engine import Database
from renown.events import terms
from renown.events.models import Event, Object, Space
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Quality, Ref, Tag, collab
from renown.people.models import Identity
from renown.sources import registry
from renown.sources.connector import SourceInfo
from renown.sources.secrets import Keyring

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
KEYRING = Keyring("a key for tests")


def connect(db: Database, name: str = "slack:T1", **changes: Any) -> SourceInfo:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "slack", name)
        if changes:
            registry.change(conn, row.id, **changes)
        found = registry.by_id(conn, row.id)
        assert found is not None
        return registry.info(found)


def event(
    key: str,
    verb: str = "react",
    activity: str = "Like",
    *,
    actor: str = "U1",
    thing: str = "m1",
    owner: str | None = None,
    parent: str | None = None,
    kind: str | None = None,
    space: str | None = None,
    words: int | None = None,
    minute: int = 0,
    content: str | None = None,
    statekey: str | None = None,
    retracts: str | None = None,
    quality: Quality | None = None,
    source: str = "slack:T1",
    mentions: Sequence[str] = (),
    hashtags: Sequence[str] | None = None,
) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=key,
        source=source,
        type=collab(verb),
        time=START + timedelta(minutes=minute),
        data=Data(
            type=activity,  # type: ignore[arg-type]
            actor=Actor(id=actor),
            object=ObjectRef(
                id=thing,
                kind=kind,
                attributedTo=None if owner is None else Actor(id=owner),
                inReplyTo=None if parent is None else Ref(id=parent),
                words=words,
                tag=_tags(mentions, hashtags),
            ),
            target=None if space is None else Ref(id=space),
            content=content,
            statekey=statekey,
            retracts=retracts,
            quality=quality,
        ),
    )


def _tags(mentions: Sequence[str], hashtags: Sequence[str] | None) -> list[Tag] | None:
    named = [Tag(type="Mention", href=account) for account in mentions]
    return (
        None if hashtags is None and not named else [*named, *(Tag(type="Hashtag", name=one) for one in hashtags or ())]
    )


def message(key: str, actor: str = "U1", **values: Any) -> CloudEvent:
    values = {"thing": key, "kind": "message", "space": "C1", "words": 5, **values}
    verb = "reply" if values.get("parent") else "create"
    return event(f"{key}:create", verb, "Create", actor=actor, **values)


class Known(NamedTuple):
    """The facts of an event in words that do not depend on ids."""

    kind: str | None
    owner: str | None
    asker: str | None
    parent: str | None
    space: str | None
    words: int | None


def known(conn: Connection, source_id: int | None = None) -> dict[str, Known]:
    """What is known in the end of each event: its row, or what was last resolved of it."""
    names = terms.load(conn).names
    accounts = {row.id: row.key for row in conn.execute(select(Identity.id, Identity.key))}
    objects = {row.id: row.key for row in conn.execute(select(Object.id, Object.key))}
    spaces = {row.id: row.key for row in conn.execute(select(Space.id, Space.key))}
    rows = {row.id: row for row in conn.execute(select(Event.__table__).order_by(Event.id))}
    said = {number: row for number, row in rows.items() if not names[row.verb].startswith("renown.")}
    last = dict(said)
    for row in rows.values():
        if names[row.verb] == "renown.resolved.v1":
            last[row.cites] = row
    return {
        said[number].key: Known(
            names.get(row.kind),
            accounts.get(row.owner_id),
            accounts.get(row.asker_id),
            objects.get(row.parent_id),
            spaces.get(row.space_id),
            row.words,
        )
        for number, row in last.items()
        if source_id in (None, said[number].source_id)
    }


def positions(conn: Connection) -> list[int]:
    return list(conn.scalars(select(Event.id).order_by(Event.id)))
