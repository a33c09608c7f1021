"""Two counts of one log side by side: what differs, told entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from renown.ledger import checks

#: The first entries that differ are shown, no more.
SHOWN = 10
#: Acts that are compared in one statement, so that memory holds what it sorts.
_ACTS = 20_000


def entries(conn: Connection, plugin: str, live: int, made: int) -> tuple[str, ...]:
    """How the live generation's entries and sums of limits differ from those that were counted from the log."""
    first: list[Row[Any]] = []
    number, both = 0, {"live": live, "made": made}
    last = conn.scalar(text("SELECT max(act_id) FROM core_entry")) or 0
    for start in range(0, last + 1, _ACTS):
        given = {**both, "start": start, "end": start + _ACTS}
        # Mostly nothing differs, and whether anything does is asked at a tenth of what it costs to put them in pairs.
        if conn.execute(text(_UNEQUAL), given).first() is None:
            continue
        found = conn.execute(text(_DIFFERING), {**given, "shown": SHOWN}).all()
        first += found[: SHOWN - len(first)]
        number += found[0].number
    said = [_said(row) for row in first]
    if number > len(said):
        said.append(f"{plugin}: {number - len(said)} more changes are not what the log gives")
    return tuple(said) or _unequal(conn, plugin, both, _LIMITS)


def everything(conn: Connection, plugin: str, live: int, made: int) -> tuple[str, ...]:
    """The same of entries, limits, quotas and day totals."""
    return entries(conn, plugin, live, made) + _unequal(conn, plugin, {"live": live, "made": made}, _SUMS)


def _unequal(conn: Connection, plugin: str, both: Mapping[str, int], sums: Mapping[str, str]) -> tuple[str, ...]:
    wrong = [what for what, asked in sums.items() if conn.execute(text(asked), both).first() is not None]
    return tuple(f"{plugin}: the {what} are not those that the log gives" for what in wrong)


_FIGURES = ("raw", "amount", "day", "reason", "team", "again", "quoted", "nested")

# An entry as one sees it. Keys of limits and quotas hold the generation: how many there are is compared here.
_ENTRY = """
    generation, act_id, measure, identity_id, rule_id, event_id, raw, amount, day, team,
    coalesce(reason, '') AS reason, CASE WHEN reverses = 0 THEN 0 ELSE 1 END AS again,
    CASE WHEN quota IS NULL THEN 0 ELSE 1 END AS quoted,
    length(coalesce(limits, '')) - length(replace(coalesce(limits, ''), ' ', ''))
        + CASE WHEN limits IS NULL THEN 0 ELSE 1 END AS nested
"""
# Nothing but the acts picks the index: by the generation, SQLite would read both of them whole for each part.
_PART = "core_entry WHERE +generation IN (:live, :made) AND act_id >= :start AND act_id < :end"
_KEY = ("act_id", "event_id", "measure", "identity_id", "rule_id")
_AS_MANY = "sum(CASE WHEN generation = :live THEN 1 ELSE -1 END) <> 0"

# The same is where as many of a kind say the same.
_UNEQUAL = f"""
    SELECT 1 FROM (SELECT {_ENTRY} FROM {_PART}) k GROUP BY {", ".join(_KEY + _FIGURES)} HAVING {_AS_MANY} LIMIT 1
"""


def _as_many(table: str, sum_: str, *columns: str) -> str:
    return f"""
        SELECT 1 FROM {table} WHERE generation IN (:live, :made) AND {sum_} <> 0
        GROUP BY {", ".join([*columns, sum_])} HAVING {_AS_MANY} LIMIT 1
    """


_LIMITS = {"sums of limits": _as_many("core_limit_use", "raw", "label", "curve")}
_SUMS = {
    "counts of quotas": _as_many("core_quota_use", "count"),
    "totals of days": _as_many("core_day_total", "amount", "measure", "identity_id", "day", "team"),
}

# Entries side by side, by what they are and their place among those that are alike but for their figures.
_DIFFERING = f"""
    SELECT k.act_id, k.event_id, m.name, k.identity_id, r.name AS rule, r.version, count(*) OVER () AS number,
           {", ".join(f"max(CASE WHEN k.generation = :live THEN k.{one} END) AS {one}" for one in _FIGURES)},
           {", ".join(f"max(CASE WHEN k.generation = :made THEN k.{one} END) AS due_{one}" for one in _FIGURES)}
    FROM (SELECT {_ENTRY}, row_number() OVER (PARTITION BY generation, {", ".join(_KEY)} ORDER BY id) AS place
          FROM {_PART}) k
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
