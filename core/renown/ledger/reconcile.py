"""`renown reconcile`: whether everything that is derived still follows from what it is derived from, in plain words.

First the log itself and who reads it; then the entries, by counting the log once more; then all that is summed from
them. Lag is no drift: what waits is brought to the standings first. Repairs go from the log outwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from renown.db.engine import LOG_LOCK, PEOPLE_LOCK, STANDINGS_LOCK, Database, lock
from renown.db.trouble import is_trouble
from renown.events import consume
from renown.ledger import (
    checks,
    fact_checks,
    generation_checks,
    head_checks,
    judging,
    limit_checks,
    log_checks,
    replay,
    rule_checks,
    standings,
)
from renown.ledger.checks import Found
from renown.ledger.score import Scorer


@dataclass(frozen=True)
class Drift:
    """`said` is one sentence for an administrator; `remedy` what to do where no repair is possible here."""

    check: str
    said: str
    repaired: bool
    remedy: str | None = None


Check = Callable[[Connection, bool], Iterator[Found]]
Checks = tuple[tuple[str, Check], ...]
Progress = Callable[[str], None]

#: That many findings of a check are told one by one.
SHOWN = 10

#: What everything follows from, and how far it was read.
LOG: Checks = (
    ("log", log_checks.positions),
    ("facts", rule_checks.rules),
    ("facts", fact_checks.sources),
    ("facts", fact_checks.affiliations),
    ("facts", fact_checks.memberships),
    ("facts", fact_checks.set_aside),
    ("log", log_checks.pointers),
    ("mentions", log_checks.mentions),
    ("hashtags", log_checks.tags),
    ("objects", log_checks.objects),
    ("merges", log_checks.merges),
    ("closes", log_checks.closes),
    ("generations", generation_checks.generations),
    ("cursors", generation_checks.cursors),
)

#: What follows, in the order in which repairs build on each other.
REST: Checks = (
    ("orphans", checks.orphans),
    ("quotas", limit_checks.quotas),
    ("limits", limit_checks.limits),
    ("day totals", checks.day_totals),
    ("standings", checks.standings_of_people),
    ("visibility", checks.seen),
    ("visibility", checks.visibility),
    ("histogram", checks.histogram),
    ("teams", head_checks.teams),
    ("closed periods", checks.closed),
    ("levels", checks.levels),
)


def _silent(name: str) -> None:
    return None


def reconcile(
    db: Database,
    *,
    repair: bool = False,
    progress: Progress = _silent,
    follow: Callable[[Database], None] | None = None,
    scorers: Iterable[Scorer] = (),
) -> tuple[Drift, ...]:
    """Check a live database; with `repair`, put right what can be. Each check is one transaction.

    `follow` lets the entries follow the log; `scorers` are of plugins whose entries are compared with the log's count.
    """
    drift = _all(db, LOG, repair, progress)
    if follow is not None and (repair or not any(one.check == "cursors" for one in drift)):
        follow(db)
    standings.catch_up(db)
    # By a log or facts that are wrong, true entries would be made wrong.
    sound = all(one.repaired for one in drift if one.check in ("log", "facts"))
    for scorer in scorers:
        progress(f"entries of {scorer.plugin}")
        found = _entries(db, scorer, repair and sound)
        # What follows from entries that are wrong would be made wrong after them.
        repair = repair and all(one.repaired for one in found)
        drift += found
    drift += _all(db, REST, repair, progress)
    if any(one.check in ("orphans", "standings") and not one.repaired for one in drift):
        # The lead is judged on boards that stand.
        return tuple(drift)
    progress("lead")
    return (*drift, *_lead(db, repair))


def _all(db: Database, which: Checks, repair: bool, progress: Progress) -> list[Drift]:
    drift: list[Drift] = []
    for name, check in which:
        progress(name)
        found = _run(db, name, check, repair)
        if repair and found:
            standings.catch_up(db)
        drift += found
    return drift


def _run(db: Database, name: str, check: Check, repair: bool) -> list[Drift]:
    with db.read() as conn:
        found = _told(name, check(conn, False), repaired=False)
    if not (repair and found):
        return found

    def work(conn: Connection) -> list[Drift]:
        if (name, check) in LOG:
            # In the order of all who write people.
            lock(conn, PEOPLE_LOCK)
            lock(conn, LOG_LOCK)
        lock(conn, STANDINGS_LOCK)
        consume.disturb(conn)
        return _told(name, check(conn, True), repaired=True)

    return db.retrying(work)


def _told(name: str, found: Iterable[Found], *, repaired: bool) -> list[Drift]:
    """The first of them, and how many more there are: a disk that went bad may have spoilt millions."""
    told: list[Drift] = []
    more: Counter[str | None] = Counter()
    for one in found:
        if len(told) < SHOWN:
            told.append(Drift(name, one.said, repaired and one.remedy is None, one.remedy))
        else:
            more[one.remedy] += 1
    for remedy, number in more.items():
        told.append(Drift(name, f"{number} more like these", repaired and remedy is None, remedy))
    return told


def _entries(db: Database, scorer: Scorer, repair: bool) -> list[Drift]:
    try:
        wrong = replay.check(db, scorer)
        if repair and wrong:
            replay.mend(db, scorer)
    except Exception as error:
        if is_trouble(error):
            raise
        said = f"{scorer.plugin}: the log could not be counted again: {type(error).__name__}: {error}"
        return [Drift("entries", said, False, "put right what was found before, or see Admin, Plugins")]
    return [Drift("entries", said, repair) for said in wrong]


def _lead(db: Database, repair: bool) -> list[Drift]:
    with db.read() as conn:
        today = standings.today(conn)
    judging.catch_up(db, today)
    with db.read() as conn:
        wrong = judging.unfounded(conn, today)
    if wrong and repair:
        judging.again(db)
        judging.catch_up(db, today)
    return [Drift("lead", said, repair) for said in wrong]
