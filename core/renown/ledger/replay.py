"""Replay: the ledger once more from nothing. The log and the rules give the same bytes, or something is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, func, select, update

from renown import clock
from renown.db.engine import LOG_LOCK, Database, lock
from renown.events.models import Consumer
from renown.ledger import dump, generations, recount, side_by_side
from renown.ledger.catchup import Progress
from renown.ledger.models import Entry, Generation
from renown.ledger.score import Scorer

T = TypeVar("T")

_OVERTAKEN = "plugin {!r}: a recount has taken the place of what was counted again, which is discarded"


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

    With `dry_run` the new one is thrown away instead; with `digest` two that are the same are also compared byte by
    byte. Raises LookupError where nothing is live, Unsettled, else as scoring.
    """
    state = "replay" if dry_run else "rebuild"
    compared = partial(_compared, plugin=scorer.plugin, digest=digest)
    live, made, found = counted(db, scorer, compared, progress, state=state, rounds=rounds)
    if dry_run:
        throw_away(db, made)
    else:
        _switch(db, scorer, live, made)
    return found


def check(db: Database, scorer: Scorer, progress: Progress | None = None) -> tuple[str, ...]:
    """What is wrong with a plugin's entries, in words. Raises as scoring does, and where nothing is live."""
    _, made, wrong = counted(db, scorer, partial(_entries, plugin=scorer.plugin), progress)
    throw_away(db, made)
    return wrong


def mend(db: Database, scorer: Scorer, progress: Progress | None = None) -> None:
    """Put the log's count in the place of the entries, which go at once."""
    before, made, _ = counted(db, scorer, lambda conn, live, made: None, progress, state="rebuild")
    _switch(db, scorer, before, made)
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
            conn,
            scorer.plugin,
            base=live.base,
            state=state,
            zone=live.zone,
            note=f"replay of {live.id}",
            like=live.id,
        )
    try:
        for _ in range(rounds):
            with contextlib.ExitStack() as seen:
                with recount.level(db, scorer, live.id, made, progress):
                    conn = seen.enter_context(db.read())
                    alike = generations.position(conn, live.id) == generations.position(conn, made)
                if generations.live(conn, scorer.plugin) != live.id:
                    raise Unsettled(_OVERTAKEN.format(scorer.plugin))
                if alike:
                    # The live one goes on: both are compared as of the moment at which they stood alike.
                    return live.id, made, compared(conn, live.id, made)
        raise Unsettled(f"plugin {scorer.plugin!r}: no moment was quiet; try again when less comes in")
    except BaseException:
        db.retrying(lambda conn: generations.discard(conn, made))
        raise


def _switch(db: Database, scorer: Scorer, live: int, made: int) -> None:
    """From here on it is as a recount: it follows, and is switched to once it is where the live one is."""
    if not db.retrying(partial(_hand_over, plugin=scorer.plugin, live=live, made=made)):
        db.retrying(lambda conn: generations.discard(conn, made))
        raise Unsettled(_OVERTAKEN.format(scorer.plugin))
    if recount.finish(db, scorer, made) not in ("live", "old"):
        raise Unsettled(_OVERTAKEN.format(scorer.plugin))


def _hand_over(conn: Connection, plugin: str, live: int, made: int) -> bool:
    """Unless a recount has taken the place of what was counted again, or is about to: that knows more."""
    lock(conn, LOG_LOCK)
    mine = select(Generation.id).where(Generation.plugin == plugin, Generation.state.in_(("live", "building")))
    if conn.scalars(mine).all() != [live]:
        return False
    conn.execute(update(Generation).where(Generation.id == made).values(state="building"))
    off = conn.scalar(select(Consumer.state).where(Consumer.generation == live)) == "off"
    if not off:
        # The worker helps, and ends what this process does not.
        conn.execute(update(Consumer).where(Consumer.generation == made).values(state="running", moved_at=clock.now()))
    return True


def _entries(conn: Connection, live: int, made: int, *, plugin: str) -> tuple[str, ...]:
    return side_by_side.entries(conn, plugin, live, made)


def _compared(conn: Connection, live: int, made: int, *, plugin: str, digest: bool) -> Replayed:
    differences, found = side_by_side.everything(conn, plugin, live, made), None
    if digest and not differences:
        found, before = dump.digest(conn, made), dump.digest(conn, live)
        if found != before:
            said = "the changes are the same, but not which limit or which other change they refer to"
            differences = (f"{plugin}: {said} (sha256 {before}, by the log {found})",)
    entries = conn.scalar(select(func.count()).select_from(Entry).where(Entry.generation == made)) or 0
    return Replayed(plugin, made, generations.position(conn, made), entries, found, differences)
