"""Takes a generation through the log here and now: dry runs, replays and tests. Live ones follow by events.consume."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from renown import clock
from renown.db.engine import Database
from renown.events import read
from renown.events.log import head
from renown.events.models import Consumer
from renown.ledger import generations
from renown.ledger.score import Scorer

#: Told the position reached and the one to reach.
Progress = Callable[[int, int], None]


def run(
    db: Database,
    scorer: Scorer,
    generation: int,
    *,
    upto: int | None = None,
    batch: int = generations.BATCH,
    progress: Progress | None = None,
) -> int:
    """Bring the generation to position `upto`, the log's end if None; returns where it stands.

    Raises what scoring raises.

    Each batch is a transaction of its own, so that nobody waits long and what is done stays done.
    """
    with db.read() as conn:
        end = head(conn) if upto is None else upto
    while True:
        at = db.retrying(lambda conn: step(conn, scorer, generation, end, batch))
        if progress is not None:
            progress(at, end)
        if at >= end:
            return at


def step(conn: Connection, scorer: Scorer, generation: int, end: int, batch: int) -> int:
    """One batch, in the caller's transaction. Returns the position reached."""
    cursor = select(Consumer.position).where(Consumer.generation == generation).with_for_update()
    at = conn.execute(cursor).scalar_one()
    rows = read.stretch(conn, at, min(batch, end - at))
    if not rows:
        return max(at, end)
    scorer.consume(conn, generation, rows)
    moved = {"position": rows[-1].id, "moved_at": clock.now()}
    conn.execute(update(Consumer).where(Consumer.generation == generation).values(**moved))
    return int(rows[-1].id)
