"""An organisation of any size as nights of reckoning would have left it: people, and the evidence that was read so far.

Everybody endorses so many others once, on some day of the last year; few are endorsed by many. `plant_entries` lays the
same into the log and the ledger instead, so that a run must read all of it for the first time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from benchmarks.influence.facts import Numbers
from benchmarks.influence.worth import like
from sqlalchemy import Connection, text

from renown import clock
from renown.app import Renown, build
from renown.clock import DAY
from renown.db.staging import copy_in
from renown.events import log, terms
from renown.events.models import Event
from renown.events.types import ACTIVITIES, collab
from renown.ledger.models import Entry
from renown.settings import Settings
from renown.sources import registry
from renown_influence import reading
from renown_influence.activity import Activity
from renown_influence.evidence import Evidence
from renown_influence.reading import Read
from renown_influence.score import EVIDENCE
from renown_migrations import CORE, upgrade

#: A Friday. Evidence is of the days before.
TODAY, DAYS = 20_630, 365
PAIRS = 20
#: The higher, the more of all endorsements go to few.
SKEW = 1.5
_CHUNK = 200_000


def now() -> int:
    """Noon, microseconds."""
    return TODAY * DAY + DAY // 2


@contextmanager
def opened(url: str) -> Iterator[Renown]:
    blocked = frozenset({"slack", "github"})
    folder = Path(tempfile.gettempdir())
    renown = build(Settings(data=folder, database_url=url, secret_key="b" * 40, blocked_plugins=blocked))
    try:
        with clock.set_to(now):
            yield renown
    finally:
        renown.close()


def plant(url: str, people: int, pairs: int = PAIRS) -> None:
    """An empty database's organisation, its evidence read and packed."""
    with opened(url) as renown:
        _people(renown, people)
        evidence = _evidence(people, pairs)
        activity = Activity.none().plus(evidence.rater, evidence.day.astype(np.int64))
        with renown.contexts.of("influence").writing() as ctx:
            generation = ctx.ledger.packed(EVIDENCE).generation
            position = log.head(ctx.session.connection())
            none = Evidence.empty()
            read = Read(generation, 0, position, ctx.calendar.zone().key, evidence, none, activity)
            reading.keep(ctx, read)


def plant_entries(url: str, people: int, pairs: int = PAIRS) -> None:
    """The same in the log and the ledger; nothing was read of it."""
    with opened(url) as renown:
        source = _people(renown, people)
        evidence = _evidence(people, pairs)
        columns = (evidence.rater, evidence.owner, evidence.day, evidence.amount)
        with renown.db.write() as conn:
            for start in range(0, len(evidence), _CHUNK):
                _write(conn, source, *(column[start : start + _CHUNK].tolist() for column in columns))
            conn.execute(text("UPDATE core_consumer SET position = :at"), {"at": log.head(conn)})


def _write(
    conn: Connection, source: int, rater: list[int], owner: list[int], day: list[int], amount: list[int]
) -> None:
    """Likes and what they were worth."""
    verb, kind = terms.ensure(conn, {collab("react")}).ids[collab("react")], ACTIVITIES.index("Like")
    generation, measure, rule = conn.execute(text(_LIKED), {"name": EVIDENCE}).one()
    at = range(log.head(conn) + 1, log.head(conn) + 1 + len(rater))
    when = [one * DAY for one in day]
    acts = zip(at, rater, owner, when, strict=True)
    events = [(place, source, str(place), kind, verb, who, whose, time, time, 0, 0) for place, who, whose, time in acts]
    copy_in(conn, Event.__table__, _EVENT, events)
    given = zip(at, owner, amount, day, strict=True)
    worth = [(generation, measure, whose, place, place, rule, raw, raw, on, 0, 0) for place, whose, raw, on in given]
    copy_in(conn, Entry.__table__, _ENTRY, worth)


_LIKED = """
    SELECT m.generation, m.id, r.id FROM core_measure m JOIN core_rule r ON r.plugin = m.plugin AND r.name = 'liked'
    WHERE m.name = :name
"""
_EVENT = (
    "id", "source_id", "key", "type", "verb", "actor_id", "owner_id", "occurred_at", "recorded_at", "quality", "own",
)  # fmt: skip
_ENTRY = (
    "generation", "measure", "identity_id", "event_id", "act_id", "rule_id", "raw", "amount", "day", "team", "reverses",
)  # fmt: skip


def _people(renown: Renown, people: int) -> int:
    """Employees, each with one account of the same number, in a source that vouches. Returns the source."""
    upgrade(renown.db, {**CORE, **renown.plugins.migrations})
    renown.begin()
    renown.follower.catch_up(renown.db)
    with renown.db.write() as conn:
        source = registry.add(conn, renown.keyring, registry.CLOUDEVENTS, "post:bench").id
        registry.change(conn, source, vouches=True)
        conn.execute(text(_PEOPLE), {"people": people})
        conn.execute(text(_ACCOUNTS), {"people": people, "source": source})
    renown.follower.catch_up(renown.db)
    return int(source)


_NUMBERS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :people)"
_PEOPLE = f"""
    INSERT INTO core_person (id, handle, name, status, bot, claimed, created_at)
    {_NUMBERS} SELECT x, 'p' || x, 'Person ' || x, 0, false, false, 0 FROM n
"""
_ACCOUNTS = f"""
    INSERT INTO core_identity (id, source_id, key, person_id, email_verified, bot, first_seen)
    {_NUMBERS} SELECT x, :source, 'p' || x, x, false, false, 1 FROM n
"""


def _evidence(people: int, pairs: int, seed: int = 1) -> Evidence:
    """By owner, rater and day, as it is kept. Nobody twice endorses the same person."""
    chance = np.random.default_rng(seed)
    rater = np.repeat(np.arange(1, people + 1, dtype=np.int64), pairs)
    owner = 1 + (people * chance.random(len(rater)) ** SKEW).astype(np.int64)
    key: Numbers = np.unique((owner << 32 | rater)[owner != rater])
    size = len(key)
    return Evidence(
        (key >> 32).astype(np.int32),
        (key & 0xFFFFFFFF).astype(np.int32),
        (TODAY - 1 - chance.integers(DAYS, size=size)).astype(np.int32),
        np.zeros(size, np.int32),
        (like().evidence * chance.integers(1, 7, size=size)).astype(np.int32),
    )
