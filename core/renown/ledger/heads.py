"""How many people each team has on any day. The tick keeps it, so that no page counts members.

`core_team_head` has the days on which a root person counts as a team's; `core_team_size` by how many a team grew on a
day, and in a block of days: a size is the sum of the blocks before, and of a few days.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from renown.db.packed import pack
from renown.db.spelled import Spelled
from renown.ledger.models import TeamHead
from renown.ledger.visibility import State
from renown.people.models import ACTIVE

DAY, BLOCK = 1, 2
_SHIFT = 5
#: What stands for "always" and "to this day".
_FIRST, _LAST = -(1 << 31), (1 << 31) - 1


class Head(NamedTuple):
    """A root person is one of the team's on days [from_day, to_day)."""

    person: int
    from_day: int
    to_day: int
    team: int


def sizes(conn: Connection, day: int) -> dict[int, int]:
    """How many people each team has on that day, as known now: neither leavers nor bots, each person once."""
    values = {"day": day, "block": day >> _SHIFT, "first": (day >> _SHIFT) << _SHIFT}
    return {team: int(people) for team, people in _SIZES.rows(conn, values) if people}


_SIZES = Spelled("""
    SELECT team_id, sum(more) FROM (
        SELECT team_id, more FROM core_team_size WHERE level = 2 AND slot < :block
        UNION ALL SELECT team_id, more FROM core_team_size WHERE level = 1 AND slot BETWEEN :first AND :day) grown
    GROUP BY team_id
""")


def teams_of(conn: Connection, day: int) -> tuple[array[int], array[int]]:
    """Root people, by id, and the team of each on that day, as known now: neither leavers nor bots."""
    then = (TeamHead.from_day <= day, TeamHead.to_day > day)
    heads = select(TeamHead.person_id, TeamHead.team_id).where(*then).order_by(TeamHead.person_id)
    people, teams = pack(conn, heads)
    return people, teams


def hidden(conn: Connection, day: int) -> dict[int, int]:
    """How many of each team's people on that day are not shown, by their choice or the preset; teams with none of them
    are left out."""
    return {team: int(people) for team, people in conn.execute(text(_HIDDEN), {"day": day})}


_HIDDEN = f"""
    SELECT h.team_id, count(*) FROM core_seen n JOIN core_team_head h ON h.person_id = n.person_id
    WHERE n.state = {int(State.HIDDEN)} AND h.from_day <= :day AND h.to_day > :day
    GROUP BY h.team_id
"""


def follow(conn: Connection) -> int:
    """Bring it to heads and sizes where the people in `r_person` count now. Returns how many of them counted elsewhere.

    `r_person` holds the root of everybody in it, too.
    """
    gone, come = differing(conn)
    if gone:
        conn.execute(text(_TAKE), [{"person": one.person, "day": one.from_day} for one in sorted(gone)])
    if come:
        conn.execute(text(_PUT), [one._asdict() for one in sorted(come)])
    grown: Counter[tuple[int, int, int]] = Counter()
    for heads, sign in ((gone, -1), (come, 1)):
        for one in heads:
            for day, more in ((one.from_day, sign), (one.to_day, -sign)):
                grown[DAY, day, one.team] += more
                grown[BLOCK, day >> _SHIFT, one.team] += more
    rows = [
        {"level": level, "slot": slot, "team": team, "more": more}
        for (level, slot, team), more in sorted(grown.items())
        if more
    ]
    if rows:
        conn.execute(text(_GROW), rows)
    return len({one.person for one in gone | come})


def differing(conn: Connection) -> tuple[set[Head], set[Head]]:
    """What is kept of the people in `r_person` and does not hold, and what holds and is not kept."""
    kept = {Head(*row) for row in conn.execute(text(_KEPT)).all()}
    due = set(_heads(conn.execute(text(_MEMBERS), {"active": ACTIVE}).all()))
    return kept - due, due - kept


def _heads(members: Iterable[Sequence[Any]]) -> Iterable[Head]:
    """Of people merged into one, the root's own team goes before the others', and theirs by number: as in `facts`."""
    groups: dict[int, list[tuple[bool, int, int, int, int]]] = {}
    for root, person, team, start, end in members:
        days = (_FIRST if start is None else start, _LAST if end is None else end)
        groups.setdefault(root, []).append((person != root, person, *days, team))
    for root, rows in groups.items():
        taken: list[tuple[int, int]] = []
        for _, _, start, end, team in sorted(rows):
            for first, last in _left(start, end, taken):
                taken.append((first, last))
                yield Head(root, first, last, team)


def _left(start: int, end: int, taken: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """What is left of [start, end) beside stretches that do not meet each other."""
    for first, last in sorted(taken):
        if start < min(first, end):
            yield start, min(first, end)
        start = max(start, last)
    if start < end:
        yield start, end


_KEPT = """
    SELECT h.person_id, h.from_day, h.to_day, h.team_id
    FROM r_person r CROSS JOIN core_team_head h WHERE h.person_id = r.person
"""

_MEMBERS = " UNION ALL ".join(
    f"""
    SELECT p.id, m.person_id, m.team_id, m.from_day, m.to_day
    FROM r_person r CROSS JOIN core_person p {table} CROSS JOIN core_team_member m
    WHERE p.id = r.person AND coalesce(p.root_id, p.id) = p.id AND p.status = :active AND NOT p.bot
      AND {whose} AND m.dropped IS NULL
    """
    for table, whose in (
        ("", "m.person_id = p.id"),
        ("CROSS JOIN core_person q", "q.root_id = p.id AND q.id <> p.id AND m.person_id = q.id"),
    )
)

_TAKE = "DELETE FROM core_team_head WHERE person_id = :person AND from_day = :day"

_PUT = """
    INSERT INTO core_team_head (person_id, from_day, to_day, team_id) VALUES (:person, :from_day, :to_day, :team)
"""

_GROW = """
    INSERT INTO core_team_size (level, slot, team_id, more) VALUES (:level, :slot, :team, :more)
    ON CONFLICT (level, slot, team_id) DO UPDATE SET more = core_team_size.more + excluded.more
"""

_GROWN = f"""
    SELECT l.level, CASE l.level WHEN {DAY} THEN b.day ELSE b.day >> {_SHIFT} END AS slot, b.team_id, b.more
    FROM (SELECT from_day AS day, team_id, 1 AS more FROM core_team_head
          UNION ALL SELECT to_day, team_id, -1 FROM core_team_head) b
    CROSS JOIN (SELECT {DAY} AS level UNION ALL SELECT {BLOCK}) l
"""

#: Teams whose size is not that of their heads.
WRONG = f"""
    SELECT DISTINCT team_id FROM (
        SELECT level, slot, team_id FROM (
            SELECT level, slot, team_id, more FROM core_team_size
            UNION ALL SELECT level, slot, team_id, -more FROM ({_GROWN}) g) both_
        GROUP BY level, slot, team_id HAVING sum(more) <> 0) w
    ORDER BY team_id
"""


def recount(conn: Connection) -> None:
    """Make all sizes anew from the heads."""
    conn.execute(text("DELETE FROM core_team_size"))
    conn.execute(
        text(f"""
        INSERT INTO core_team_size (level, slot, team_id, more)
        SELECT level, slot, team_id, CAST(sum(more) AS INTEGER) FROM ({_GROWN}) g
        GROUP BY level, slot, team_id HAVING sum(more) <> 0
    """)
    )
