"""Objects and what is known of them. All of it happens under the log's lock, so it is a function of the log.

An object's facts are those of one act: the one that made it, else one that told its owner, else one that told
anything; of equal ones the earliest, then the smallest key. So the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from renown.db.sets import listed
from renown.db.spelled import Spelled, spelled_among
from renown.db.staging import copy_in, update_by_id
from renown.events.models import Object
from renown.events.types import CloudEvent, collab

NAMED, TOLD, TOLD_OWNER, MADE = 0, 1, 2, 3

MAKERS = frozenset(collab(verb) for verb in ("create", "reply", "ask", "answer", "publish"))
_TOLD = ("kind", "owner_id", "space_id", "parent_id", "words", "url", "title", "rank", "told_at", "told_by")
_COLUMNS = ("id", "source_id", "key", *_TOLD)
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM core_object WHERE "
_BY_KEY, _BY_ID = (
    spelled_among(_ALL + "source_id = :source AND key {among}"),
    spelled_among(_ALL + "id {among}", "BIGINT"),
)


class Facts(Struct, frozen=True, gc=False):
    """Ids; None is not known."""

    kind: int | None = None
    owner: int | None = None
    space: int | None = None
    parent: int | None = None
    words: int | None = None


NOTHING = Facts()


class Thing(Struct, gc=False):
    """One object, and what was known of it before this transaction."""

    id: int
    source_id: int
    key: str
    facts: Facts = NOTHING
    url: str | None = None
    title: str | None = None
    rank: int = NAMED
    told_at: int = 0
    told_by: str = ""
    before: Facts | None = None
    changed: bool = False

    def tell(self, rank: int, at: int, by: str, facts: Facts, url: str | None, title: str | None) -> None:
        """Take the facts of this act if it is the better witness."""
        if (-rank, at, by) < (-self.rank, self.told_at, self.told_by) or self.rank == NAMED:
            self.rank, self.told_at, self.told_by = rank, at, by
            self.facts, self.url, self.title = facts, url, title
            self.changed = True

    def row(self) -> tuple[Any, ...]:
        facts = self.facts
        told = (self.rank, self.told_at, self.told_by) if self.rank else (0, None, None)
        return (facts.kind, facts.owner, facts.space, facts.parent, facts.words, self.url, self.title, *told)


def makes(event: CloudEvent) -> bool:
    """Whether the act makes its object, so that its facts are the object's. Plugins' own types may, too."""
    return event.data.type == "Create" and (event.type in MAKERS or not event.type.startswith("collab."))


@dataclass
class Objects:
    """The objects that a transaction speaks of."""

    conn: Connection
    #: The highest id that there is.
    last: int
    by_key: dict[tuple[int, str], Thing] = field(default_factory=dict)
    by_id: dict[int, Thing] = field(default_factory=dict)
    made: list[Thing] = field(default_factory=list)

    def load(self, source_id: int, keys: Iterable[str]) -> None:
        """Read the objects with these keys."""
        wanted = list(keys)
        if wanted:
            self._read(_BY_KEY, {"source": source_id, "given": listed(self.conn, wanted)})

    def load_ids(self, ids: Iterable[int | None]) -> None:
        """Read the objects with these ids, those apart that are here already."""
        wanted = {number for number in ids if number is not None} - self.by_id.keys()
        if wanted:
            self._read(_BY_ID, {"given": listed(self.conn, wanted)})

    def make(self, keys: Iterable[tuple[int, str]]) -> None:
        """Number those of `keys` that are not there yet."""
        new = sorted(key for key in keys if key not in self.by_key)
        for number, (source_id, key) in enumerate(new, self.last + 1):
            thing = Thing(number, source_id, key)
            self.made.append(thing)
            self._keep(thing)
        self.last += len(new)

    def owner(self, number: int | None) -> int | None:
        return None if number is None else self.by_id[number].facts.owner

    def write(self) -> list[Thing]:
        """Write what is new or changed; give those that were there before and of which now something else is known."""
        new = [(thing.id, thing.source_id, thing.key, *thing.row()) for thing in self.made]
        copy_in(self.conn, Object.__table__, _COLUMNS, new)
        changed = sorted(
            (thing for thing in self.by_id.values() if thing.changed and thing.before is not None),
            key=lambda thing: thing.id,
        )
        update_by_id(self.conn, Object.__table__, _TOLD, [(thing.id, *thing.row()) for thing in changed])
        return [thing for thing in changed if thing.facts != thing.before]

    def _read(self, query: Spelled, values: dict[str, Any]) -> None:
        for row in query(self.conn, values):
            number, source_id, key, kind, owner, space, parent, words, url, title, rank, at, by = row
            facts = Facts(kind, owner, space, parent, words)
            self._keep(Thing(number, source_id, key, facts, url, title, rank, at or 0, by or "", facts))

    def _keep(self, thing: Thing) -> None:
        self.by_id[thing.id] = thing
        self.by_key[thing.source_id, thing.key] = thing
