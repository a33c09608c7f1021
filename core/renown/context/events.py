"""A plugin's own events, and reading the log."""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, insert, select

from renown import clock
from renown.db.sets import among
from renown.events import log, read, terms
from renown.events.models import Event
from renown.events.receive import Refusal, Vocabulary, validate
from renown.events.types import CloudEvent, Data
from renown.people import changes
from renown.people.models import Identity, Person
from renown.sources import registry
from renown.sources.connector import SourceInfo
from renown.sources.models import Source

if TYPE_CHECKING:
    from renown.context.base import PluginContext

#: How a person is named in the events of plugins.
PERSON = "person:"


class RefusedEvent(ValueError):
    """An event that breaks the contract. The text names the fields."""


class EventsService:
    """`ctx.events`. Events of a plugin come from a source of its own, `renown:<plugin>`, which nobody else may name."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx
        self._queue: list[CloudEvent] = []

    def append(self, type: str, data: Data, *, key: str | None = None, at: int | None = None) -> str:
        """Queue an event for the log and return its natural key, which is what a plugin stores.

        It is numbered just before the transaction commits. `key` makes it idempotent: one key is taken once. `at` is
        when it was done (microseconds), now if None. Actors and owners are written `ctx.people.actor(person)`.
        Raises RefusedEvent.
        """
        ctx = self._ctx
        ctx._connection  # noqa: B018 - raises where there is no transaction to append in
        event = CloudEvent(
            specversion="1.0",
            id=key or secrets.token_hex(12),
            source=ctx.plugin,
            type=type,
            time=clock.to_datetime(clock.now() if at is None else at),
            data=data,
        )
        manifest = ctx._parts.plugins.manifests[ctx.plugin]
        words = Vocabulary(frozenset(one.name for one in manifest.event_types), frozenset(manifest.object_kinds))
        checked = validate(event, vocabulary=words)
        if isinstance(checked, Refusal):
            raise RefusedEvent("; ".join(f"{error.field} {error.message}" for error in checked.errors))
        self._queue.append(replace(checked, source=source_name(ctx.plugin)))
        return event.id

    def read(self, after: int = 0, limit: int = 500) -> Sequence[Row[Any]]:
        """Rows of the log behind a position, in order. Columns are those of `core_event`."""
        return read.after(self._ctx._connection, after, limit)

    def position(self, key: str) -> int | None:
        """Where one of this plugin's own events stands in the log; None while it is only queued."""
        conn = self._ctx._connection
        source = conn.scalar(select(Source.id).where(Source.name == source_name(self._ctx.plugin)))
        return conn.scalar(select(Event.id).where(Event.source_id == source, Event.key == key))

    def packed(self, columns: Sequence[str], first: int = 1, last: int | None = None) -> dict[str, array[int]]:
        """Columns of many events as arrays of 64-bit integers, 0 where not known: for millions of events."""
        conn = self._ctx._connection
        return read.packed(conn, columns, first, log.head(conn) if last is None else last)

    def term(self, id: int) -> str:
        """What a packed `verb` or `kind` number stands for."""
        return terms.load(self._ctx._connection).names[id]

    def flush(self) -> None:
        """Append what is queued. The log's lock is held from here to the commit, so this comes last."""
        if self._queue:
            queued, self._queue = self._queue, []
            log.append(self._ctx._connection, [(own_source(self._ctx._connection, self._ctx.plugin), queued)])


def source_name(plugin: str) -> str:
    return f"{log.CORE}:{plugin}"


def own_source(conn: Connection, plugin: str) -> SourceInfo:
    """The source of a plugin's own events, made with the first of them. Nobody delivers to it."""
    row = registry.by_name(conn, source_name(plugin))
    if row is None:
        changes.begin(conn)
        row = registry.by_name(conn, source_name(plugin))
    if row is None:
        values = {"name": source_name(plugin), "network": "renown", "slug": f"plugin-{plugin}", "title": plugin}
        conn.execute(insert(Source).values(values | {"affiliation": "customer", "created_at": clock.now()}))
        row = registry.by_name(conn, source_name(plugin))
        assert row is not None
    return registry.info(row)


def own_account(conn: Connection, plugin: str, person: int) -> str:
    """The key under which a person acts in a plugin's events: an account that was theirs from the start."""
    source, key = own_source(conn, plugin), f"{PERSON}{person}"
    wanted = select(Identity.id).where(Identity.source_id == source.id, Identity.key == key)
    if conn.scalar(wanted) is None:
        changes.begin(conn)
        if conn.scalar(wanted) is None:
            values = {"source_id": source.id, "key": key, "person_id": person, "first_seen": clock.now()}
            conn.execute(insert(Identity).values(values))
    return key


def own_accounts(conn: Connection, plugin: str, people: Collection[int]) -> dict[int, str]:
    """The same of many people, by the ids that were asked for, merges followed."""
    source = own_source(conn, plugin)
    top = func.coalesce(Person.root_id, Person.id)
    rows = conn.execute(select(Person.id, top).where(among(conn, Person.id, list(people)))).all()
    keys = {root: f"{PERSON}{root}" for _, root in rows}
    known = _known(conn, source, keys.values())
    if len(known) < len(keys):
        changes.begin(conn)
        known = _known(conn, source, keys.values())
        values = {"source_id": source.id, "first_seen": clock.now()}
        missing = [values | {"key": key, "person_id": one} for one, key in keys.items() if key not in known]
        if missing:
            conn.execute(insert(Identity), missing)
    return {person: keys[root] for person, root in rows}


def _known(conn: Connection, source: SourceInfo, keys: Collection[str]) -> set[str]:
    wanted = select(Identity.key).where(Identity.source_id == source.id, among(conn, Identity.key, list(keys)))
    return set(conn.scalars(wanted))
