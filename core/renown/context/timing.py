"""How often plugins' hooks were called and how long they took, in all processes and for ever: for `/metrics`."""

from __future__ import annotations

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
        before = kept.get(name, (0, 0, 0, 0))
        kept[name] = [one + more for one, more in zip(before, astuple(counts)[:4], strict=True)]
    stored.put(conn, "core", _NAME, kept)


def totals(conn: Connection) -> dict[tuple[str, str], Counts]:
    """By plugin and hook."""
    kept = stored.get(conn, "core", _NAME, {})
    return {(name.split(" ")[0], name.split(" ")[1]): Counts(*counts) for name, counts in sorted(kept.items())}
