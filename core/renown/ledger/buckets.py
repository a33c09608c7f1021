"""A histogram of amounts on two levels, from which the exact rank in a board of a million is read at once.

Fine buckets are narrow where amounts are small and wide where they are large, a coarse one is 32 fine ones. A board
has a histogram from when it outgrew `FEW` (`core_period.bucketed`); on smaller ones those above are counted.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from renown.db.spelled import Spelled

#: To count so many takes less than to keep their histogram.
FEW = 1_000
FINE, COARSE = 1, 2
_SHARED = 5

#: (up to, shift, first bucket): below `up to`, a bucket is 2**shift thousandths wide.
_STEPS = (
    (1 << 20, 10, 0),
    (1 << 24, 14, 1024),
    (1 << 28, 18, 1984),
    (1 << 32, 22, 2944),
    (1 << 36, 26, 3904),
    (None, 32, 4864),
)
#: Both levels of a row as SQL: `CROSS JOIN {LEVELS} l`, and `LEVEL` for the bucket of a fine one on `l.level`.
LEVELS = f"(SELECT {FINE} AS level UNION ALL SELECT {COARSE})"
LEVEL = f"(CASE l.level WHEN {FINE} THEN {{bucket}} ELSE ({{bucket}}) >> {_SHARED} END)"

_STARTS = (0, *(upto for upto, _, _ in _STEPS if upto is not None))


def fine(amount: int) -> int:
    """The bucket of `amount`; it never falls as amounts rise."""
    if amount < 0:
        return -1 - fine(-1 - amount)
    for start, (upto, shift, first) in zip(_STARTS, _STEPS, strict=True):
        if upto is None or amount < upto:
            return first + ((amount - start) >> shift)
    raise AssertionError("unreachable")


def above(bucket: int) -> int:
    """The smallest amount that lies over this fine bucket."""
    if bucket < 0:
        return -_least(-1 - bucket)
    return _least(bucket + 1)


def _least(bucket: int) -> int:
    for start, (_, shift, first) in reversed(list(zip(_STARTS, _STEPS, strict=True))):
        if bucket >= first:
            return start + ((bucket - first) << shift)
    raise AssertionError("unreachable")


def sql(amount: str) -> str:
    """`fine` as an expression over the column `amount`."""

    def steps(value: str) -> str:
        whens = [
            f"WHEN {value} < {upto} THEN {first} + (({value} - {start}) >> {shift})"
            for start, (upto, shift, first) in zip(_STARTS, _STEPS, strict=True)
            if upto is not None
        ]
        _, shift, first = _STEPS[-1]
        return f"CASE {' '.join(whens)} ELSE {first} + (({value} - {_STARTS[-1]}) >> {shift}) END"

    return f"CASE WHEN {amount} < 0 THEN -1 - ({steps(f'(-1 - {amount})')}) ELSE {steps(amount)} END"


def more_than(conn: Connection, period: int, amount: int) -> int:
    """How many visible standings of the period lie above `amount`: the rank is one more."""
    return int(_MORE.rows(conn, {"period": period, **bounds(amount)})[0][0])


def bounds(amount: int) -> dict[str, int]:
    """What `ABOVE` needs to know of an amount."""
    bucket = fine(amount)
    coarse = bucket >> _SHARED
    return {"amount": amount, "fine": bucket, "coarse": coarse, "next": (coarse + 1) << _SHARED, "above": above(bucket)}


_BUCKETED = "(SELECT bucketed FROM core_period WHERE id = {period}) = true"
_VISIBLE = "(SELECT count(*) FROM core_standing WHERE period_id = {period} AND visible = true"

#: How many visible standings of the period lie above an amount, as an expression: `bounds` has its values.
ABOVE = f"""
    (CASE WHEN {_BUCKETED} THEN
     coalesce((SELECT sum(count) FROM core_standing_bucket
               WHERE period_id = {{period}} AND level = 2 AND bucket > :coarse), 0)
     + coalesce((SELECT sum(count) FROM core_standing_bucket
                 WHERE period_id = {{period}} AND level = 1 AND bucket > :fine AND bucket < :next), 0)
     + {_VISIBLE} AND amount > :amount AND amount < :above)
     ELSE {_VISIBLE} AND amount > :amount) END)
"""

#: How many are visible on the board. Nobody stands there with 0.
EVERYBODY = f"""
    (CASE WHEN {_BUCKETED} THEN
     (SELECT coalesce(sum(count), 0) FROM core_standing_bucket
      WHERE period_id = {{period}} AND level = 2 AND bucket >= 0)
     ELSE {_VISIBLE} AND amount > 0) END)
"""

_MORE = Spelled(f"SELECT {ABOVE.format(period=':period')}")


# The coarse level is summed from the fine one: amounts are sorted into buckets once.
ADD = f"""
    INSERT INTO core_standing_bucket (period_id, level, bucket, count)
    SELECT period, level, bucket, CAST(sum(n) AS INTEGER) FROM (
        SELECT m.period, l.level, {LEVEL.format(bucket="m.bucket")} AS bucket, m.n
        FROM r_bucket m CROSS JOIN {LEVELS} l) AS moved
    GROUP BY period, level, bucket HAVING sum(n) <> 0
    ORDER BY period, level, bucket
    ON CONFLICT (period_id, level, bucket) DO UPDATE SET count = core_standing_bucket.count + excluded.count
"""


def rebuild(conn: Connection, period: int) -> None:
    """Count the histogram of one period anew from its standings, if it is to have one."""
    conn.execute(text("DELETE FROM core_standing_bucket WHERE period_id = :period"), {"period": period})
    for statement in (_OUTGROWN, _COUNT):
        conn.execute(text(statement), {"period": period, "few": FEW})


_OUTGROWN = "UPDATE core_period SET bucketed = true WHERE id = :period AND people > :few"

_COUNT = f"""
    INSERT INTO core_standing_bucket (period_id, level, bucket, count)
    SELECT period_id, level, bucket, count(*) FROM (
        SELECT s.period_id, l.level, {LEVEL.format(bucket=sql("s.amount"))} AS bucket
        FROM core_standing s CROSS JOIN {LEVELS} l
        WHERE s.period_id = :period AND s.visible = true AND {_BUCKETED.format(period=":period")}) AS counted
    GROUP BY period_id, level, bucket
"""

#: Periods whose histogram is not that of their standings.
WRONG = f"""
    SELECT p.id, m.name, p.generation, p.scope, p.kind, p.start FROM core_period p
    JOIN core_measure m ON m.id = p.measure
    WHERE p.id IN (
        SELECT period_id FROM (
            SELECT period_id, level, bucket, count AS n FROM core_standing_bucket
            UNION ALL
            SELECT s.period_id, l.level, {LEVEL.format(bucket="s.bucket")}, -1
            FROM (SELECT t.period_id, {sql("t.amount")} AS bucket FROM core_standing t
                  JOIN core_period q ON q.id = t.period_id AND q.bucketed = true WHERE t.visible = true) s
            CROSS JOIN {LEVELS} l) AS both_
        GROUP BY period_id, level, bucket HAVING sum(n) <> 0)
"""
