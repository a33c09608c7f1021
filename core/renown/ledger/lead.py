"""Who led a board, and who passed whom, as a viewer may read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from renown.access.viewer import Viewer
from renown.db.spelled import Spelled
from renown.ledger import boards, visibility
from renown.ledger.boards import ORGANISATION, TEAMS
from renown.ledger.periods import Kind


@dataclass(frozen=True)
class Leader:
    subject_id: int
    key: str
    name: str


@dataclass(frozen=True)
class LeadChange:
    """At the end of `day`, `leader` had passed `former`, who had led for `days`. None where one is not to be seen.

    `superseded`: later knowledge has disproved it. Amounts are in thousandths, as of that day.
    """

    id: int
    day: int
    leader: Leader | None
    amount: int | None
    former: Leader | None
    former_amount: int | None
    days: int
    superseded: bool


def changes(
    conn: Connection,
    viewer: Viewer,
    measure: str,
    kind: Kind = "all",
    start: int = 0,
    scope: str = ORGANISATION,
    *,
    superseded: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> tuple[LeadChange, ...]:
    """Changes of the lead, newest first, before the day `before`. The first leader of a board passed nobody.

    A change between two people who are both not to be seen is left out. Raises NotShown.
    """
    which = {
        "name": measure, "kind": kind, "start": start, "scope": scope,
        "before": 1 << 31 if before is None else before, "limit": limit,
    }  # fmt: skip
    rows = _read(scope == TEAMS, superseded).rows(conn, which)
    boards.admit(viewer, scope, visibility.read(rows[0][0]))
    found = []
    for _, number, day, since, superseded_at, amount, former_amount, *both in rows:
        if number is None:
            break
        new, old = (
            Leader(subject, key, name) if seen or (scope != TEAMS and subject == viewer.person_id) else None
            for subject, key, name, seen in (both[:4], both[4:])
        )
        if new is None and old is None:
            continue
        amounts = (amount if new else None, former_amount if old else None)
        over = superseded_at is not None
        found.append(LeadChange(number, day, new, amounts[0], old, amounts[1], day - since, over))
    return tuple(found)


@lru_cache
def _read(teams: bool, superseded: bool) -> Spelled:
    where = "" if superseded else "AND c.superseded_at IS NULL"
    return Spelled(_ASKED.format(changes=(_TEAMS if teams else _PEOPLE).format(where=where)))


# What is shown at all is told in any case, with the changes or alone.
_ASKED = f"""
    SELECT {visibility.SPELLED}, c.id, c.day, c.former_since, c.superseded_at, c.amount, c.former_amount,
           c.leader_id, c.leader_key, c.leader_name, c.leader_seen,
           c.former_id, c.former_key, c.former_name, c.former_seen
    FROM (SELECT 1 AS one) x LEFT JOIN ({{changes}}) c ON true
    ORDER BY c.day DESC, c.id DESC
"""

_BOARD = """
    (SELECT p.id FROM core_measure m
     JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
     WHERE m.name = :name AND p.scope = :scope AND p.kind = :kind AND p.start = :start)
"""


_PEOPLE = f"""
    SELECT c.*, l.handle AS leader_key, l.name AS leader_name, f.handle AS former_key, f.name AS former_name,
           ln.state = {visibility.State.VISIBLE:d} AS leader_seen,
           fn.state = {visibility.State.VISIBLE:d} AS former_seen
    FROM core_lead_change c
    JOIN core_person l0 ON l0.id = c.leader_id JOIN core_person l ON l.id = coalesce(l0.root_id, l0.id)
    JOIN core_person f0 ON f0.id = c.former_id JOIN core_person f ON f.id = coalesce(f0.root_id, f0.id)
    LEFT JOIN core_seen ln ON ln.person_id = l.id
    LEFT JOIN core_seen fn ON fn.person_id = f.id
    WHERE c.period_id = {_BOARD} AND c.day < :before AND c.former_id IS NOT NULL {{where}}
    ORDER BY c.day DESC, c.id DESC LIMIT :limit
"""

_TEAMS = f"""
    SELECT c.*, l.slug AS leader_key, l.name AS leader_name, f.slug AS former_key, f.name AS former_name,
           ls.visible AS leader_seen, fs.visible AS former_seen
    FROM core_lead_change c
    JOIN core_team l ON l.id = c.leader_id
    JOIN core_team f ON f.id = c.former_id
    LEFT JOIN core_standing ls ON ls.period_id = c.period_id AND ls.subject_id = l.id
    LEFT JOIN core_standing fs ON fs.period_id = c.period_id AND fs.subject_id = f.id
    WHERE c.period_id = {_BOARD} AND c.day < :before AND c.former_id IS NOT NULL {{where}}
    ORDER BY c.day DESC, c.id DESC LIMIT :limit
"""
