"""`renown reconcile`: whether everything that is derived still follows from what it is derived from, in plain words.

Entries against day totals, those against standings, these against their histogram; closed periods, limits, cursors,
levels, the lead. Lag is no drift: what waits is brought to the standings first. Repairs go from the entries outwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from renown.db.engine import STANDINGS_LOCK, Database, lock
from renown.events import consume
from renown.ledger import checks, judging, limit_checks, staging, standings
from renown.ledger.checks import Found


@dataclass(frozen=True)
class Drift:
    """`said` is one sentence for an administrator; `remedy` what to do where no repair is possible here."""

    check: str
    said: str
    repaired: bool
    remedy: str | None = None


Check = Callable[[Connection, bool], Iterator[Found]]

#: In the order in which repairs build on each other.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("cursors", checks.cursors),
    ("orphans", checks.orphans),
    ("day totals", checks.day_totals),
    ("standings", checks.standings_of_people),
    ("visibility", checks.visibility),
    ("histogram", checks.histogram),
    ("closed periods", checks.closed),
    ("limits", limit_checks.limits),
    ("levels", checks.levels),
)


def reconcile(
    db: Database, *, repair: bool = False, progress: Callable[[str], None] = lambda name: None
) -> tuple[Drift, ...]:
    """Check a live database; with `repair`, put right what can be. Each check is one transaction."""
    standings.catch_up(db)
    drift: list[Drift] = []
    for name, check in CHECKS:
        progress(name)
        drift += _run(db, name, check, repair)
        if repair:
            standings.catch_up(db)
    progress("lead")
    return (*drift, *_lead(db, repair))


def _run(db: Database, name: str, check: Check, repair: bool) -> list[Drift]:
    if not repair:
        with db.read() as conn:
            staging.freeze(conn)
            return [Drift(name, one.said, False, one.remedy) for one in check(conn, False)]

    def work(conn: Connection) -> list[Drift]:
        consume.disturb(conn)
        lock(conn, STANDINGS_LOCK)
        return [Drift(name, one.said, one.remedy is None, one.remedy) for one in check(conn, True)]

    return db.retrying(work)


def _lead(db: Database, repair: bool) -> list[Drift]:
    with db.read() as conn:
        today = standings.today(conn)
    judging.catch_up(db, today)
    with db.read() as conn:
        staging.freeze(conn)
        wrong = judging.unfounded(conn, today)
    if wrong and repair:
        judging.again(db)
        judging.catch_up(db, today)
    return [Drift("lead", said, repair) for said in wrong]
