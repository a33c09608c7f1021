"""The whole check of entries: the log is counted once more beside them, and what differs is told entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Row, text

from renown.db.engine import Database
from renown.ledger import checks, generations, replay, standings
from renown.ledger.catchup import Progress
from renown.ledger.score import Scorer

#: That many are told one by one.
SHOWN = 10


def check(db: Database, scorer: Scorer, progress: Progress | None = None) -> tuple[str, ...]:
    """What is wrong with a plugin's entries, in words. Raises as scoring does, and where nothing is live."""
    live, made, (wrong, sums) = replay.counted(db, scorer, _compared, progress)
    replay.throw_away(db, made)
    said = tuple(_said(scorer.plugin, live, wrong))
    return said or ((f"{scorer.plugin}: the sums of limits are not those that the log gives",) if sums else ())


def mend(db: Database, scorer: Scorer, progress: Progress | None = None) -> None:
    """Put the log's count in the place of the entries, which go at once."""
    before, made, _ = replay.counted(db, scorer, lambda conn, live, made: None, progress, state="rebuild")
    standings.catch_up(db)
    db.retrying(lambda conn: generations.switch(conn, made))
    replay.throw_away(db, before)


def _differing(conn: Connection, live: int, made: int) -> list[Row[tuple[object, ...]]]:
    return list(conn.execute(text(_DIFFERING), {"live": live, "made": made}))


def _compared(conn: Connection, live: int, made: int) -> tuple[list[Row[tuple[object, ...]]], bool]:
    """Entries that differ, and whether the sums of limits do."""
    sums = conn.scalar(text(_SUMS), {"live": live, "made": made})
    return _differing(conn, live, made), bool(sums)


# Keys hold the generation: sums are the same where as many of a kind say the same.
_SUMS = """
    SELECT count(*) FROM (
        SELECT 1 FROM core_limit_use WHERE generation IN (:live, :made) AND raw <> 0 GROUP BY label, curve, raw
        HAVING sum(CASE WHEN generation = :live THEN 1 ELSE -1 END) <> 0) AS unequal
"""

# Entries by what they are, with their place among those that are alike but for their figures; each must be there twice.
_DIFFERING = """
    SELECT k.act_id, k.event_id, m.name, k.identity_id, k.rule_id, k.place, k.raw, k.amount, k.day, k.team, k.reason,
           min(k.generation) AS side, count(*) AS number
    FROM (SELECT generation, act_id, measure, identity_id, rule_id, event_id, raw, amount, day, team,
                 coalesce(reason, '') AS reason, CASE WHEN reverses = 0 THEN 0 ELSE 1 END AS again,
                 CASE WHEN quota IS NULL THEN 0 ELSE 1 END AS quoted,
                 length(coalesce(limits, '')) - length(replace(coalesce(limits, ''), ' ', ''))
                     + CASE WHEN limits IS NULL THEN 0 ELSE 1 END AS nested,
                 row_number() OVER (PARTITION BY generation, act_id, measure, identity_id, rule_id, event_id
                                    ORDER BY id) AS place
          FROM core_entry WHERE generation IN (:live, :made)) k
    LEFT JOIN core_measure m ON m.id = k.measure
    GROUP BY k.act_id, k.event_id, m.name, k.identity_id, k.rule_id, k.place, k.raw, k.amount, k.day, k.team, k.reason,
             k.again, k.quoted, k.nested
    HAVING count(*) <> 2 ORDER BY k.act_id, m.name, k.identity_id, k.rule_id, k.place
"""


def _said(plugin: str, live: int, wrong: Sequence[Row[tuple[object, ...]]]) -> Iterator[str]:
    pairs: dict[tuple[object, ...], dict[bool, Row[tuple[object, ...]]]] = {}
    for row in wrong:
        key = (row.act_id, row.event_id, row.name, row.identity_id, row.rule_id, row.place)
        pairs.setdefault(key, {})[row.side == live] = row
    for both in list(pairs.values())[:SHOWN]:
        here, due = both.get(True), both.get(False)
        one = here or due
        assert one is not None
        what = f"{one.name}, account {one.identity_id}, event {one.act_id}"
        if one.event_id != one.act_id:
            what += f" (since event {one.event_id})"
        if here is None:
            yield f"{what}: a change of {_figures(due)} follows from the log and is missing"
        elif due is None:
            yield f"{what}: a change of {_figures(here)} does not follow from the log"
        else:
            yield f"{what}: the change is {_figures(here)}, by the log {_figures(due)}"
    if len(pairs) > SHOWN:
        yield f"{plugin}: {len(pairs) - SHOWN} more changes are not what the log gives"


def _figures(row: Row[tuple[object, ...]] | None) -> str:
    assert row is not None
    amount, raw = checks.shown(row.amount), checks.shown(row.raw)
    told = amount if amount == raw else f"{amount} of {raw}"
    return f"{told} on {checks.date(row.day)}" + (f" ({row.reason})" if row.reason else "")
