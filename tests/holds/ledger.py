"""What must be true of a log and what was counted from it, read straight from the tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, text

from renown.db.engine import Database
from renown.events import consume, log
from renown.events.models import Event
from renown.ledger.models import Entry, Generation
from renown.sources.models import Source
from tests.holds.feed import SOURCE, UNDONE

#: What a message is worth in points, in thousandths.
MESSAGE = 1000


def checked(db: Database, sent: Sequence[str], answered: Collection[str]) -> dict[str, object]:
    """Raises AssertionError where an event is lost, doubled or miscounted, or a position skipped. Gives figures."""
    with db.read() as conn:
        mine = select(Source.id).where(Source.name == SOURCE).scalar_subquery()
        keys = list(conn.scalars(select(Event.key).where(Event.source_id == mine)))
        assert len(keys) == len(set(keys)), "an event is in the log twice"
        lost = set(answered) - set(keys)
        assert not lost, f"{len(lost)} events were answered with 2xx and are not in the log: {sorted(lost)[:3]}"
        assert set(keys) == set(sent), "the log has other events than were sent"
        head = log.head(conn)
        assert conn.scalar(select(func.count()).select_from(Event)) == head, "the positions have a gap"
        stuck = [(one.name, one.state, one.error) for one in consume.listed(conn) if one.state == consume.STOPPED]
        assert not stuck, stuck
        assert consume.lag(conn) == 0, "a reader is behind"
        assert not conn.scalar(text("SELECT count(*) FROM core_day_total WHERE amount <> stood")), "boards are behind"
        paid = (
            select(Generation.plugin, Event.key, func.sum(Entry.raw))
            .join(Generation, Generation.id == Entry.generation)
            .join(Event, Event.id == Entry.act_id)
            .where(Generation.state == "live", Event.source_id == mine)
            .group_by(Generation.plugin, Event.key)
        )
        worth = {(plugin, key): int(raw) for plugin, key, raw in conn.execute(paid)}
    messages = [key for key in sent if key.endswith(":create")]
    points = {key: worth.get(("activity", key), 0) for key in messages}
    wrong = {key: raw for key, raw in points.items() if raw != MESSAGE}
    assert not wrong, f"{len(wrong)} messages are not counted once: {list(wrong.items())[:3]}"
    kept = {(plugin, key): raw for (plugin, key), raw in worth.items() if key.endswith(UNDONE) and raw}
    assert not kept, f"{len(kept)} likes count though they were undone: {list(kept.items())[:3]}"
    return {"positions": head, "messages counted": len(messages)}
