"""How often plugins' hooks were called and how long they took, in all processes and for ever: for `/metrics`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from functools import partial

from sqlalchemy import Connection

from renown import clock
from renown.db import stored
from renown.db.engine import HOOKS_LOCK, Database, lock
from renown.hooks.calls import CallLog, Counts
from renown.jobs import Drain

_NAME = "hook_calls"


def drain(calls: CallLog) -> Drain:
    """In every process that has a worker. Others tell when they are asked."""
    return Drain("hook-times", partial(tell, calls), every=15 * clock.SECOND, lane="hook-times", schedule=False)


def tell(calls: CallLog, db: Database) -> bool:
    """Add what this process has counted to what all have."""
    with calls.telling:
        news = calls.news()
        if news:
            db.retrying(partial(_add, news))
            calls.told(news)
    return False


def _add(news: dict[tuple[str, str], Counts], conn: Connection) -> None:
    lock(conn, HOOKS_LOCK)
    kept = stored.get(conn, "core", _NAME, {})
    for key, counts in news.items():
        name = " ".join(key)
        before = _read(kept[name]) if name in kept else Counts()
        kept[name] = astuple(before.plus(counts))
    stored.put(conn, "core", _NAME, kept)


def totals(conn: Connection) -> dict[tuple[str, str], Counts]:
    """By plugin and hook."""
    kept = stored.get(conn, "core", _NAME, {})
    return {(name.split(" ")[0], name.split(" ")[1]): _read(counts) for name, counts in sorted(kept.items())}


def of(conn: Connection, calls: CallLog, plugin: str) -> dict[str, Counts]:
    """By hook: what all processes have told so far, and what this one has yet to tell."""
    found = {hook: counts for (owner, hook), counts in totals(conn).items() if owner == plugin}
    for (owner, hook), counts in calls.news().items():
        if owner == plugin:
            found[hook] = found.get(hook, Counts()).plus(counts)
    return found


def forget(conn: Connection, plugin: str) -> None:
    """Begin to count the calls of its hooks anew."""
    lock(conn, HOOKS_LOCK)
    kept = stored.get(conn, "core", _NAME, {})
    left = {name: counts for name, counts in kept.items() if name.split(" ")[0] != plugin}
    if len(left) < len(kept):
        stored.put(conn, "core", _NAME, left)


def _read(counts: Sequence[int]) -> Counts:
    # What was told before the longest call was kept has four numbers.
    return Counts(*counts)
