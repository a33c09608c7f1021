"""Whether limits took what their curves say: per key, the amounts that came through are F(the sum of what went in)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, Row, text

from renown.ledger import checks
from renown.ledger import limits as curves
from renown.ledger.checks import Found


@dataclass
class _Key:
    """One sum under a limit: what went in, what came out at the end of the chain, and whom it feeds."""

    raw: int = 0
    out: int = 0
    feeds: set[int] = field(default_factory=set)
    last: bool = False


def limits(conn: Connection, repair: bool) -> Iterator[Found]:
    """A key belongs to one day, so days are checked one by one."""
    met = 0
    with conn.execute(text(_CHAINS), execution_options=checks.STREAM) as rows:
        for day, chains in groupby(rows, key=lambda row: int(row.day)):
            wrong: list[dict[str, int]] = []
            met += yield from _day(conn, day, list(chains), wrong)
            if repair and wrong:
                conn.execute(text("UPDATE core_limit_use SET raw = :raw WHERE id = :id"), wrong)
    # A key belongs to one day, so each was met once.
    strangers = (conn.scalar(text(_MOVED)) or 0) - met
    if strangers > 0:
        yield Found(f"{strangers} sums of limits say something, and there is no change under it", checks.REPLAY)


# Sums are by the whole chain of keys; every chain belongs to one generation, by its digests.
_CHAINS = """
    SELECT day, limits, sum(raw) AS raw, sum(amount) AS amount FROM core_entry
    WHERE limits IS NOT NULL
      AND generation NOT IN (SELECT id FROM core_generation WHERE state IN ('gone', 'dropped'))
    GROUP BY day, limits ORDER BY day, limits
"""


def _day(
    conn: Connection, day: int, chains: list[Row[tuple[object, ...]]], wrong: list[dict[str, int]]
) -> Generator[Found, None, int]:
    """Gives how many keys' sums say anything but 0."""
    keys: dict[int, _Key] = {}
    depth: dict[int, int] = {}
    for row in chains:
        ids = curves.read_ids(row.limits)
        for place, (one, following) in enumerate(zip(ids, (*ids[1:], None), strict=True)):
            key = keys.setdefault(one, _Key())
            depth[one] = max(depth.get(one, 0), place)
            if following is None:
                key.last = True
                key.out += int(row.amount)
            else:
                key.feeds.add(following)
        keys[ids[0]].raw += int(row.raw)
    uses = _uses(conn, list(keys))
    unsure: set[int] = set()
    for one in sorted(keys, key=lambda one: depth[one]):
        key, use = keys[one], uses.get(one)
        if use is None:
            yield Found(f"{checks.date(day)}: a limit's sum is missing", checks.REPLAY)
            unsure |= key.feeds
            continue
        if len(key.feeds) + key.last > 1 or one in unsure:
            # What came through was shared out in the order of the log: only the sum that went in can be told.
            unsure |= key.feeds
        elif key.feeds:
            keys[next(iter(key.feeds))].raw += curves.value(curves.parse(use.curve), key.raw)
        elif (due := curves.value(curves.parse(use.curve), key.raw)) != key.out:
            yield Found(
                f"limit {use.label!r} on {checks.date(day)}: {checks.shown(key.raw)} went in, so {checks.shown(due)}"
                f" should have come through, but {checks.shown(key.out)} did",
                checks.REPLAY,
            )
        if one not in unsure and use.raw != key.raw:
            yield Found(
                f"limit {use.label!r} on {checks.date(day)}: its sum says {checks.shown(use.raw)}, the changes"
                f" {checks.shown(key.raw)}"
            )
            wrong.append({"id": one, "raw": key.raw})
    return sum(use.raw != 0 for use in uses.values())


_MOVED = """
    SELECT count(*) FROM core_limit_use
    WHERE raw <> 0 AND generation NOT IN (SELECT id FROM core_generation WHERE state IN ('gone', 'dropped'))
"""


def quotas(conn: Connection, repair: bool) -> Iterator[Found]:
    """A quota has let through as many acts as have a living change under it."""
    wrong = False
    with conn.execute(text(f"{_QUOTAS} ORDER BY id"), execution_options=checks.STREAM) as rows:
        for row in rows:
            wrong = True
            of = f"generation {row.generation}" if row.generation else "a count that is not there"
            said = f"a quota of givers in {of} says {row.said} acts were let through, the changes say {row.really}"
            yield Found(said)
    if repair and wrong:
        conn.execute(text(_QUOTA))


# Posted and reversed change about in each slot of an act: an odd number of them is a living one.
_QUOTAS = """
    SELECT id, max(generation) AS generation, CAST(sum(said) AS BIGINT) AS said, CAST(sum(really) AS BIGINT) AS really
    FROM (SELECT id, generation, count AS said, 0 AS really FROM core_quota_use
          UNION ALL
          SELECT quota, generation, 0, count(DISTINCT act_id) FROM (
              SELECT quota, generation, act_id FROM core_entry WHERE quota IS NOT NULL
              GROUP BY quota, generation, act_id, measure, identity_id, rule_id HAVING count(*) % 2 = 1) AS living
          GROUP BY quota, generation) AS both_
    WHERE generation NOT IN (SELECT id FROM core_generation WHERE state IN ('gone', 'dropped'))
    GROUP BY id HAVING sum(said) <> sum(really)
"""

_QUOTA = f"""
    INSERT INTO core_quota_use (id, generation, count)
    SELECT id, generation, really FROM ({_QUOTAS}) w WHERE true
    ON CONFLICT (id) DO UPDATE SET count = excluded.count
"""


def _uses(conn: Connection, ids: list[int]) -> dict[int, Row[tuple[object, ...]]]:
    found = {}
    for start in range(0, len(ids), 1000):
        listed = ", ".join(str(one) for one in ids[start : start + 1000])
        rows = conn.execute(text(f"SELECT id, raw, curve, label FROM core_limit_use WHERE id IN ({listed})"))
        found.update({row.id: row for row in rows})
    return found
