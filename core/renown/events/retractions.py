"""Which acts are undone, as the log says it now, by the rule of counting: for what hangs on few of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from renown.db.sets import listed
from renown.db.spelled import Spelled, spelled_among

#: Retractions of retractions are followed this deep; nobody means more by it.
_DEEPEST = 100

#: A source's id, and an act's key in it.
Key = tuple[int, str]

_COLUMNS = "source_id, key, retracts, object_id, type"
_BY = spelled_among(
    f"SELECT {_COLUMNS} FROM core_event WHERE source_id = :source AND retracts IS NOT NULL AND retracts {{among}}"
)
_OF = spelled_among(f"SELECT {_COLUMNS} FROM core_event WHERE source_id = :source AND key {{among}}")


class Retractions:
    """What retracts some acts, what retracts that, and so on."""

    def __init__(self, conn: Connection, acts: Iterable[Key]) -> None:
        self._of: defaultdict[Key, list[Key]] = defaultdict(list)
        for row in _followed(conn, _BY, acts, lambda row: row.key):
            self._of[row.source_id, row.retracts].append((row.source_id, row.key))

    def undone(self, act: Key) -> bool:
        """Whether some retraction of it holds: one that is not itself retracted."""
        return self._undone(act, frozenset((act,)))

    def _undone(self, act: Key, path: frozenset[Key]) -> bool:
        return len(path) <= _DEEPEST and any(
            undo not in path and not self._undone(undo, path | {undo}) for undo in self._of.get(act, ())
        )


def retracted(conn: Connection, acts: Iterable[Key]) -> Iterator[Any]:
    """Those of these acts that are in the log, what they retract, and so on: with `object_id` and `type`."""
    return _followed(conn, _OF, acts, lambda row: row.retracts)


def _followed(
    conn: Connection, step: Spelled, first: Iterable[Key], leads_to: Callable[[Any], str | None]
) -> Iterator[Any]:
    due, seen = set(first), set[Key]()
    for _ in range(_DEEPEST):
        seen |= due
        rows = [
            row
            for source in sorted({source for source, _ in due})
            for row in step(conn, {"source": source, "given": listed(conn, [key for one, key in due if one == source])})
        ]
        yield from rows
        due = {(row.source_id, key) for row in rows if (key := leads_to(row)) is not None} - seen
        if not due:
            return
