"""Takes a generation through the log here and now: dry runs, replays and tests. Live ones follow by events.consume."""

from __future__ import annotations

from collections.abc import Callable

from renown.db.engine import Database
from renown.events import consume
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
    reader = Consumer.generation == generation
    prepare = consume.Apart(lambda conn, _, rows: scorer.prepare(conn, generation, rows))
    while True:
        at = consume.advance(db, reader, prepare, upto=end, limit=batch)
        if progress is not None:
            progress(at, end)
        if at >= end:
            return at
