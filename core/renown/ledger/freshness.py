"""How far behind the boards are: the age of the oldest event in the log that they do not show yet."""

from __future__ import annotations

from bisect import bisect_right

from sqlalchemy import Connection, text

from renown import clock
from renown.events import log


def age(conn: Connection) -> int:
    """Microseconds; 0 where the boards show everything. Readers that stopped count.

    Those switched off do not, nor those whose measures have no boards.
    """
    at, head = clock.now(), log.head(conn)
    oldest = at
    for row in conn.execute(text(_BEHIND), {"head": head}):
        oldest = min(oldest, _recorded(conn, row.position + 1))
    for row in conn.execute(text(_WAITING)):
        # What was recorded after the last tick, and has been counted since.
        first = (
            bisect_right(range(1, row.position + 1), row.stood_at, key=lambda position: _recorded(conn, position)) + 1
        )
        if first <= row.position:
            oldest = min(oldest, _recorded(conn, first))
    return max(0, at - oldest)


def _recorded(conn: Connection, position: int) -> int:
    """When the event there was recorded; positions have no gaps."""
    found = conn.scalar(text("SELECT recorded_at FROM core_event WHERE id = :id"), {"id": position})
    return clock.now() if found is None else int(found)


_BEHIND = """
    SELECT c.position FROM core_consumer c JOIN core_generation g ON g.id = c.generation AND g.state = 'live'
    WHERE c.kind = 'score' AND c.state <> 'off' AND c.position < :head
      AND EXISTS (SELECT 1 FROM core_measure m WHERE m.generation = g.id AND m.listed = true)
"""

_WAITING = """
    SELECT m.stood_at, c.position FROM core_measure m
    JOIN core_consumer c ON c.kind = 'score' AND c.generation = m.generation
    WHERE EXISTS (SELECT 1 FROM core_day_total d WHERE d.generation = m.generation AND d.measure = m.id
                  AND d.amount <> d.stood)
"""
