"""The whole check of entries: the log is counted once more beside them, and what differs is told entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from renown.db.engine import Database
from renown.ledger import checks, generations, replay, standings
from renown.ledger.catchup import Progress
from renown.ledger.score import Scorer

#: Acts that are compared in one statement, so that memory holds what it sorts.
_ACTS = 200_000


class Wrong(NamedTuple):
    """The first entries that differ, and how many do."""

    first: Sequence[Row[Any]]
    number: int


def check(db: Database, scorer: Scorer, progress: Progress | None = None) -> tuple[str, ...]:
    """What is wrong with a plugin's entries, in words. Raises as scoring does, and where nothing is live."""
    _, made, (wrong, sums) = replay.counted(db, scorer, _compared, progress)
    replay.throw_away(db, made)
    said = [_said(row) for row in wrong.first]
    if wrong.number > len(said):
        said.append(f"{scorer.plugin}: {wrong.number - len(said)} more changes are not what the log gives")
    if sums and not said:
        said.append(f"{scorer.plugin}: the sums of limits are not those that the log gives")
    return tuple(said)


def mend(db: Database, scorer: Scorer, progress: Progress | None = None) -> None:
    """Put the log's count in the place of the entries, which go at once."""
    before, made, _ = replay.counted(db, scorer, lambda conn, live, made: None, progress, state="rebuild")
    standings.catch_up(db)
    db.retrying(lambda conn: generations.switch(conn, made))
    replay.throw_away(db, before)


def _compared(conn: Connection, live: int, made: int) -> tuple[Wrong, bool]:
    """Entries that differ, and whether the sums of limits do."""
    wrong, both = Wrong([], 0), {"live": live, "made": made}
    last = conn.scalar(text("SELECT max(act_id) FROM core_entry")) or 0
    for start in range(0, last + 1, _ACTS):
        given = {**both, "start": start, "end": start + _ACTS, "shown": replay.SHOWN}
        found = conn.execute(text(_DIFFERING), given).all()
        if found:
            wrong = Wrong([*wrong.first, *found][: replay.SHOWN], wrong.number + found[0].number)
    return wrong, bool(conn.scalar(text(_SUMS), both))


# Keys hold the generation: sums are the same where as many of a kind say the same.
_SUMS = """
    SELECT count(*) FROM (
        SELECT 1 FROM core_limit_use WHERE generation IN (:live, :made) AND raw <> 0 GROUP BY label, curve, raw
        HAVING sum(CASE WHEN generation = :live THEN 1 ELSE -1 END) <> 0) AS unequal
"""

_FIGURES = ("raw", "amount", "day", "reason", "team", "again", "quoted", "nested")

# Entries side by side, by what they are and their place among those that are alike but for their figures.
_DIFFERING = f"""
    SELECT k.act_id, k.event_id, m.name, k.identity_id, r.name AS rule, r.version, count(*) OVER () AS number,
           {", ".join(f"max(CASE WHEN k.generation = :live THEN k.{one} END) AS {one}" for one in _FIGURES)},
           {", ".join(f"max(CASE WHEN k.generation = :made THEN k.{one} END) AS due_{one}" for one in _FIGURES)}
    FROM (SELECT generation, act_id, measure, identity_id, rule_id, event_id, raw, amount, day, team,
                 coalesce(reason, '') AS reason, CASE WHEN reverses = 0 THEN 0 ELSE 1 END AS again,
                 CASE WHEN quota IS NULL THEN 0 ELSE 1 END AS quoted,
                 length(coalesce(limits, '')) - length(replace(coalesce(limits, ''), ' ', ''))
                     + CASE WHEN limits IS NULL THEN 0 ELSE 1 END AS nested,
                 row_number() OVER (PARTITION BY generation, act_id, measure, identity_id, rule_id, event_id
                                    ORDER BY id) AS place
          FROM core_entry
          WHERE generation IN (:live, :made) AND act_id >= :start AND act_id < :end) k
    LEFT JOIN core_measure m ON m.id = k.measure
    LEFT JOIN core_rule r ON r.id = k.rule_id
    GROUP BY k.act_id, k.event_id, k.measure, m.name, k.identity_id, k.rule_id, r.name, r.version, k.place
    HAVING count(*) <> 2
        OR {" OR ".join(f"min(k.{one}) <> max(k.{one})" for one in _FIGURES)}
    ORDER BY k.act_id, m.name, k.identity_id, k.rule_id, k.event_id, k.place LIMIT :shown
"""


def _said(row: Row[Any]) -> str:
    what = f"{row.name}, account {row.identity_id}, event {row.act_id}"
    if row.event_id != row.act_id:
        what += f" (since event {row.event_id})"
    what += f", rule {row.rule} version {row.version}" if row.rule else ", a rule that is not there"
    # Of what is seldom wrong only what differs is told.
    seldom = [one for one in _SELDOM if None not in (row.day, row.due_day) and _differs(row, one)]
    here = row.day is not None and _figures(row, "", seldom)
    due = row.due_day is not None and _figures(row, "due_", seldom)
    if not here:
        return f"{what}: a change of {due} follows from the log and is missing"
    if not due:
        return f"{what}: a change of {here} does not follow from the log"
    return f"{what}: the change is {here}, by the log {due}"


def _differs(row: Row[Any], one: str) -> bool:
    return bool(row._mapping[one] != row._mapping[f"due_{one}"])


_SELDOM: dict[str, Callable[[int], str]] = {
    "team": lambda team: f"for team {team}" if team else "for no team",
    "again": lambda again: "taken back or given again" if again else "given for the first time",
    "quoted": lambda quoted: "let through by a quota" if quoted else "without a quota",
    "nested": lambda limits: f"under {limits or 'no'} limit{'s' * (limits != 1)}",
}


def _figures(row: Row[Any], which: str, seldom: Sequence[str]) -> str:
    of = {one: row._mapping[which + one] for one in _FIGURES}
    told = checks.shown(of["amount"])
    if of["amount"] != of["raw"]:
        told += f" of {checks.shown(of['raw'])}"
    told += f" on {checks.date(of['day'])}" + (f" ({of['reason']})" if of["reason"] else "")
    return ", ".join([told, *(_SELDOM[one](of[one]) for one in seldom)])
