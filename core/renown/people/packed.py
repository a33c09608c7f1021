"""Everybody at once, column by column as numbers: for plugins that reckon with all people."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnClause, Connection, bindparam, column, text

from renown.db.packed import pack
from renown.people.affiliations import KINDS
from renown.people.models import ERASED, LEFT, SUSPENDED

#: What the numbers in `Accounts.affiliation` stand for.
AFFILIATIONS = KINDS


@dataclass(frozen=True)
class Accounts:
    """`identity` and `root` go together, as do `person` and all after it, both by rising id: every account with whom it
    counts as, and every person who is merged into nobody, as known now.

    `affiliation` is the one of today, as an index into `AFFILIATIONS`. The others are 1 or 0. `verified`: an employee,
    no bot and not erased, of whom more is known than that an account says so: a directory or an administrator entered
    the person or said the affiliation, or one of the accounts is in a source that vouches and whose people are
    employees, and has done or made something there (being mentioned is not enough). Whoever left or is suspended is
    `deactivated`, and stays as verified as before.
    """

    identity: array[int]
    root: array[int]
    person: array[int]
    affiliation: array[int]
    bot: array[int]
    verified: array[int]
    erased: array[int]
    deactivated: array[int]


def accounts(conn: Connection, today: int) -> Accounts:
    mapped = pack(conn, text(_ACCOUNTS).columns(*_columns("identity", "root")))
    told = _columns("person", "affiliation", "bot", "verified", "erased", "deactivated")
    people = pack(conn, text(_PEOPLE).bindparams(bindparam("today", today)).columns(*told))
    return Accounts(*mapped, *people)


def _columns(*names: str) -> list[ColumnClause[int]]:
    return [column(name, BigInteger) for name in names]


_ACCOUNTS = """
    SELECT i.id AS identity, coalesce(p.root_id, p.id) AS root
    FROM core_identity i JOIN core_person p ON p.id = i.person_id ORDER BY i.id
"""

_EMPLOYEE, _BOT = KINDS.index("employee"), KINDS.index("bot")


def _number(kind: str) -> str:
    return f"CASE {kind} " + " ".join(f"WHEN '{one}' THEN {place}" for place, one in enumerate(KINDS)) + " END"


# As in `people.facts`, for everybody: what was said of the person goes before what sources make of accounts, and of
# people merged into one the root's own before the others', and theirs by number. The cast is for SQLite, which indexes
# what it keeps on the way only by a column of a known type: without, it looks through everybody for each person.
_PEOPLE = f"""
    WITH member AS (SELECT id, CAST(coalesce(root_id, id) AS INTEGER) AS root, entered FROM core_person),
    said AS (
        SELECT root, kind FROM (
            SELECT m.root, {_number("a.kind")} AS kind,
                   row_number() OVER (PARTITION BY m.root ORDER BY CASE m.id WHEN m.root THEN 0 ELSE 1 END, m.id, a.id)
                   AS place
            FROM core_affiliation a JOIN member m ON m.id = a.person_id
            WHERE a.dropped IS NULL AND coalesce(a.from_day, :today) <= :today
              AND coalesce(a.to_day, :today + 1) > :today) ranked
        WHERE place = 1),
    given AS (
        SELECT m.root, min(CASE WHEN i.bot THEN {_BOT} ELSE s.kind END) AS kind,
               max(CASE WHEN s.vouches AND s.kind = {_EMPLOYEE} AND NOT i.bot AND i.first_seen IS NOT NULL
                        THEN 1 ELSE 0 END) AS vouched
        FROM core_identity i
        JOIN member m ON m.id = i.person_id
        JOIN (SELECT id, vouches, {_number("affiliation")} AS kind FROM core_source WHERE name <> 'renown') s
          ON s.id = i.source_id
        GROUP BY m.root),
    entered AS (SELECT DISTINCT root FROM member WHERE entered),
    known AS (
        SELECT p.id, p.status, coalesce(d.kind, g.kind, {_EMPLOYEE}) AS kind,
               CASE WHEN p.bot OR coalesce(d.kind, g.kind) = {_BOT} THEN 1 ELSE 0 END AS bot,
               CASE WHEN d.kind IS NOT NULL OR e.root IS NOT NULL OR g.vouched = 1 THEN 1 ELSE 0 END AS sure
        FROM core_person p
        LEFT JOIN said d ON d.root = p.id
        LEFT JOIN given g ON g.root = p.id
        LEFT JOIN entered e ON e.root = p.id
        WHERE coalesce(p.root_id, p.id) = p.id)
    SELECT id AS person, kind AS affiliation, bot,
           CASE WHEN kind = {_EMPLOYEE} AND bot = 0 AND sure = 1 AND status <> {ERASED} THEN 1 ELSE 0 END AS verified,
           CASE WHEN status = {ERASED} THEN 1 ELSE 0 END AS erased,
           CASE WHEN status IN ({LEFT}, {SUSPENDED}) THEN 1 ELSE 0 END AS deactivated
    FROM known ORDER BY id
"""
