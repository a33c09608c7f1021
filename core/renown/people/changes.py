"""How this room reaches those above it: the log appends what happened, and listeners act in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from renown.db.engine import PEOPLE_LOCK, lock


class Append(Protocol):
    """Append an event `renown.<verb>.v1` for each of `extras`, one after the other; return the first's position.

    `extras` hold ids, never names.
    """

    def __call__(self, conn: Connection, verb: str, extras: Sequence[Mapping[str, Any]]) -> int: ...


@dataclass(frozen=True)
class Change:
    """What happened to which people (not only roots), at which position of the log, and what the events said."""

    verb: str
    people: tuple[int, ...]
    position: int
    said: tuple[Mapping[str, Any], ...] = ()


Listener = Callable[[Connection, Change], None]

_append: list[Append] = []
_listeners: list[Listener] = []


def appended_by(append: Append) -> None:
    """The log says how a core event is appended; the last one to say so holds."""
    _append[:] = [append]


def listen(listener: Listener) -> Listener:
    """Call `listener` at every change, in its transaction. Also a decorator; registering twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def begin(conn: Connection) -> None:
    """Whoever writes people holds this lock to the commit, and takes it before the log's."""
    lock(conn, PEOPLE_LOCK)


def announce(conn: Connection, verb: str, people: Collection[int], **extra: Any) -> int:
    """Append the event, tell the listeners, and return the position from which the change is known."""
    return announce_all(conn, verb, people, [extra])


def announce_all(conn: Connection, verb: str, people: Collection[int], extras: Sequence[Mapping[str, Any]]) -> int:
    """The same for several events at once; the others follow the first without a gap."""
    if not _append:
        raise RuntimeError("no log: import renown.events.log before people are changed")
    position = _append[0](conn, verb, extras)
    tell(conn, Change(verb, tuple(sorted(people)), position, tuple(extras)))
    return position


def tell(conn: Connection, change: Change) -> None:
    for listener in _listeners:
        listener(conn, change)
