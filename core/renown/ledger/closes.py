"""Periods close two days after their end: an event in the log, and a snapshot that late events never alter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection, insert, text

from renown import clock
from renown.db.engine import LOG_LOCK, Database, lock
from renown.db.staging import open_temporary
from renown.jobs import Drain
from renown.ledger import periods, staging, standings, visibility
from renown.ledger.models import Close
from renown.ledger.periods import Span
from renown.people.merge import follow

#: A period closes this long after its last day, or after its first entry if that came later.
PATIENCE = 2

#: Appends `renown.closed` and returns its position: `events.log.append_core`.
AppendCore = Callable[..., int]


def drain(append_core: AppendCore) -> Drain:
    return Drain("closes", lambda db: close_due(db, append_core) > 0, every=300 * clock.SECOND)


def close_due(db: Database, append_core: AppendCore) -> int:
    """Append `renown.closed` for every period that is due. Returns how many; run twice it closes nothing more."""
    with db.read() as conn:
        if not _due(conn):
            return 0

    def work(conn: Connection) -> int:
        lock(conn, LOG_LOCK)
        spans = _due(conn)
        for span in spans:
            position = append_core(conn, "closed", extra={"kind": span.kind, "start": span.start})
            closed = {"kind": span.kind, "start": span.start, "position": position, "at": clock.now()}
            conn.execute(insert(Close).values(closed))
        return len(spans)

    return db.retrying(work)


def _due(conn: Connection) -> list[Span]:
    """Periods to close now, the longer after the shorter they hold."""
    today, now = standings.today(conn), clock.now()
    open_ones = conn.execute(text(_OPEN), {"before": now - PATIENCE * clock.DAY}).all()
    spans = [Span(row.kind, row.start) for row in open_ones]
    over = [span for span in spans if span.last is not None and span.last + PATIENCE < today]
    return sorted(over, key=lambda span: (span.last or 0, -span.start))


_OPEN = """
    SELECT p.kind, p.start FROM core_period p
    LEFT JOIN core_close c ON c.kind = p.kind AND c.start = p.start
    WHERE p.kind IN ('year', 'quarter', 'month', 'week') AND p.generation <> 0 AND c.position IS NULL
    GROUP BY p.kind, p.start HAVING min(p.first_at) <= :before
"""


def snapshot(
    conn: Connection, generation: int, measures: Collection[int], position: int, extra: Mapping[str, Any]
) -> None:
    """Keep how a period stands at its close. The scoring consumer calls this when it reaches `renown.closed`.

    Everything that events before `position` led to must be in the day totals by then, and nothing else.
    """
    span = Span(extra["kind"], int(extra["start"]))
    if span.kind not in periods.CALENDAR or span.last is None:
        raise ValueError(f"a period of kind {span.kind!r} is never closed")
    newest = conn.scalar(text("SELECT max(id) FROM core_entry WHERE generation = :g"), {"g": generation})
    for measure in sorted(measures):
        fill(conn, generation, measure, span, position)
        which = {"generation": generation, "measure": measure, "kind": span.kind, "start": span.start}
        _judge_new(conn)
        closed = {"now": clock.now(), "position": position, "entry": newest or 0}
        for statement in (_NEW_BOARDS, _KEEP.format(boards="p.closed IS NULL"), _CLOSED):
            conn.execute(text(statement), which | closed)


def keep_again(conn: Connection, generation: int, measure: int, span: Span, entry: int) -> None:
    """Write the lines of closed boards anew from `c_line`: a repair."""
    which = {"generation": generation, "measure": measure, "kind": span.kind, "start": span.start, "entry": entry}
    _judge_new(conn)
    conn.execute(text(_UNKEEP), which)
    conn.execute(text(_KEEP.format(boards="p.closed_entry = :entry")), which)


def _judge_new(conn: Connection) -> None:
    """A tick may not have seen everybody yet on whose visibility the places depend."""
    staging.open_tables(conn)
    conn.execute(text(_NEW_PEOPLE))
    visibility.judge(conn, standings.today(conn))


_NEW_PEOPLE = """
    INSERT INTO r_person (person)
    SELECT DISTINCT l.subject FROM c_line l LEFT JOIN core_seen n ON n.person_id = l.subject
    WHERE l.scope = 'organisation' AND n.person_id IS NULL
"""


def fill(conn: Connection, generation: int, measure: int, span: Span, position: int, entry: int | None = None) -> None:
    """Fill the temporary table `c_line` (scope, subject, amount) with a period as of a position of the log.

    It is read from the day totals, or from the entries up to the id `entry`.
    """
    open_temporary(conn, _TABLES)
    merged = roots(conn, position)
    if merged:
        rows = [{"person": person, "root": root} for person, root in sorted(merged.items())]
        conn.execute(text("INSERT INTO c_root (person, root) VALUES (:person, :root)"), rows)
    totals = _FROM_DAYS if entry is None else _FROM_ENTRIES
    which = {"generation": generation, "measure": measure, "first": span.start, "last": span.last}
    conn.execute(text(_LINES.format(totals=totals)), which if entry is None else which | {"entry": entry})


def roots(conn: Connection, position: int) -> dict[int, int]:
    """Whom merged people counted as at a position of the log; others counted as themselves."""
    rows = conn.execute(text(_MERGES), {"position": position})
    pointers = {row.gone_id: row.kept_id for row in rows}
    return {person: follow(pointers, person) for person in pointers}


_MERGES = """
    SELECT gone_id, kept_id FROM core_merge
    WHERE known <= :position AND (undone IS NULL OR undone > :position) ORDER BY known
"""

_TABLES = {
    "c_root": "person INTEGER PRIMARY KEY, root INTEGER",
    "c_line": "scope VARCHAR(120), subject INTEGER, amount BIGINT, PRIMARY KEY (scope, subject)",
}

_FROM_DAYS = """
    SELECT identity_id, team, amount FROM core_day_total
    WHERE generation = :generation AND measure = :measure AND day BETWEEN :first AND :last
"""

_FROM_ENTRIES = """
    SELECT identity_id, team, amount FROM core_entry
    WHERE generation = :generation AND measure = :measure AND day BETWEEN :first AND :last AND id <= :entry
"""

_LINES = """
    INSERT INTO c_line (scope, subject, amount)
    WITH t AS (SELECT coalesce(r.root, i.person_id) AS person, d.team, i.source_id AS source, d.amount
               FROM ({totals}) d
               JOIN core_identity i ON i.id = d.identity_id
               LEFT JOIN c_root r ON r.person = i.person_id)
    SELECT scope, subject, CAST(sum(amount) AS BIGINT) FROM (
        SELECT 'organisation' AS scope, person AS subject, amount FROM t
        UNION ALL SELECT 'teams', team, amount FROM t WHERE team <> 0
        UNION ALL SELECT 'team:' || team, person, amount FROM t WHERE team <> 0
        UNION ALL SELECT 'source:' || source, person, amount FROM t) AS parts
    GROUP BY scope, subject HAVING sum(amount) <> 0
"""

_NEW_BOARDS = """
    INSERT INTO core_period (generation, measure, scope, kind, start, first_at, people)
    SELECT DISTINCT :generation, :measure, scope, :kind, :start, :now, 0 FROM c_line WHERE true ORDER BY 3
    ON CONFLICT (generation, measure, scope, kind, start) DO NOTHING
"""

_KEEP = """
    INSERT INTO core_standing_close (period_id, subject_id, amount, rank)
    SELECT period, subject, amount,
           1 + coalesce(sum(CASE WHEN seen THEN 1 ELSE 0 END) OVER (
               PARTITION BY period ORDER BY amount DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    FROM (SELECT p.id AS period, l.subject, l.amount,
                 CASE WHEN l.scope = 'teams' THEN coalesce(s.visible, true) ELSE coalesce(n.state, f.state, 0) = 3 END
                 AS seen
          FROM c_line l
          JOIN core_period p ON p.generation = :generation AND p.measure = :measure AND p.scope = l.scope
                            AND p.kind = :kind AND p.start = :start AND {boards}
          LEFT JOIN core_seen n ON n.person_id = l.subject
          LEFT JOIN r_seen f ON f.person = l.subject
          LEFT JOIN core_standing s ON s.period_id = p.id AND s.subject_id = l.subject) AS lines
"""

_UNKEEP = """
    DELETE FROM core_standing_close WHERE period_id IN (
        SELECT id FROM core_period WHERE generation = :generation AND measure = :measure AND kind = :kind
        AND start = :start AND closed_entry = :entry)
"""

_CLOSED = """
    UPDATE core_period SET closed = :position, closed_at = :now, closed_entry = :entry
    WHERE generation = :generation AND measure = :measure AND kind = :kind AND start = :start AND closed IS NULL
"""
