"""The tick: from what identities got on days to the standings of every board, coalesced, a fraction of a second behind.

`core_day_total.stood` is the part of a day that the standings hold; what differs from `amount` waits. Everything of one
tick is one transaction, so a killed one leaves nothing behind. One runs at a time, under an advisory lock.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from renown import clock
from renown.db import stored
from renown.db.engine import STANDINGS_LOCK, Database, lock
from renown.jobs import Drain
from renown.ledger import heads, judging, periods, staging, visibility
from renown.people import changes

#: Rows of day totals, and people, that one tick takes at most.
BATCH = 20_000
PEOPLE = 2_000


def tick(db: Database, *, wait: bool = False) -> bool:
    """Let the standings follow one batch of what waits. Returns whether more may wait.

    Where another process is at it this returns False at once, or waits for it first.
    """
    return _once(db, wait)[1]


def catch_up(db: Database) -> None:
    """Return when every day total written before this call stands, but for what is being changed just now.

    More may come as fast as it is taken: what a tick leaves that took all it found has come since.
    """
    left = 2
    while left:
        full, more = _once(db, True)
        left = 0 if not more else 2 if full else left - 1


def drain() -> Drain:
    every = clock.SECOND // 5
    return Drain("standings", tick, every=every, pace=every, lane="standings", topic="entries", schedule=False)


def today(conn: Connection, ahead: int = 0) -> int:
    """The day in the organisation's time zone, now or so many microseconds ahead."""
    return clock.day_of(clock.now() + ahead, ZoneInfo(stored.get(conn, "core", "timezone", "UTC")))


def as_of(conn: Connection) -> int:
    """The last day that rolling standings count."""
    day = stored.get(conn, "core", "rolling_as_of")
    return today(conn) if day is None else int(day)


def waiting(conn: Connection) -> bool:
    """Whether any day total has not come to the standings yet."""
    # Ordered as the index of waiting rows is: PostgreSQL takes nearly all rows for waiting and would read them all.
    found = conn.scalar(text("SELECT 1 FROM core_day_total WHERE amount <> stood ORDER BY generation, measure LIMIT 1"))
    return found is not None


@changes.listen
def _on_change(conn: Connection, change: changes.Change) -> None:
    visibility.moved(conn, list(change.people))


def _anything(conn: Connection, day: int) -> bool:
    if waiting(conn) or conn.scalar(text("SELECT EXISTS (SELECT 1 FROM core_moved)")):
        return True
    settings = stored.all_of(conn, "core")
    return settings.get("seen_as") != _seen_as(conn, day) or _rolls(conn, settings.get("rolling_as_of"), day)


def _seen_as(conn: Connection, day: int) -> list[Any]:
    """What visibility depends on beside the people themselves: the preset, and the day (people join and leave)."""
    return [visibility.preset(conn), day]


def _once(db: Database, wait: bool) -> tuple[bool, bool]:
    """Whether the tick took as much as it may, and whether anything waits."""
    with db.read() as conn:
        if not _anything(conn, today(conn)):
            return False, False
    return db.retrying(lambda conn: _tick(conn, wait))


def _tick(conn: Connection, wait: bool) -> tuple[bool, bool]:
    if not _locked(conn, wait):
        return False, False
    staging.open_tables(conn)
    staging.expect_few(conn)
    day = today(conn)
    _roll(conn, day)
    rolling = as_of(conn)
    _see_again(conn, day)
    people = _take_moved(conn)
    rows = _take_rows(conn)
    if rows:
        judging.disturb(conn)
        see_new(conn, day)
        staging.name_days(conn, rolling)
        staging.spread(conn, people=_UNMOVED)
        staging.add_sums(conn)
        staging.apply(conn)
        conn.execute(text(_STOOD), {"now": clock.now()})
    if people:
        rebuild(conn, rolling)
        see(conn, day)
        heads.follow(conn)
    settle_teams(conn)
    full = rows >= BATCH or people >= PEOPLE
    return full, full or _anything(conn, day)


def _locked(conn: Connection, wait: bool) -> bool:
    if conn.dialect.name != "postgresql":
        return True
    if wait:
        lock(conn, STANDINGS_LOCK)
        return True
    return bool(conn.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": STANDINGS_LOCK}))


_UNMOVED = "NOT EXISTS (SELECT 1 FROM r_person m WHERE m.person = x.person)"

_STOOD = """
    UPDATE core_measure SET stood_at = :now
    WHERE EXISTS (SELECT 1 FROM r_row r WHERE r.measure = core_measure.id AND r.generation = core_measure.generation)
"""

_ROWS = """
    INSERT INTO r_row (generation, measure, identity, person, source, day, team, amount, found)
    SELECT d.generation, d.measure, d.identity_id, coalesce(p.root_id, p.id), i.source_id, d.day, d.team, {amount},
           {found}
    FROM {totals} d
    CROSS JOIN core_identity i
    CROSS JOIN core_person p
    WHERE i.id = d.identity_id AND p.id = i.person_id AND {where}
"""

_WAITING = """
    (SELECT *, {found} AS found FROM core_day_total WHERE amount <> stood ORDER BY generation, measure
     LIMIT :most {locked})
"""

#: Every day total of one measure, as far as it stands.
ALL_ROWS = _ROWS.format(
    amount="d.stood",
    found="NULL",
    totals="core_day_total",
    where="d.generation = :generation AND d.measure = :measure AND d.stood <> 0",
)

_TAKEN = """
    UPDATE core_day_total SET stood = stood + r.amount FROM r_row r
    WHERE core_day_total.generation = r.generation AND core_day_total.measure = r.measure
      AND core_day_total.identity_id = r.identity AND core_day_total.day = r.day AND core_day_total.team = r.team
"""

# They are locked, so they lie where they lay; by their key a planner without statistics may take the wrong index.
_TAKEN_THERE = """
    UPDATE core_day_total SET stood = stood + r.amount FROM r_row r WHERE core_day_total.ctid = r.found
"""


def _take_rows(conn: Connection) -> int:
    """Take day totals that wait into `r_row`. Those that a consumer is writing just now are left for the next tick."""
    postgres = conn.dialect.name == "postgresql"
    locked, found = ("FOR UPDATE SKIP LOCKED", "ctid") if postgres else ("", "NULL")
    waiting = _WAITING.format(locked=locked, found=found)
    take = _ROWS.format(amount="d.amount - d.stood", totals=waiting, where="true", found="d.found")
    conn.execute(text(take), {"most": BATCH})
    conn.execute(text(_TAKEN_THERE if postgres else _TAKEN))
    return int(conn.scalar(text("SELECT count(*) FROM r_row")) or 0)


def _take_moved(conn: Connection) -> int:
    """Take people who moved, and whom they were or are merged with, into `r_person`."""
    taken = conn.scalars(
        text("""
        DELETE FROM core_moved WHERE person_id IN (SELECT person_id FROM core_moved ORDER BY person_id LIMIT :most)
        RETURNING person_id
    """),
        {"most": PEOPLE},
    ).all()
    if taken:
        staging.clear(conn, "r_seen")
        conn.execute(text("INSERT INTO r_seen (person, state) VALUES (:id, 0)"), [{"id": person} for person in taken])
        conn.execute(text(_AND_ROOTS))
    return len(taken)


_AND_ROOTS = """
    INSERT INTO r_person (person)
    SELECT person FROM r_seen
    UNION SELECT p.root_id FROM r_seen r JOIN core_person p ON p.id = r.person WHERE p.root_id IS NOT NULL
"""


def rebuild(conn: Connection, rolling: int) -> None:
    """Make the standings of the people in `r_person` anew, from the part of the day totals that stands."""
    staging.clear(conn, "r_row")
    for who in ("p.id = r.person AND coalesce(p.root_id, p.id) = p.id", "p.root_id = r.person AND p.root_id <> p.id"):
        conn.execute(text(_REBUILT.format(who=who, pairs=staging.PAIRS)))
    staging.name_days(conn, rolling)
    staging.spread(conn, teams=False)
    staging.put_sums(conn)
    judging.disturb_people(conn)
    staging.apply(conn)


_REBUILT = """
    INSERT INTO r_row (generation, measure, identity, person, source, day, team, amount)
    SELECT d.generation, d.measure, d.identity_id, coalesce(p.root_id, p.id), i.source_id, d.day, d.team, d.stood
    FROM r_person r
    CROSS JOIN core_person p
    CROSS JOIN core_identity i
    CROSS JOIN {pairs} g
    CROSS JOIN core_day_total d
    WHERE {who} AND i.person_id = p.id
      AND d.generation = g.generation AND d.measure = g.measure AND d.identity_id = i.id AND d.stood <> 0
"""


def _roll(conn: Connection, day: int) -> None:
    """Let the rolling standings end on `day`: days that come in are added, those that leave are taken off."""
    before = stored.get(conn, "core", "rolling_as_of")
    if not _rolls(conn, before, day):
        return
    stored.put(conn, "core", "rolling_as_of", day)
    if before is None:
        return
    (old_first, old_last), (first, last) = periods.window(before), periods.window(day)
    if day > before:
        come, go = (max(old_last + 1, first), last), (old_first, min(old_last, first - 1))
    else:
        come, go = (first, min(old_first - 1, last)), (max(old_first, last + 1), old_last)
    moves = (("d.stood", *come), ("-d.stood", *go))
    for amount, start, end in moves:
        rows = _ROWS.format(amount=amount, totals=_PAIRED, where="d.stood <> 0", found="NULL")
        conn.execute(text(rows), {"start": start, "end": end})
    staging.clear(conn, "r_day")
    conn.execute(text("INSERT INTO r_day (day, kind, start) SELECT DISTINCT day, 'rolling', 0 FROM r_row"))
    staging.spread(conn)
    staging.add_sums(conn)
    staging.apply(conn)
    staging.clear(conn, "r_row")


def _rolls(conn: Connection, before: int | None, day: int) -> bool:
    """Whether the rolling standings are to end on another day than they do: also an earlier one, after a clock that was
    wrong, but not at midnight, where those of two workers may tell different days."""
    if before is None or before <= day:
        return before is None or before < day
    return today(conn, clock.HOUR) < before


_PAIRED = f"""
    (SELECT t.* FROM {staging.PAIRS} g
     JOIN core_day_total t ON t.generation = g.generation AND t.measure = g.measure
                          AND t.day BETWEEN :start AND :end)
"""


def see_new(conn: Connection, day: int, column: str = "person", table: str = "r_row") -> None:
    """Judge those people in a staging table whom no board has held yet, and everybody newer."""
    staging.clear(conn, "r_fresh")
    conn.execute(text(_FRESH.format(column=column, table=table)))
    conn.execute(text(_NEWEST))
    see(conn, day, "r_fresh")


_FRESH = """
    INSERT INTO r_fresh (person)
    SELECT DISTINCT r.{column} FROM {table} r
    JOIN core_person p ON p.id = r.{column}
    LEFT JOIN core_seen n ON n.person_id = r.{column}
    WHERE n.person_id IS NULL
"""

# Not only who got something is named: who gave it, too.
_NEWEST = """
    INSERT INTO r_fresh (person)
    SELECT p.id FROM core_person p LEFT JOIN r_fresh r ON r.person = p.id
    WHERE p.id > (SELECT coalesce(max(person_id), 0) FROM core_seen) AND r.person IS NULL
"""


def see(conn: Connection, day: int, people: str = "r_person") -> None:
    """Judge these people, and bring it to their standings."""
    visibility.judge(conn, day, people)
    conn.execute(text("DELETE FROM r_seen WHERE state = (SELECT state FROM core_seen WHERE person_id = r_seen.person)"))
    if not conn.scalar(text("SELECT count(*) FROM r_seen")):
        return
    judging.disturb_seen(conn)
    conn.execute(text(_SEEN))
    # Also without a standing that changes: somebody may be away for another reason now.
    conn.execute(text(_TEAMS_OF_SEEN))
    staging.show(conn)
    staging.apply(conn)


_SEEN = """
    INSERT INTO core_seen (person_id, state) SELECT person, state FROM r_seen WHERE true
    ON CONFLICT (person_id) DO UPDATE SET state = excluded.state
"""


_TEAMS_OF_SEEN = """
    INSERT INTO r_touch (generation, measure, kind, start, team)
    SELECT DISTINCT p.generation, p.measure, p.kind, p.start, CAST(substr(p.scope, 6) AS INTEGER)
    FROM r_seen r JOIN core_standing s ON s.subject_id = r.person
    JOIN core_period p ON p.id = s.period_id
    WHERE p.scope LIKE 'team:%'
"""


def _see_again(conn: Connection, day: int) -> None:
    """Once a day, and when the preset changes, judge everybody; only standings of those who change are touched."""
    now = _seen_as(conn, day)
    before = stored.get(conn, "core", "seen_as")
    if before == now:
        return
    stored.put(conn, "core", "seen_as", now)
    conn.execute(text("INSERT INTO r_person (person) SELECT id FROM core_person"))
    see(conn, day)
    staging.clear(conn, "r_person")
    if before is not None and before[0] != now[0]:
        conn.execute(text(_ALL_TEAMS))


_ALL_TEAMS = """
    INSERT INTO r_touch (generation, measure, kind, start, team)
    SELECT p.generation, p.measure, p.kind, p.start, s.subject_id
    FROM core_period p JOIN core_standing s ON s.period_id = p.id WHERE p.scope = 'teams'
"""


def teams_unsettled(conn: Connection) -> int:
    """How many standings of teams are shown or hidden otherwise than they should be; `r_flip` has them."""
    conn.execute(text(_ALL_TEAMS))
    return _judge_teams(conn)


def _judge_teams(conn: Connection) -> int:
    staging.clear(conn, "r_flip")
    visibility.settle_teams(conn, visibility.preset(conn))
    return int(conn.scalar(text("SELECT count(*) FROM r_flip")) or 0)


def settle_teams(conn: Connection) -> None:
    """Show or hide the teams that `r_touch` names."""
    if not _judge_teams(conn):
        return
    staging.flip(conn)
    staging.apply(conn)


def forget(conn: Connection, generation: int) -> None:
    """Delete everything that stands in a generation: for one that is dropped."""
    lock(conn, STANDINGS_LOCK)
    boards = "(SELECT id FROM core_period WHERE generation = :generation)"
    for table in ("core_standing", "core_standing_bucket", "core_standing_close", "core_lead_change"):
        conn.execute(text(f"DELETE FROM {table} WHERE period_id IN {boards}"), {"generation": generation})
    for table in ("core_period", "core_lead_state"):
        conn.execute(text(f"DELETE FROM {table} WHERE generation = :generation"), {"generation": generation})
