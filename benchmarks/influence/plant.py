"""An organisation of any size as nights of reckoning would have left it: people, and the evidence that was read so far.

Everybody endorses so many others once, on some day of the last year; few are endorsed by many. What is endorsed is in
a space of its owner's, or in one of few that all share. Everybody is in a team, and some had leave. `plant_entries`
lays the same into the log and the ledger instead, so that a run must read all of it for the first time; `add_day` what
one more day brings.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from renown.ledger import head_checks
from renown.ledger.models import Entry
from renown.settings import Settings
from renown.sources import registry
from renown_influence import reading
from renown_influence.activity import Activity
from renown_influence.evidence import Evidence
from renown_influence.reading import Read
from renown_influence.score import EVIDENCE
from renown_migrations import CORE, upgrade

#: Two nights of one quarter, of which the first is a Thursday. Evidence is of the days before it.
FIRST, NEXT, DAYS = 20_629, 20_630, 365
PAIRS = 20
#: Spaces, how many of them all share, and the part of all evidence that is there.
SPACES, SHARED, COMMON = 100, 5, 0.2
#: People of a team, and of how many one had leave, for so many days.
TEAM, RESTED, LEAVE = 12, 5, 14
#: The higher, the more of all endorsements go to few.
SKEW = 1.5
_CHUNK = 200_000


@contextmanager
def opened(url: str, day: int = FIRST) -> Iterator[Renown]:
    """At noon of the day."""
    blocked = frozenset({"slack", "github"})
    folder = Path(tempfile.gettempdir())
    renown = build(Settings(data=folder, database_url=url, secret_key="b" * 40, blocked_plugins=blocked))
    try:
        with clock.set_to(lambda: day * DAY + DAY // 2):
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
        _people(renown, people)
        _write(renown, _evidence(people, pairs))


def add_day(url: str, people: int) -> None:
    """In the log and the ledger: on the day of the first night everybody liked one thing more."""
    with opened(url, NEXT) as renown:
        drawn = _evidence(people, 1, seed=2)
        _write(renown, replace(drawn, day=np.full(len(drawn), FIRST, np.int32)))


def _write(renown: Renown, evidence: Evidence) -> None:
    with renown.db.write() as conn:
        source = conn.execute(text("SELECT id FROM core_source WHERE name = :name"), {"name": _SOURCE}).scalar_one()
        for start in range(0, len(evidence), _CHUNK):
            _likes(conn, source, evidence.only(slice(start, start + _CHUNK)))
        conn.execute(text("UPDATE core_consumer SET position = :at"), {"at": log.head(conn)})


def _likes(conn: Connection, source: int, evidence: Evidence) -> None:
    """And what they were worth."""
    verb, kind = terms.ensure(conn, {collab("react")}).ids[collab("react")], ACTIVITIES.index("Like")
    generation, measure, rule = conn.execute(text(_LIKED), {"name": EVIDENCE}).one()
    at = range(log.head(conn) + 1, log.head(conn) + 1 + len(evidence))
    columns = (getattr(evidence, name).tolist() for name in ("rater", "owner", "day", "topic", "amount"))
    events, worth = [], []
    for place, who, whose, on, space, raw in zip(at, *columns, strict=True):
        time = on * DAY
        events.append((place, source, str(place), kind, verb, who, whose, space, time, time, 0, 0))
        worth.append((generation, measure, whose, place, place, rule, raw, raw, on, 0, 0))
    copy_in(conn, Event.__table__, _EVENT, events)
    copy_in(conn, Entry.__table__, _ENTRY, worth)


_LIKED = """
    SELECT m.generation, m.id, r.id FROM core_measure m JOIN core_rule r ON r.plugin = m.plugin AND r.name = 'liked'
    WHERE m.name = :name
"""
_EVENT = (
    "id", "source_id", "key", "type", "verb", "actor_id", "owner_id", "space_id", "occurred_at",
    "recorded_at", "quality", "own",
)  # fmt: skip
_ENTRY = (
    "generation", "measure", "identity_id", "event_id", "act_id", "rule_id", "raw", "amount", "day", "team", "reverses",
)  # fmt: skip


def _people(renown: Renown, people: int) -> None:
    """Employees, each with one account of the same number, in a source that vouches; their teams, leave and spaces."""
    upgrade(renown.db, {**CORE, **renown.plugins.migrations})
    renown.begin()
    renown.follower.catch_up(renown.db)
    with renown.db.write() as conn:
        source = registry.add(conn, renown.keyring, registry.CLOUDEVENTS, _SOURCE).id
        registry.change(conn, source, vouches=True)
        given = {"people": people, "source": source, "spaces": SPACES, "team": TEAM, "rested": RESTED, "leave": LEAVE}
        given |= {"first": FIRST, "days": DAYS}
        for statement in (_PEOPLE, _ACCOUNTS, _SPACES, _TEAMS, _MEMBERS, _LEAVES):
            conn.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
        # The statements above told nobody who counts for which team.
        list(head_checks.teams(conn, True))
    renown.follower.catch_up(renown.db)


_SOURCE = "post:bench"
_NUMBERS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :people)"
_PEOPLE = f"""
    INSERT INTO core_person (id, handle, name, status, bot, claimed, created_at)
    {_NUMBERS} SELECT x, 'p' || x, 'Person ' || x, 0, false, false, 0 FROM n
"""
_ACCOUNTS = f"""
    INSERT INTO core_identity (id, source_id, key, person_id, email_verified, bot, first_seen)
    {_NUMBERS} SELECT x, :source, 'p' || x, x, false, false, 1 FROM n
"""
_SPACES = f"""
    INSERT INTO core_space (id, source_id, key, name, private)
    {_NUMBERS.replace(":people", ":spaces")} SELECT x, :source, 's' || x, 'Space ' || x, false FROM n
"""
_TEAMS = f"""
    INSERT INTO core_team (id, slug, name, archived)
    {_NUMBERS} SELECT x, 'team-' || x, 'Team ' || x, false FROM n WHERE x <= (:people + :team - 1) / :team
"""
_MEMBERS = """
    INSERT INTO core_team_member (team_id, person_id, known)
    SELECT 1 + (id - 1) / :team, id, 0 FROM core_person WHERE id <= :people
"""
_LEAVES = """
    INSERT INTO core_leave (person_id, from_day, to_day, known)
    SELECT id, :first - id * 37 % :days, :first - id * 37 % :days + :leave, 0 FROM core_person
    WHERE id % :rested = 0 AND id <= :people
"""


def _evidence(people: int, pairs: int, seed: int = 1) -> Evidence:
    """By owner, rater and day, as it is kept. Nobody twice endorses the same person."""
    chance = np.random.default_rng(seed)
    rater = np.repeat(np.arange(1, people + 1, dtype=np.int64), pairs)
    owner = 1 + (people * chance.random(len(rater)) ** SKEW).astype(np.int64)
    key: Numbers = np.unique((owner << 32 | rater)[owner != rater])
    size, whose = len(key), (key >> 32).astype(np.int32)
    shared, own = 1 + chance.integers(SHARED, size=size), 1 + SHARED + whose % (SPACES - SHARED)
    return Evidence(
        whose,
        (key & 0xFFFFFFFF).astype(np.int32),
        (FIRST - 1 - chance.integers(DAYS, size=size)).astype(np.int32),
        np.where(chance.random(size) < COMMON, shared, own).astype(np.int32),
        (like().evidence * chance.integers(1, 7, size=size)).astype(np.int32),
    )
