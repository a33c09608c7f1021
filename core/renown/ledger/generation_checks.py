"""Checks of generations and of the readers that count them. Part of `renown reconcile`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from renown import clock
from renown.ledger import checks, recount
from renown.ledger import generations as counts
from renown.ledger.checks import Found


def generations(conn: Connection, repair: bool) -> Iterator[Found]:
    """Each measure is read from its plugin's one live generation, each of which has a reader; none lies about."""
    for row in conn.execute(text(_NOT_LIVE)).all():
        where = f"generation {row.generation}, which is not the live one of its plugin"
        if row.live is None or row.lives > 1:
            yield Found(f"pages read {row.name} from {where}, and there are {row.lives}", checks.REPLAY)
            continue
        yield Found(f"pages read {row.name} from {where}: that is {row.live}")
        if repair:
            conn.execute(
                text("UPDATE core_measure SET generation = :live WHERE id = :id"), {"live": row.live, "id": row.id}
            )
    for row in conn.execute(text(_UNREAD)).all():
        yield Found(f"nobody counts on in generation {row.id} of {row.plugin}: it has no reader")
        if repair:
            # Events after the last that led to an entry lead to none, or lead to the same ones again.
            values = {"name": counts.consumer_name(row.plugin, row.id), "plugin": row.plugin, "generation": row.id,
                      "position": row.counted, "now": clock.now()}  # fmt: skip
            conn.execute(text(_READER), values)
    for row in conn.execute(text(_GIVEN_UP), {"before": clock.now() - recount.REPLAY_KEPT}).all():
        yield Found(f"a replay of {row.plugin}, generation {row.id}, was given up and takes room")
        if repair:
            # The worker clears it away, a part at a time.
            counts.discard(conn, row.id)


_NOT_LIVE = """
    SELECT m.id, m.name, m.generation,
           (SELECT max(l.id) FROM core_generation l WHERE l.plugin = m.plugin AND l.state = 'live') AS live,
           (SELECT count(*) FROM core_generation l WHERE l.plugin = m.plugin AND l.state = 'live') AS lives
    FROM core_measure m LEFT JOIN core_generation g ON g.id = m.generation AND g.state = 'live' AND g.plugin = m.plugin
    WHERE m.generation IS NOT NULL AND g.id IS NULL ORDER BY m.name
"""

_UNREAD = """
    SELECT g.id, g.plugin,
           coalesce((SELECT max(e.event_id) FROM core_entry e WHERE e.generation = g.id), 0) AS counted
    FROM core_generation g LEFT JOIN core_consumer c ON c.generation = g.id AND c.kind = 'score'
    WHERE g.state IN ('live', 'building') AND c.name IS NULL ORDER BY g.id
"""

_READER = """
    INSERT INTO core_consumer (name, kind, plugin, generation, position, state, attempts, moved_at)
    VALUES (:name, 'score', :plugin, :generation, :position, 'running', 0, :now)
"""

_GIVEN_UP = """
    SELECT g.id, g.plugin FROM core_generation g LEFT JOIN core_consumer c ON c.generation = g.id
    WHERE g.state IN ('replay', 'rebuild') AND coalesce(c.moved_at, 0) < :before ORDER BY g.id
"""


def cursors(conn: Connection, repair: bool) -> Iterator[Found]:
    ahead = "position > (SELECT coalesce(max(id), 0) FROM core_event)"
    last = conn.scalar(text("SELECT coalesce(max(id), 0) FROM core_event"))
    for row in conn.execute(text(f"SELECT name, position FROM core_consumer WHERE {ahead} ORDER BY name")).all():
        yield Found(f"{row.name} has read up to position {row.position}, but the log ends at {last}", checks.REPLAY)
        if repair:
            conn.execute(
                text("UPDATE core_consumer SET position = :last WHERE name = :name"), {"last": last, "name": row.name}
            )
    for row in conn.execute(text(_BEHIND)).all():
        yield Found(
            f"{row.name} has read up to position {row.position}, but has counted event {row.counted} already: it would"
            " count again"
        )
        if repair:
            conn.execute(text("UPDATE core_consumer SET position = :counted WHERE name = :name"), dict(row._mapping))


_BEHIND = """
    SELECT c.name, c.position, e.counted FROM core_consumer c
    JOIN (SELECT generation, max(event_id) AS counted FROM core_entry GROUP BY generation) e
      ON e.generation = c.generation
    WHERE c.kind = 'score' AND c.position < e.counted AND e.counted <= (SELECT max(id) FROM core_event)
    ORDER BY c.name
"""
