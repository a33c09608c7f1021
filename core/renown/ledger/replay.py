"""Replay: the ledger once more from nothing. The log and the rules give the same bytes, or something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, func, select

from renown.db.engine import Database
from renown.ledger import catchup, dump, generations, handover, recount, side_by_side, standings
from renown.ledger.catchup import Progress
from renown.ledger.models import Entry, Generation
from renown.ledger.score import Scorer

T = TypeVar("T")


class Unsettled(Exception):
    """The live generation went on faster than the replay could follow, or its cursor stands still."""


@dataclass(frozen=True)
class Replayed:
    """`differences` in words. `digest` is over the canonical dump at `position`, where it was asked for."""

    plugin: str
    generation: int
    position: int
    entries: int
    digest: str | None
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        return not self.differences


def replay(
    db: Database,
    scorer: Scorer,
    *,
    dry_run: bool,
    digest: bool = False,
    progress: Progress | None = None,
    rounds: int = 50,
) -> Replayed:
    """Count the plugin's live generation again, beside it, and compare; then let pages read the new one.

    With `dry_run` the new one is thrown away instead; with `digest` both are also compared byte by byte. Raises
    LookupError where nothing is live, else as scoring.
    """
    state = "replay" if dry_run else "rebuild"
    compared = partial(_compared, plugin=scorer.plugin, digest=digest)
    _, made, found = counted(db, scorer, compared, progress, state=state, rounds=rounds)
    if dry_run:
        throw_away(db, made)
    else:
        _switch(db, made)
    return found


def check(db: Database, scorer: Scorer, progress: Progress | None = None) -> tuple[str, ...]:
    """What is wrong with a plugin's entries, in words. Raises as scoring does, and where nothing is live."""
    _, made, wrong = counted(db, scorer, partial(_entries, plugin=scorer.plugin), progress)
    throw_away(db, made)
    return wrong


def mend(db: Database, scorer: Scorer, progress: Progress | None = None) -> None:
    """Put the log's count in the place of the entries, which go at once."""
    before, made, _ = counted(db, scorer, lambda conn, live, made: None, progress, state="rebuild")
    _switch(db, made)
    throw_away(db, before)


def throw_away(db: Database, generation: int) -> None:
    """Clear away a generation that nobody reads, here and now."""
    db.retrying(lambda conn: generations.discard(conn, generation))
    while db.retrying(lambda conn: recount.clear(conn, generation)):
        pass
    db.retrying(lambda conn: generations.strike(conn, generation))


def counted(
    db: Database,
    scorer: Scorer,
    compared: Callable[[Connection, int, int], T],
    progress: Progress | None = None,
    *,
    state: str = "replay",
    rounds: int = 50,
) -> tuple[int, int, T]:
    """Count the live generation again, beside it: both, and what comparing them gave at one position.

    Raises as scoring, LookupError where nothing is live, and Unsettled.
    """
    with db.read() as conn:
        live = conn.execute(
            select(Generation.__table__).where(Generation.plugin == scorer.plugin, Generation.state == "live")
        ).one_or_none()
    if live is None:
        raise LookupError(f"plugin {scorer.plugin!r} has no live generation")
    with db.write() as conn:
        made = generations.create(
            conn, scorer.plugin, base=live.base, state=state, zone=live.zone, note=f"replay of {live.id}"
        )
    try:
        for _ in range(rounds):
            with db.read() as conn:
                upto = generations.position(conn, live.id)
            catchup.run(db, scorer, made, upto=upto, progress=progress)
            with db.read() as conn:
                # The live generation goes on meanwhile: both are compared as of one moment at which they stood alike.
                if generations.position(conn, live.id) == upto:
                    return live.id, made, compared(conn, live.id, made)
        raise Unsettled(f"plugin {scorer.plugin!r}: no moment was quiet; try again when less comes in")
    except BaseException:
        db.retrying(lambda conn: generations.discard(conn, made))
        raise


def _switch(db: Database, made: int) -> None:
    standings.catch_up(db)
    with db.read() as conn:
        today = standings.today(conn)
    handover.judge(db, made, today)
    db.retrying(lambda conn: generations.switch(conn, made))


def _entries(conn: Connection, live: int, made: int, *, plugin: str) -> tuple[str, ...]:
    return side_by_side.entries(conn, plugin, live, made)


def _compared(conn: Connection, live: int, made: int, *, plugin: str, digest: bool) -> Replayed:
    differences, found = side_by_side.everything(conn, plugin, live, made), None
    if digest:
        found, before = dump.digest(conn, made), dump.digest(conn, live)
        if found != before and not differences:
            differences = (
                f"{plugin}: entries are under other limits than by the log (sha256 {before}, by it {found})",
            )
    entries = conn.scalar(select(func.count()).select_from(Entry).where(Entry.generation == made)) or 0
    return Replayed(plugin, made, generations.position(conn, made), entries, found, differences)
