"""Temporary tables in which the tick gathers what moves, and the set-based steps over them.

`r_row`: what identities got on days. `r_part`: the same by place and subject, `r_sum` by board and subject. `r_change`:
standings before and after.

A place stands for a scope: 0 the organisation, 1 the teams, 4t + 2 the people of team t, 4s + 3 those of source s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, text

from renown import clock
from renown.db.staging import open_temporary
from renown.ledger import buckets, listing, periods
from renown.ledger.periods import Kind

_TABLES = {
    "r_person": "person INTEGER PRIMARY KEY",
    "r_fresh": "person INTEGER PRIMARY KEY",
    "r_seen": "person INTEGER PRIMARY KEY, state SMALLINT",
    "r_row": "generation INTEGER, measure INTEGER, identity INTEGER, person INTEGER, source INTEGER,"
    " day INTEGER, team INTEGER, amount BIGINT, found {found}",
    "r_day": "day INTEGER, kind VARCHAR(8), start INTEGER, PRIMARY KEY (day, kind)",
    "r_part": "generation INTEGER, measure INTEGER, place BIGINT, subject INTEGER, day INTEGER, amount BIGINT",
    "r_board": "generation INTEGER, measure INTEGER, place BIGINT, day INTEGER, kind VARCHAR(8), start INTEGER,"
    " period INTEGER, PRIMARY KEY (generation, measure, place, day, kind)",
    "r_sum": "subject INTEGER, period INTEGER, place BIGINT, amount BIGINT, PRIMARY KEY (subject, period)",
    "r_change": "period INTEGER, subject INTEGER, place BIGINT, old BIGINT, was BOOLEAN, amount BIGINT,"
    " visible BOOLEAN",
    "r_bucket": "period INTEGER, bucket BIGINT, n INTEGER",
    "r_touch": "generation INTEGER, measure INTEGER, kind VARCHAR(8), start INTEGER, team INTEGER",
    "r_flip": "period INTEGER, subject INTEGER, visible BOOLEAN",
}

#: Generations and measures that stand: no dry runs, nothing dropped, no levels, none without boards. Indexes of day
#: totals begin with both.
PAIRS = f"""
    (SELECT g.id AS generation, m.id AS measure FROM core_generation g JOIN core_measure m ON m.plugin = g.plugin
     WHERE g.state NOT IN ('draft', 'replay', 'gone', 'dropped') AND m.generation IS NOT NULL AND {listing.LISTED})
"""

_SCOPE = """CASE WHEN place = 0 THEN 'organisation' WHEN place = 1 THEN 'teams'
    WHEN place % 4 = 2 THEN 'team:' || ((place - 2) / 4) ELSE 'source:' || ((place - 3) / 4) END"""


def open_tables(conn: Connection) -> None:
    """Make the tables where this connection has none yet, and empty them."""
    found = "TID" if conn.dialect.name == "postgresql" else "INTEGER"
    open_temporary(conn, {name: columns.format(found=found) for name, columns in _TABLES.items()})


def expect_few(conn: Connection) -> None:
    """Let this transaction look up row by row what temporary tables name: the planner cannot know how few they are.

    On SQLite the order of a CROSS JOIN does that.
    """
    _ways(conn, "off")


def expect_many(conn: Connection) -> None:
    """Take that back: the planner chooses again."""
    _ways(conn, "DEFAULT")


def _ways(conn: Connection, to: str) -> None:
    if conn.dialect.name == "postgresql":
        for way in ("seqscan", "hashjoin", "mergejoin"):
            conn.exec_driver_sql(f"SET LOCAL enable_{way} TO {to}")


def clear(conn: Connection, *tables: str) -> None:
    for name in tables:
        conn.exec_driver_sql(f"DELETE FROM {name}")


def name_days(conn: Connection, as_of: int, kinds: Collection[Kind] = periods.KINDS) -> None:
    """Fill `r_day` with the spans that the days of `r_row` count for. Days after `as_of` wait with "rolling"."""
    clear(conn, "r_day")
    first, last = periods.window(as_of)
    rows: list[dict[str, object]] = []
    for day in conn.scalars(text("SELECT DISTINCT day FROM r_row")).all():
        spans: Iterable[periods.Span] = periods.of_day(day)
        if first <= day <= last:
            spans = (*spans, periods.ROLLING)
        rows += [{"day": day, "kind": span.kind, "start": span.start} for span in spans if span.kind in kinds]
    if rows:
        conn.execute(text("INSERT INTO r_day (day, kind, start) VALUES (:day, :kind, :start)"), rows)


def spread(conn: Connection, *, people: str = "true", teams: bool = True, make: bool = True) -> None:
    """Fill `r_part` from `r_row`, and `r_board` with its boards. `people` picks the rows of people.

    New boards are made, or else stand in `r_board` with negative ids.
    """
    clear(conn, "r_part", "r_board")
    conn.execute(text(_PARTS.format(people=people, teams="x.team <> 0" if teams else "false")))
    if make:
        conn.execute(text(_NEW_BOARDS), {"now": clock.now()})
    conn.execute(text(_BOARDS))


def sum_up(conn: Connection) -> None:
    """Fill `r_sum` from `r_part` and `r_board`."""
    clear(conn, "r_sum")
    conn.execute(text(f"INSERT INTO r_sum (subject, period, place, amount) {_SUMS}"))


_PARTS = """
    INSERT INTO r_part (generation, measure, place, subject, day, amount)
    SELECT generation, measure, 0, person, day, amount FROM r_row x WHERE {people}
    UNION ALL SELECT generation, measure, 1, team, day, amount FROM r_row x WHERE {teams}
    UNION ALL SELECT generation, measure, team * 4 + 2, person, day, amount FROM r_row x WHERE team <> 0 AND {people}
    UNION ALL SELECT generation, measure, source * 4 + 3, person, day, amount FROM r_row x WHERE {people}
"""

# Placed, before boards are looked for.
_NAMED = f"""
    (SELECT n.generation, n.measure, n.place, n.day, d.kind, d.start, {_SCOPE} AS scope
     FROM (SELECT DISTINCT generation, measure, place, day FROM r_part) n CROSS JOIN r_day d WHERE d.day = n.day)
"""

# What nobody stood on when it was closed, was closed with nobody on it.
_NEW_BOARDS = f"""
    INSERT INTO core_period
        (generation, measure, scope, kind, start, first_at, people, closed, closed_at, closed_entry)
    SELECT DISTINCT n.generation, n.measure, n.scope, n.kind, n.start, :now, 0,
           CASE WHEN k.name IS NOT NULL THEN c.position END,
           CASE WHEN k.name IS NOT NULL THEN c.at END, CASE WHEN k.name IS NOT NULL THEN 0 END
    FROM {_NAMED} n
    LEFT JOIN core_period p ON p.generation = n.generation AND p.measure = n.measure AND p.scope = n.scope
                           AND p.kind = n.kind AND p.start = n.start
    LEFT JOIN core_close c ON c.kind = n.kind AND c.start = n.start
    LEFT JOIN core_consumer k ON k.kind = 'score' AND k.generation = n.generation AND k.position >= c.position
    WHERE p.id IS NULL
    ORDER BY n.generation, n.measure, n.scope, n.kind, n.start
    ON CONFLICT (generation, measure, scope, kind, start) DO NOTHING
"""

_BOARDS = f"""
    INSERT INTO r_board (generation, measure, place, day, kind, start, period)
    SELECT n.generation, n.measure, n.place, n.day, n.kind, n.start,
           coalesce(p.id, -dense_rank() OVER (ORDER BY n.generation, n.measure, n.place, n.kind, n.start))
    FROM {_NAMED} n
    LEFT JOIN core_period p ON p.generation = n.generation AND p.measure = n.measure AND p.scope = n.scope
                           AND p.kind = n.kind AND p.start = n.start
"""

_SUMS = """
    SELECT x.subject, b.period, min(x.place) AS place, CAST(sum(x.amount) AS BIGINT) AS amount
    FROM r_part x CROSS JOIN r_board b
    WHERE b.generation = x.generation AND b.measure = x.measure AND b.place = x.place AND b.day = x.day
    GROUP BY x.subject, b.period HAVING sum(x.amount) <> 0
"""


def add_sums(conn: Connection) -> None:
    """Fill `r_change` by adding what was spread to the standings."""
    clear(conn, "r_change")
    conn.execute(text(_CHANGE.format(sums=f"({_SUMS})", amount="coalesce(s.amount, 0) + r.amount")))


def put_sums(conn: Connection) -> None:
    """Fill `r_change` so that people in `r_person` stand at what was spread and nowhere else (sum measures only)."""
    clear(conn, "r_change")
    sum_up(conn)
    conn.execute(text(_CHANGE.format(sums="r_sum", amount="r.amount")))
    conn.execute(text(_GONE))


# A new standing is visible as its person is; a team's is settled afterwards.
_CHANGE = """
    INSERT INTO r_change (period, subject, place, old, was, amount, visible)
    SELECT r.period, r.subject, r.place, s.amount, s.visible, {amount},
           coalesce(s.visible, r.place <> 1 AND n.state = 3, false)
    FROM {sums} r
    LEFT JOIN core_standing s ON s.subject_id = r.subject AND s.period_id = r.period
    LEFT JOIN core_seen n ON n.person_id = r.subject
"""

_GONE = """
    INSERT INTO r_change (period, subject, place, old, was, amount, visible)
    SELECT s.period_id, s.subject_id, 0, s.amount, s.visible, 0, false
    FROM r_person r
    CROSS JOIN core_standing s
    CROSS JOIN core_period p
    WHERE s.subject_id = r.person AND p.id = s.period_id AND p.generation <> 0 AND p.scope <> 'teams'
      AND NOT EXISTS (SELECT 1 FROM r_sum m WHERE m.subject = s.subject_id AND m.period = s.period_id)
"""


def apply(conn: Connection) -> None:
    """Bring `r_change` to the standings and their histogram, and note the teams it touches in `r_touch`."""
    for statement in _APPLY:
        conn.execute(text(statement))
    if conn.execute(text(_BUCKETED)).first() is not None:
        for statement in _BUCKETS:
            conn.execute(text(statement))
    grown = [row.id for row in conn.execute(text(_PEOPLE)).all() if not row.bucketed and row.people > buckets.FEW]
    for period in grown:
        buckets.rebuild(conn, period)
    conn.execute(text(_TOUCHED))


_APPLY = (
    """
    INSERT INTO core_standing (period_id, subject_id, amount, visible)
    SELECT period, subject, amount, visible FROM r_change WHERE amount <> 0 AND old IS NULL ORDER BY subject, period
    """,
    """
    UPDATE core_standing SET amount = c.amount, visible = c.visible FROM r_change c
    WHERE core_standing.period_id = c.period AND core_standing.subject_id = c.subject
      AND c.amount <> 0 AND (c.old <> c.amount OR c.was <> c.visible)
    """,
    """
    DELETE FROM core_standing WHERE (period_id, subject_id) IN
        (SELECT period, subject FROM r_change WHERE amount = 0 AND old IS NOT NULL)
    """,
)

_BUCKETED = """
    SELECT 1 FROM (SELECT DISTINCT period FROM r_change) c CROSS JOIN core_period p
    WHERE p.id = c.period AND p.bucketed = true LIMIT 1
"""

_BUCKETS = (
    "DELETE FROM r_bucket",
    f"""
    INSERT INTO r_bucket (period, bucket, n)
    SELECT period, bucket, CAST(sum(n) AS INTEGER) FROM (
        SELECT c.period, {buckets.sql("c.amount")} AS bucket, 1 AS n FROM r_change c CROSS JOIN core_period p
        WHERE c.visible AND c.amount <> 0 AND p.id = c.period AND p.bucketed = true
        UNION ALL
        SELECT c.period, {buckets.sql("c.old")}, -1 FROM r_change c CROSS JOIN core_period p
        WHERE c.was AND c.old IS NOT NULL AND p.id = c.period AND p.bucketed = true) AS moved
    GROUP BY period, bucket HAVING sum(n) <> 0
    """,
    buckets.ADD,
)

_PEOPLE = """
    UPDATE core_period SET people = people + c.more
    FROM (SELECT period, CAST(sum(CASE WHEN old IS NULL THEN 1 ELSE -1 END) AS INTEGER) AS more FROM r_change
          WHERE (old IS NULL) <> (amount = 0) GROUP BY period) c
    WHERE core_period.id = c.period AND c.more <> 0
    RETURNING core_period.id, core_period.people, core_period.bucketed
"""

_TOUCHED = """
    INSERT INTO r_touch (generation, measure, kind, start, team)
    SELECT p.generation, p.measure, p.kind, p.start, CAST(substr(p.scope, 6) AS INTEGER)
    FROM (SELECT DISTINCT period FROM r_change WHERE old IS NULL OR amount = 0 OR was <> visible) c
    JOIN core_period p ON p.id = c.period WHERE p.scope LIKE 'team:%'
    UNION
    SELECT p.generation, p.measure, p.kind, p.start, c.subject
    FROM r_change c JOIN core_period p ON p.id = c.period WHERE c.place = 1 AND c.old IS NULL AND p.scope = 'teams'
"""


def show(conn: Connection) -> None:
    """Fill `r_change` with the standings of people in `r_seen` whose visibility is another now."""
    clear(conn, "r_change")
    conn.execute(text(_SHOW))


_SHOW = """
    INSERT INTO r_change (period, subject, place, old, was, amount, visible)
    SELECT s.period_id, s.subject_id, 0, s.amount, s.visible, s.amount, n.state = 3
    FROM r_seen n
    CROSS JOIN core_standing s
    CROSS JOIN core_period p
    WHERE s.subject_id = n.person AND p.id = s.period_id AND p.scope <> 'teams' AND s.visible <> (n.state = 3)
"""


def flip(conn: Connection) -> None:
    """Fill `r_change` from `r_flip`."""
    clear(conn, "r_change")
    conn.execute(
        text("""
        INSERT INTO r_change (period, subject, place, old, was, amount, visible)
        SELECT s.period_id, s.subject_id, 1, s.amount, s.visible, s.amount, f.visible
        FROM r_flip f JOIN core_standing s ON s.period_id = f.period AND s.subject_id = f.subject
    """)
    )
