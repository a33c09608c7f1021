"""Work is rows in the database. A job drains them: run twice it does nothing more, killed it loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from renown.clock import SECOND
from renown.db.engine import Database


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Drain:
    """`work(db)` does one bounded piece and says whether there may be more.

    Drains of one lane run one after the other, lanes beside each other. Those with a `schedule` are due by a row that
    all workers share, so only one of them takes it; the others must be safe to run in several workers at once.
    """

    name: str
    work: Callable[[Database], bool]
    every: int = 60 * SECOND
    lane: str = "slow"
    plugin: str = "core"
    #: The bell that wakes it.
    topic: str | None = None
    schedule: bool = True
    #: Microseconds from the beginning of one piece to that of the next: what comes in little by little is done at once.
    pace: int = 0
    #: Whether it is to be done at all, which may change. The row of one that is not stays as it is.
    on: Callable[[], bool] = _always
