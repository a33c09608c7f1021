"""The checks of `renown reconcile`. Each yields what it found, and puts it right where it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, text

from renown.clock import to_date
from renown.ledger import buckets, closes, periods, staging
from renown.ledger import levels as published
from renown.ledger import standings as ticking
from renown.ledger import visibility as judging
from renown.ledger.models import UNIT
from renown.ledger.periods import Span


@dataclass(frozen=True)
class Found:
    """`remedy` is None where the check can repair it from what is there."""

    said: str
    remedy: str | None = None


#: For what may be long.
STREAM = {"stream_results": True, "yield_per": 5_000}

REPLAY = "run `renown replay`, which counts the log again"


def shown(amount: int) -> str:
    """Thousandths as people write them."""
    return f"{amount / UNIT:.3f}".rstrip("0").rstrip(".")


_LOST = "NOT EXISTS (SELECT 1 FROM {there} o WHERE o.id = {table}.{column})"

#: Table, what it points with, where to, and what to say of `n` rows that point at nothing.
_ORPHANS = (
    *(
        (table, column, there, f"{{n}} {what} belong to a {named} that is not there")
        for table, what in (
            ("core_entry", "changes"), ("core_day_total", "day totals"), ("core_limit_use", "sums of limits"),
            ("core_quota_use", "quotas"), ("core_period", "boards"), ("core_lead_state", "states of the lead"),
            ("core_unlisted", "measures without boards"),
        )
        for column, there, named in (("measure", "core_measure", "measure"), ("generation", "core_generation", "count"))
        if not (column == "measure" and table in ("core_limit_use", "core_quota_use"))
    ),
    ("core_entry", "event_id", "core_event", "{n} changes cite events that are not in the log"),
    ("core_entry", "act_id", "core_event", "{n} changes count acts that are not in the log"),
    ("core_entry", "identity_id", "core_identity", "{n} changes belong to accounts nobody knows"),
    ("core_day_total", "identity_id", "core_identity", "{n} day totals belong to accounts nobody knows"),
    ("core_standing", "period_id", "core_period", "{n} standings belong to no board"),
    ("core_standing_bucket", "period_id", "core_period", "{n} parts of histograms belong to no board"),
    ("core_standing_close", "period_id", "core_period", "{n} closed lines belong to no board"),
    ("core_lead_change", "period_id", "core_period", "{n} changes of the lead belong to no board"),
    ("core_team_head", "person_id", "core_person", "{n} places in teams are of people who are not there"),
    ("core_team_head", "team_id", "core_team", "{n} places in teams are in a team that is not there"),
    ("core_team_size", "team_id", "core_team", "{n} sizes are of a team that is not there"),
)  # fmt: skip


def orphans(conn: Connection, repair: bool) -> Iterator[Found]:
    for table, column, there, said in _ORPHANS:
        where = _LOST.format(table=table, column=column, there=there)
        if (table, column) == ("core_period", "generation"):
            where += " AND generation <> 0"  # published levels
        number = conn.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}"))
        if number:
            yield Found(said.format(n=number))
            if repair:
                conn.execute(text(f"DELETE FROM {table} WHERE {where}"))


def day_totals(conn: Connection, repair: bool) -> Iterator[Found]:
    wrong = False
    with conn.execute(
        text(f"{_DAYS} ORDER BY n.generation, n.measure, n.identity_id, n.day, n.team"), execution_options=STREAM
    ) as rows:
        for row in rows:
            wrong = True
            said = f"the day total says {shown(row.total)}" if row.totals else "there is no day total"
            whose = f"{row.name}, account {row.identity_id} on {date(row.day)}"
            yield Found(f"{whose}: the changes add up to {shown(row.entries)}, {said}")
    if repair and wrong:
        conn.execute(text(_ADD))
        conn.execute(text(_TAKE))


_DAYS = """
    SELECT n.generation, n.measure, n.identity_id, n.day, n.team, m.name, n.changes, n.totals,
           CAST(n.entries AS BIGINT) AS entries, CAST(n.total AS BIGINT) AS total
    FROM (SELECT generation, measure, identity_id, day, team, sum(entry) AS entries, sum(total) AS total,
                 sum(of_entry) AS changes, count(*) - sum(of_entry) AS totals
          FROM (SELECT generation, measure, identity_id, day, team, amount AS entry, 0 AS total, 1 AS of_entry
                FROM core_entry e
                WHERE NOT EXISTS (SELECT 1 FROM core_unlisted u
                                  WHERE u.generation = e.generation AND u.measure = e.measure)
                UNION ALL
                SELECT generation, measure, identity_id, day, team, 0, amount, 0 FROM core_day_total) b
          WHERE generation NOT IN (SELECT id FROM core_generation WHERE state IN ('gone', 'dropped'))
          GROUP BY generation, measure, identity_id, day, team
          HAVING sum(entry) <> sum(total) OR sum(of_entry) = 0 OR sum(of_entry) = count(*)) n
    LEFT JOIN core_measure m ON m.id = n.measure
"""

# By the difference, not the sum: a consumer may be adding to both at this moment.
_ADD = f"""
    INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood)
    SELECT generation, measure, identity_id, day, team, entries - total, 0 FROM ({_DAYS}) w WHERE changes > 0
    ON CONFLICT (generation, measure, identity_id, day, team)
    DO UPDATE SET amount = core_day_total.amount + excluded.amount
"""

# What nothing leads to: the standings lose it when they are compared with the days.
_TAKE = f"""
    DELETE FROM core_day_total WHERE (generation, measure, identity_id, day, team, amount) IN
        (SELECT generation, measure, identity_id, day, team, total FROM ({_DAYS}) w WHERE changes = 0)
"""


def standings_of_people(conn: Connection, repair: bool) -> Iterator[Found]:
    """Each board against the part of its day totals that stands: one measure and kind at a time."""
    staging.open_tables(conn)
    as_of = ticking.as_of(conn)
    for pair in conn.execute(text(f"SELECT * FROM {staging.PAIRS} g")).all():
        staging.clear(conn, "r_row", "r_touch")
        conn.execute(text(ticking.ALL_ROWS), {"generation": pair.generation, "measure": pair.measure})
        for kind in periods.KINDS:
            staging.name_days(conn, as_of, (kind,))
            staging.spread(conn, make=repair)
            staging.sum_up(conn)
            which = {"generation": pair.generation, "measure": pair.measure, "kind": kind}
            differing = conn.execute(text(_DIFFERING), which).all()
            for row in differing:
                yield Found(f"{_board(row)}: {row.people} standings differ from the sum of their days")
            if repair and differing:
                staging.clear(conn, "r_change")
                conn.execute(text(_WRONG), which)
                staging.apply(conn)
        if repair:
            ticking.settle_teams(conn)


# What should stand and what does, side by side; `now` is NULL where there is no standing.
_COMPARED = """
    SELECT b.generation, b.measure, b.place, b.kind, b.start, r.period, r.subject, r.amount AS due, s.amount AS now,
           s.visible
    FROM r_sum r
    JOIN (SELECT DISTINCT generation, measure, place, kind, start, period FROM r_board) b ON b.period = r.period
    LEFT JOIN core_standing s ON s.period_id = r.period AND s.subject_id = r.subject
    WHERE s.amount IS NULL OR s.amount <> r.amount
    UNION ALL
    SELECT p.generation, p.measure, CASE p.scope WHEN 'teams' THEN 1 ELSE 0 END, p.kind, p.start, p.id, s.subject_id,
           0, s.amount, s.visible
    FROM core_period p JOIN core_standing s ON s.period_id = p.id
    LEFT JOIN r_sum r ON r.period = p.id AND r.subject = s.subject_id
    WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND r.subject IS NULL
"""

_DIFFERING = f"""
    SELECT m.name, c.generation, p.scope, c.kind, c.start, count(*) AS people FROM ({_COMPARED}) c
    JOIN core_measure m ON m.id = c.measure
    LEFT JOIN core_period p ON p.id = c.period
    GROUP BY m.name, c.generation, p.scope, c.kind, c.start ORDER BY c.generation, m.name, p.scope, c.start
"""

_WRONG = f"""
    INSERT INTO r_change (period, subject, place, old, was, amount, visible)
    SELECT c.period, c.subject, c.place, c.now, c.visible, c.due,
           coalesce(c.visible, c.place <> 1 AND n.state = 3, false)
    FROM ({_COMPARED}) c LEFT JOIN core_seen n ON n.person_id = c.subject
"""


def seen(conn: Connection, repair: bool) -> Iterator[Found]:
    """Whether each person may be shown, judged again."""
    staging.open_tables(conn)
    conn.execute(text("INSERT INTO r_person (person) SELECT person_id FROM core_seen"))
    today = ticking.today(conn)
    judging.judge(conn, today)
    wrong = conn.scalar(
        text("SELECT count(*) FROM r_seen r JOIN core_seen n ON n.person_id = r.person WHERE n.state <> r.state")
    )
    if wrong:
        yield Found(f"of {wrong} people it is kept otherwise than it is whether boards may show them")
        if repair:
            ticking.see(conn, today)


def visibility(conn: Connection, repair: bool) -> Iterator[Found]:
    staging.open_tables(conn)
    wrong = conn.execute(text(f"SELECT count(DISTINCT subject) AS people FROM ({_UNSEEN}) u")).scalar_one()
    if wrong:
        yield Found(f"{wrong} people are shown or hidden on boards otherwise than they should be")
        if repair:
            conn.execute(text(f"INSERT INTO r_change (period, subject, place, old, was, amount, visible) {_UNSEEN}"))
            staging.apply(conn)
    teams = ticking.teams_unsettled(conn)
    if teams:
        yield Found(f"{teams} totals of teams are shown or hidden otherwise than they should be")
        if repair:
            ticking.settle_teams(conn)


_UNSEEN = """
    SELECT s.period_id, s.subject_id AS subject, 0, s.amount, s.visible, s.amount, coalesce(n.state = 3, false)
    FROM core_standing s
    JOIN core_period p ON p.id = s.period_id AND p.scope <> 'teams'
    LEFT JOIN core_seen n ON n.person_id = s.subject_id
    WHERE s.visible <> coalesce(n.state = 3, false)
"""


def histogram(conn: Connection, repair: bool) -> Iterator[Found]:
    for row in conn.execute(text(buckets.WRONG)).all():
        yield Found(f"{_board(row)}: the histogram from which places are read does not fit the standings")
        if repair:
            buckets.rebuild(conn, row.id)
    counted = conn.execute(text(_PEOPLE)).all()
    for row in counted:
        yield Found(f"{_board(row)}: {row.people} people are said to be on it, {row.really} are")
    if repair and counted:
        values = [{"id": row.id, "people": row.really} for row in counted]
        conn.execute(text("UPDATE core_period SET people = :people WHERE id = :id"), values)


_PEOPLE = f"""
    SELECT p.id, m.name, p.generation, p.scope, p.kind, p.start, p.people, coalesce(c.people, 0) AS really
    FROM core_period p
    JOIN core_measure m ON m.id = p.measure
    LEFT JOIN (SELECT period_id, count(*) AS people FROM core_standing GROUP BY period_id) c ON c.period_id = p.id
    WHERE p.people <> coalesce(c.people, 0)
      AND (p.generation = 0 OR EXISTS (SELECT 1 FROM {staging.PAIRS} g WHERE g.generation = p.generation))
"""


def closed(conn: Connection, repair: bool) -> Iterator[Found]:
    open_ones = conn.execute(text(_FORGOT)).all()
    for row in open_ones:
        yield Found(f"{_board(row)}: it was closed at position {row.position}, and is not closed")
    if repair and open_ones:
        conn.execute(text(_CLOSE), [dict(row._mapping) for row in open_ones])
    for row in conn.execute(text(_CLOSES)).all():
        span = Span(row.kind, row.start)
        closes.fill(conn, row.generation, row.measure, span, row.closed, row.entry)
        which = {"generation": row.generation, "measure": row.measure, "kind": row.kind, "start": row.start,
                 "entry": row.entry}  # fmt: skip
        wrong = conn.execute(text(_CLOSED), which).scalar_one()
        places = conn.execute(text(_PLACES), which).scalar_one()
        if wrong:
            yield Found(f"{row.name}, {span.label}: {wrong} lines differ from the changes counted before it was closed")
        if places:
            yield Found(f"{row.name}, {span.label}: {places} places do not follow from the closed amounts")
        if repair and (wrong or places):
            conn.execute(text(_SO_FAR), which)
            closes.keep_again(conn, row.generation, row.measure, span, row.entry)


# The last entry of before is what other boards of that close know; none where nobody stood on them.
_FORGOT = f"""
    SELECT p.id, m.name, p.generation, p.scope, p.kind, p.start, c.position, c.at,
           coalesce((SELECT max(o.closed_entry) FROM core_period o
                     WHERE o.generation = p.generation AND o.closed = c.position), 0) AS entry
    FROM core_period p
    JOIN core_measure m ON m.id = p.measure
    JOIN {staging.PAIRS} g ON g.generation = p.generation AND g.measure = p.measure
    JOIN core_close c ON c.kind = p.kind AND c.start = p.start
    JOIN core_consumer k ON k.kind = 'score' AND k.generation = p.generation AND k.position >= c.position
    WHERE p.closed IS NULL OR p.closed <> c.position ORDER BY p.id
"""

_CLOSE = "UPDATE core_period SET closed = :position, closed_at = :at, closed_entry = :entry WHERE id = :id"

# Who was hidden then is not known any more; but more amount is never a worse place, and the same amount is the same.
_PLACES = """
    SELECT count(*) FROM (
        SELECT c.rank, max(c.rank) OVER (PARTITION BY c.period_id ORDER BY c.amount DESC
                                         GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS better,
               count(*) OVER (PARTITION BY c.period_id ORDER BY c.amount DESC
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ahead,
               min(c.rank) OVER (PARTITION BY c.period_id, c.amount) AS equal
        FROM core_period p JOIN core_standing_close c ON c.period_id = p.id
        WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND p.start = :start
          AND p.closed_entry = :entry) AS placed
    WHERE rank > ahead + 1 OR rank < coalesce(better, 1) OR rank <> equal
"""

_CLOSES = f"""
    SELECT p.generation, p.measure, m.name, p.kind, p.start, p.closed, max(p.closed_entry) AS entry
    FROM core_period p JOIN core_measure m ON m.id = p.measure
    JOIN {staging.PAIRS} g ON g.generation = p.generation AND g.measure = p.measure
    WHERE p.closed IS NOT NULL
    GROUP BY p.generation, p.measure, m.name, p.kind, p.start, p.closed HAVING max(p.closed_entry) > 0
    ORDER BY p.generation, m.name, p.start, p.kind
"""

_SO_FAR = """
    UPDATE core_period SET closed_entry = :entry
    WHERE generation = :generation AND measure = :measure AND kind = :kind AND start = :start AND closed IS NOT NULL
      AND scope IN (SELECT scope FROM c_line)
"""

_CLOSED = """
    SELECT count(*) FROM (
        SELECT p.id, l.subject FROM core_period p
        JOIN c_line l ON l.scope = p.scope
        LEFT JOIN core_standing_close c ON c.period_id = p.id AND c.subject_id = l.subject
        WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND p.start = :start
          AND p.closed IS NOT NULL AND (c.amount IS NULL OR c.amount <> l.amount)
        UNION ALL
        SELECT p.id, c.subject_id FROM core_period p
        JOIN core_standing_close c ON c.period_id = p.id
        LEFT JOIN c_line l ON l.scope = p.scope AND l.subject = c.subject_id
        WHERE p.generation = :generation AND p.measure = :measure AND p.kind = :kind AND p.start = :start
          AND p.closed IS NOT NULL AND l.subject IS NULL) AS wrong
"""


def levels(conn: Connection, repair: bool) -> Iterator[Found]:
    boards = conn.execute(text(_LEVELS)).all()
    for row in boards:
        values = conn.execute(
            text("SELECT subject_id, amount FROM core_standing WHERE period_id = :id"), {"id": row.id}
        )
        if published.digest((one.subject_id, one.amount) for one in values) != row.digest:
            said = f"{row.name}, {row.scope}: the levels are not those that run {row.run} published"
            yield Found(said, "let its plugin publish again")


_LEVELS = """
    SELECT p.id, m.name, p.scope, p.run, p.digest FROM core_period p JOIN core_measure m ON m.id = p.measure
    WHERE p.run IS NOT NULL
"""


def _board(row: Row[tuple[object, ...]]) -> str:
    label = Span(row.kind, row.start).label
    return f"{row.name}, {label}, {row.scope or 'a board that is not there'}, generation {row.generation}"


def date(day: int) -> str:
    try:
        return to_date(day).isoformat()
    except OverflowError:
        # What is wrong may be the day.
        return f"day {day}"
