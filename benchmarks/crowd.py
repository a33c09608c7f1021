"""Many people at once, as ingest, consumers and the standings' tick would have left them: for `benchmarks.boards`.

Written by one statement a table, for a million people within minutes; `check` has the product's own `renown reconcile`
compare a small crowd with what it would have made. Everybody got something this week and one in ten last month, which
is closed. There are ties (whole points), people who chose to be hidden, bots, leavers and merged people.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, insert, text

from renown import clock
from renown.access.viewer import Viewer
from renown.app import Renown, build
from renown.db import stored
from renown.db.base import metadata
from renown.db.engine import Database
from renown.events import log
from renown.ledger import buckets, checks, closes, head_checks, judging, periods, reconcile, standings, visibility
from renown.ledger.models import Standing
from renown.people.models import ACTIVE, LEFT, Merge
from renown.settings import Settings
from renown.sources import registry
from renown_migrations import upgrade

MEASURE = "activity.points"
#: A Wednesday.
TODAY = clock.to_day(date(2026, 5, 20))
MONTH = periods.on("month", TODAY)
#: Ids of people and of their accounts begin above this.
BASE = 1_000
TEAMS = 100
#: From so many people on, every board fills a page of 50.
FULL = 10_000
#: Places that employees may read: all, so that those around anybody are read.
DEPTH = 100_000_000
#: Every so many people one was merged into the one before.
MERGED = 500


@dataclass(frozen=True)
class Crowd:
    """`person(n)` is somebody's root person, whatever the number."""

    renown: Renown
    people: int
    teams: int

    @property
    def db(self) -> Database:
        return self.renown.db

    def viewer(self, number: int) -> Viewer:
        return Viewer(self.person(number), "member")

    def person(self, number: int) -> int:
        number = number % self.people + 1
        return BASE + number - (number % MERGED == 0)


def today() -> int:
    """Noon, microseconds."""
    return TODAY * clock.DAY + clock.DAY // 2


def plant(url: str, people: int, teams: int = TEAMS, *, entries: bool = False) -> Crowd:
    """An empty database's crowd. With `entries`, the changes behind the totals, too: boards do not read them."""
    teams = min(teams, max(2, people // 50))
    settings = Settings(data=Path(tempfile.gettempdir()), database_url=url, secret_key="b" * 40)
    renown = build(settings)
    upgrade(renown.db)
    renown.begin()
    standings.catch_up(renown.db)
    with renown.db.write() as conn:
        source = registry.add(conn, renown.keyring, registry.CLOUDEVENTS, "post:bench").id
        event = log.append_core(conn, "source-changed", extra={"source": source})
        _people(conn, source, people, teams)
        _merge(conn, people)
        _totals(conn, people)
        if entries:
            conn.execute(text(_ENTRIES), {"event": event})
            _place(conn)
        _boards(conn, source)
        _standings(conn)
        # Whether totals of teams may be shown depends on who is in them.
        list(checks.visibility(conn, True))
        list(head_checks.teams(conn, True))
    while renown.follower.work(renown.db):
        pass
    closes.close_due(renown.db, log.append_core)
    while renown.follower.work(renown.db):
        pass
    judging.catch_up(renown.db, TODAY)
    _analyse(renown.db)
    return Crowd(renown, people, teams)


def check(url: str, people: int) -> list[str]:
    """What `renown reconcile` finds wrong in a crowd of this size."""
    crowd = plant(url, people, entries=True)
    with crowd.db.read() as conn:
        assert not standings.waiting(conn)
    found = [f"{drift.check}: {drift.said}" for drift in reconcile.reconcile(crowd.db)]
    crowd.renown.close()
    return found


def _people(conn: Connection, source: int, people: int, teams: int) -> None:
    given = {"people": people, "base": BASE, "teams": teams, "source": source, "left": LEFT, "today": TODAY}
    for statement in (_PEOPLE, _MERGED, _ACCOUNTS, _TEAMS, _MEMBERS):
        conn.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
    # Who is seen is looked up person by person: without statistics PostgreSQL would read all accounts for each of them.
    conn.exec_driver_sql("ANALYZE")
    judged = f"INSERT INTO core_seen (person_id, state) SELECT p.id, {visibility.state_of(conn)} FROM core_person p"
    conn.execute(text(f"{judged} WHERE p.id > {BASE}"), {"today": TODAY, "active": ACTIVE})
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('core_person', 'id'), (SELECT max(id) FROM core_person))"
        )
    stored.put(conn, "core", "board_depth", DEPTH)


_NUMBERS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :people)"

_PEOPLE = f"""
    INSERT INTO core_person (id, handle, name, status, bot, claimed, shown, left_day, created_at)
    {_NUMBERS}
    SELECT :base + x, 'p' || x, 'Person ' || x, CASE WHEN x % 97 = 13 THEN :left ELSE 0 END, x % 89 = 17, false,
           CASE WHEN x % 11 = 3 THEN false END, CASE WHEN x % 97 = 13 THEN :today - 2 END, 0 FROM n
"""

_MERGED = f"UPDATE core_person SET root_id = id - 1 WHERE id > :base AND (id - :base) % {MERGED} = 0"

_ACCOUNTS = """
    INSERT INTO core_identity (id, source_id, key, person_id, email_verified, bot, first_seen)
    SELECT id, :source, handle, id, false, bot, 0 FROM core_person WHERE id > :base
"""

_TEAMS = """
    INSERT INTO core_team (id, slug, name, archived)
    WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :teams)
    SELECT x, 'team-' || x, 'Team ' || x, false FROM n
"""

_MEMBERS = """
    INSERT INTO core_team_member (team_id, person_id, known)
    SELECT 1 + id % :teams, id, 0 FROM core_person WHERE id > :base AND root_id IS NULL
"""


def _place(conn: Connection) -> None:
    """Let the log say who is in which team."""
    rows = conn.execute(text("SELECT id, person_id, team_id FROM core_team_member ORDER BY id")).all()
    told = [{"person": row.person_id, "team_id": row.team_id, "from_day": None, "to_day": None} for row in rows]
    first = log.append_core_all(conn, "team-changed", told)
    known = [{"id": row.id, "at": at} for at, row in enumerate(rows, first)]
    conn.execute(text("UPDATE core_team_member SET known = :at WHERE id = :id"), known)


def _merge(conn: Connection, people: int) -> None:
    merged = []
    for gone in range(BASE + MERGED, BASE + people + 1, MERGED):
        both = {"kept": gone - 1, "gone": gone}
        at = log.append_core(conn, "merged", extra={**both, "ground": "administrator"})
        merged.append({"kept_id": gone - 1, "gone_id": gone, "known": at, "ground": "administrator"})
    if merged:
        conn.execute(insert(Merge), merged)


def _totals(conn: Connection, people: int) -> None:
    which = {"name": MEASURE, "base": BASE, "people": people}
    conn.execute(text(_TOTALS.format(day=f"{TODAY} - x % 3", who="true")), which)
    april = MONTH.start - 20
    conn.execute(text(_TOTALS.format(day=f"{april} + x / 10 % 3", who="x % 10 = 0")), which)


# A long tail in whole points: few have thousands, many have the same few.
_TOTALS = f"""
    INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood)
    {_NUMBERS}, given AS (
        SELECT x, {{day}} AS day, ((x * CAST(48271 AS BIGINT)) % 99991) AS u FROM n WHERE {{who}})
    SELECT m.generation, m.id, :base + x, day, coalesce(t.team_id, 0), amount, amount
    FROM (SELECT x, day, 1000 * (1 + u * u / 500000) AS amount FROM given) g
    CROSS JOIN core_measure m
    LEFT JOIN core_team_member t ON t.person_id = :base + x
    WHERE m.name = :name ORDER BY x, day
"""

_ENTRIES = """
    INSERT INTO core_entry (generation, measure, identity_id, event_id, act_id, rule_id, raw, amount, day, team,
                            reverses)
    SELECT generation, measure, identity_id, :event, :event, day % 1000, amount, amount, day, team, 0
    FROM core_day_total ORDER BY identity_id, day
"""


def _boards(conn: Connection, source: int) -> None:
    """The boards of all scopes, and `bench_board`: which of them each day of each place counts for."""
    conn.exec_driver_sql("CREATE TEMPORARY TABLE bench_day (day INTEGER, kind VARCHAR(8), start INTEGER)")
    conn.exec_driver_sql("CREATE TEMPORARY TABLE bench_place (place INTEGER, scope VARCHAR(120))")
    first, last = periods.window(TODAY)
    for day in conn.scalars(text("SELECT DISTINCT day FROM core_day_total")).all():
        spans = (*periods.of_day(day), *((periods.ROLLING,) if first <= day <= last else ()))
        rows = [{"day": day, "kind": span.kind, "start": span.start} for span in spans]
        conn.execute(text("INSERT INTO bench_day (day, kind, start) VALUES (:day, :kind, :start)"), rows)
    places = "SELECT -1 AS place, 'organisation' AS scope UNION ALL SELECT -2, 'teams' UNION ALL SELECT -3, :source"
    teams = "UNION ALL SELECT id, 'team:' || id FROM core_team"
    conn.execute(text(f"INSERT INTO bench_place (place, scope) {places} {teams}"), {"source": f"source:{source}"})
    conn.execute(text(_PERIODS), {"name": MEASURE})
    conn.execute(text(_BOARDS))


_PERIODS = f"""
    INSERT INTO core_period (generation, measure, scope, kind, start, first_at, people)
    SELECT m.generation, m.id, p.scope, d.kind, d.start, {(TODAY - 60) * clock.DAY}, 0
    FROM core_measure m CROSS JOIN (SELECT DISTINCT kind, start FROM bench_day) d CROSS JOIN bench_place p
    WHERE m.name = :name ORDER BY p.place, d.kind, d.start
"""

_BOARDS = """
    CREATE TEMPORARY TABLE bench_board AS
    SELECT b.place, d.day, p.id AS period FROM bench_place b
    JOIN core_period p ON p.scope = b.scope
    JOIN bench_day d ON d.kind = p.kind AND d.start = p.start
"""


def _standings(conn: Connection) -> None:
    indexes = list(metadata.tables[Standing.__tablename__].indexes)
    for index in indexes:
        index.drop(conn)
    conn.execute(text(_STANDINGS))
    for index in indexes:
        index.create(conn)
    for statement in (_EMPTY, _COUNTED):
        conn.execute(text(statement))
    for period in conn.scalars(text("SELECT id FROM core_period")).all():
        buckets.rebuild(conn, period)


_STANDINGS = """
    INSERT INTO core_standing (period_id, subject_id, amount, visible)
    SELECT period, subject, CAST(sum(amount) AS BIGINT), coalesce(max(n.state) = 3, false) FROM (
        SELECT b.period, coalesce(p.root_id, p.id) AS subject, coalesce(p.root_id, p.id) AS person, d.amount
        FROM core_day_total d
        JOIN core_identity i ON i.id = d.identity_id
        JOIN core_person p ON p.id = i.person_id
        JOIN bench_board b ON b.day = d.day AND b.place IN (-1, -3)
        UNION ALL
        SELECT b.period, coalesce(p.root_id, p.id), coalesce(p.root_id, p.id), d.amount
        FROM core_day_total d
        JOIN core_identity i ON i.id = d.identity_id
        JOIN core_person p ON p.id = i.person_id
        JOIN bench_board b ON b.day = d.day AND b.place = d.team
        WHERE d.team > 0
        UNION ALL
        SELECT b.period, d.team, NULL, sum(d.amount)
        FROM core_day_total d JOIN bench_board b ON b.day = d.day AND b.place = -2
        WHERE d.team > 0 GROUP BY b.period, d.team) x
    LEFT JOIN core_seen n ON n.person_id = x.person
    GROUP BY subject, period ORDER BY subject, period
"""

# A small crowd has no people for some boards.
_EMPTY = "DELETE FROM core_period WHERE NOT EXISTS (SELECT 1 FROM core_standing s WHERE s.period_id = core_period.id)"

_COUNTED = """
    UPDATE core_period SET people = c.people FROM (
        SELECT period_id, count(*) AS people FROM core_standing GROUP BY period_id) c
    WHERE c.period_id = core_period.id
"""


def _analyse(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "VACUUM ANALYZE")
