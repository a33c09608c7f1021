"""Replay: the ledger once more from nothing. The log and the rules give the same bytes, or something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import TypeVar

from sqlalchemy import Connection, select

from renown.db.engine import Database
from renown.ledger import catchup, dump, generations, recount, standings
from renown.ledger.catchup import Progress
from renown.ledger.models import Generation
from renown.ledger.score import Scorer

T = TypeVar("T")

#: The first lines that differ are shown, no more.
SHOWN = 10


class Unsettled(Exception):
    """The live generation went on faster than the replay could follow, or its cursor stands still."""


@dataclass(frozen=True)
class Replayed:
    """`digest` is over the canonical dump at `position`. `differences` are pairs of lines: as it is, as replayed."""

    plugin: str
    generation: int
    position: int
    entries: int
    digest: str
    differences: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        return not self.differences


def replay(
    db: Database, scorer: Scorer, *, dry_run: bool, progress: Progress | None = None, rounds: int = 50
) -> Replayed:
    """Count the plugin's live generation again, beside it, and compare; then let pages read the new one.

    With `dry_run` the new one is thrown away instead. Raises LookupError where nothing is live, else as scoring.
    """
    state = "replay" if dry_run else "rebuild"
    _, made, found = counted(db, scorer, partial(_compared, plugin=scorer.plugin), progress, state=state, rounds=rounds)
    if not dry_run:
        standings.catch_up(db)
        db.retrying(lambda conn: generations.switch(conn, made))
        return found
    throw_away(db, made)
    return found


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


def _compared(conn: Connection, live: int, made: int, *, plugin: str) -> Replayed:
    differences: list[tuple[str, str]] = []
    entries, digest = 0, dump.Digest()
    for before, after in zip_longest(dump.lines(conn, live), digest.of(dump.lines(conn, made)), fillvalue=b""):
        entries += after.startswith(b'["entry"')
        if before != after and len(differences) < SHOWN:
            differences.append((before.decode(), after.decode()))
    at = generations.position(conn, made)
    return Replayed(plugin, made, at, entries, digest.hex, tuple(differences))
