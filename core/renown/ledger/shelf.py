"""What the gate has to know of a board before it shows any of it, in one statement; and then its lines, in one more."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from renown.db.spelled import Spelled
from renown.ledger import buckets, visibility
from renown.ledger.periods import Span
from renown.ledger.visibility import Preset

Rows = list[tuple[Any, ...]]


class Opened(NamedTuple):
    """A board, `period` None while nobody stands on it, and what holds for all boards.

    Of a `level` all is known that the run knew which published it at `stood_at`. `former` is the last closed one of its
    kind. `higher` visible standings lie above the amount that was asked about, and `before` come before and at the
    subject that was asked about.
    """

    privacy: Preset
    depth: int
    level: bool
    stood_at: int | None
    waiting: bool
    period: int | None
    closed: int | None
    closed_at: int | None
    former: int
    total: int
    higher: int
    before: int


def open_board(
    conn: Connection, measure: str, span: Span, scope: str, amount: int | None = None, subject: int = 0
) -> Opened:
    """The board in the generation that is read now. `amount` and `subject` are where a page begins."""
    values: dict[str, Any] = {"name": measure, "kind": span.kind, "start": span.start, "scope": scope}
    if amount is None:
        row = _OPEN.rows(conn, values)[0]
        higher = before = 0
    else:
        row = _OPEN_AT.rows(conn, values | buckets.bounds(amount) | {"subject": subject})[0]
        higher, before = int(row[10]), int(row[10]) + int(row[11])
    return Opened(
        visibility.read(row[0]), _depth(row[1]), bool(row[2]), row[3], row[4] is not None, row[5], row[6], row[7],
        row[8] or 0, int(row[9]), higher, before,
    )  # fmt: skip


def _depth(spelled: str | None) -> int:
    return 25 if spelled is None else max(0, int(msgspec.json.decode(spelled)))


_DEPTH = "(SELECT CAST(value AS TEXT) FROM core_setting WHERE owner = 'core' AND name = 'board_depth')"

_FORMER = """
    (SELECT l.id FROM core_period l
     WHERE l.generation = p.generation AND l.measure = p.measure AND l.scope = p.scope AND l.kind = p.kind
       AND l.start < p.start AND l.closed IS NOT NULL ORDER BY l.start DESC LIMIT 1)
"""

# Ordered as the index of waiting rows is: PostgreSQL takes nearly all rows for waiting and would read them all.
_BOARD = f"""
    SELECT {visibility.SPELLED},
           {_DEPTH},
           m.id IS NOT NULL AND m.generation IS NULL,
           m.stood_at,
           (SELECT 1 FROM core_day_total WHERE amount <> stood ORDER BY generation, measure LIMIT 1),
           p.id, p.closed, p.closed_at,
           {_FORMER},
           {buckets.EVERYBODY.format(period="p.id")} {{more}}
    FROM (SELECT 1 AS one) x
    LEFT JOIN core_measure m ON m.name = :name
    LEFT JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
                           AND p.scope = :scope AND p.kind = :kind AND p.start = :start
"""

_AT = f"""
    , {buckets.ABOVE.format(period="p.id")},
    (SELECT count(*) FROM core_standing
     WHERE period_id = p.id AND visible = true AND amount = :amount AND subject_id >= :subject)
"""

_OPEN, _OPEN_AT = Spelled(_BOARD.format(more="")), Spelled(_BOARD.format(more=_AT))


def page(
    conn: Connection, opened: Opened, teams: bool, limit: int, amount: int | None = None, subject: int = 0
) -> Rows:
    """Visible standings above 0 by falling amount, then id, after (amount, subject).

    Each is subject, amount, key, name, the place when the former board closed, and what it had when this one did.
    """
    if limit <= 0 or opened.period is None:
        return []
    values = {
        "period": opened.period, "former": opened.former, "limit": limit, "amount": amount, "subject": subject,
    }  # fmt: skip
    read = _page("people" if not teams else "teams", "first" if amount is None else "lower", opened.closed is not None)
    return _sorted(read.rows(conn, values))


def sides(conn: Connection, me: Own, near: int) -> tuple[Rows, Rows]:
    """Up to `near` visible people before and after a person's place, each as in `page`."""
    values = {"period": me.period, "former": me.former, "limit": near}
    amount, subject = (me.amount, me.subject) if me.amount > 0 else (0, 1 << 31)
    values |= {"amount": me.amount, "subject": me.subject, "least": amount, "last": subject}
    rows = _sorted(_sides(me.closed).rows(conn, values))
    place = (me.amount, me.subject)
    return [row for row in rows if _by_place(row) > place], [row for row in rows if _by_place(row) < place]


def position(conn: Connection, period: int, amount: int, subject: int) -> tuple[int, int]:
    """How many visible standings lie above the amount, and how many come before the subject that has it."""
    higher, ties = _POSITION.rows(conn, {"period": period, "subject": subject, **buckets.bounds(amount)})[0]
    return int(higher), int(higher) + int(ties)


_POSITION = Spelled(f"""
    SELECT {buckets.ABOVE.format(period=":period")},
           (SELECT count(*) FROM core_standing
            WHERE period_id = :period AND visible = true AND amount = :amount AND subject_id > :subject)
""")


def _sorted(rows: Any) -> Rows:
    """They come so, but no database promises it of a join."""
    return sorted(rows, key=_by_place, reverse=True)


def _by_place(row: tuple[Any, ...]) -> tuple[int, int]:
    return row[1], row[0]


_WHERE = {
    "first": "s.amount > 0",
    "lower": "s.amount > 0 AND (s.amount, s.subject_id) < (:amount, :subject)",
    # With "s.amount > 0" beside it SQLite would begin there, at the other end of the board.
    "higher": "(s.amount, s.subject_id) > (:amount, :subject)",
}


@lru_cache
def _page(of: str, side: str, closed: bool) -> Spelled:
    table, key = ("core_person", "handle") if of == "people" else ("core_team", "slug")
    order = "" if side == "higher" else "DESC"
    places = f"""
        (SELECT s.subject_id, s.amount FROM core_standing s
         WHERE s.period_id = :period AND s.visible = true AND {_WHERE[side]}
         ORDER BY s.amount {order}, s.subject_id {order} LIMIT :limit) s
    """
    kept = "core_standing_close {0} WHERE {0}.period_id = {1} AND {0}.subject_id = s.subject_id"
    # Found one by one: a planner that knows neither the limit nor how many there are would read all people.
    sqlite = f"""
        SELECT s.subject_id, s.amount, q.{key}, q.name, f.rank, {"k.amount" if closed else "NULL"}
        FROM {places} CROSS JOIN {table} q
        LEFT JOIN core_standing_close f ON f.period_id = :former AND f.subject_id = s.subject_id
        {"LEFT JOIN core_standing_close k ON k.period_id = :period AND k.subject_id = s.subject_id" if closed else ""}
        WHERE q.id = s.subject_id
    """
    one_by_one = "LEFT JOIN LATERAL (SELECT {2} FROM " + kept + " OFFSET 0) {0} ON true"
    postgresql = f"""
        SELECT s.subject_id, s.amount, q.{key}, q.name, f.rank, {"k.amount" if closed else "NULL"}
        FROM {places}
        CROSS JOIN LATERAL (SELECT q.{key}, q.name FROM {table} q WHERE q.id = s.subject_id OFFSET 0) q
        {one_by_one.format("f", ":former", "f.rank")}
        {one_by_one.format("k", ":period", "k.amount") if closed else ""}
    """
    return Spelled(sqlite, postgresql)


@lru_cache
def _sides(closed: bool) -> Spelled:
    """Both at once: `least` and `last` are where "higher" begins."""

    def spelled(dialect: str) -> str:
        higher = re.sub(r":amount, :subject", ":least, :last", _page("people", "higher", closed).spelling[dialect])
        lower = _page("people", "lower", closed).spelling[dialect]
        return f"SELECT * FROM ({higher}) AS higher UNION ALL SELECT * FROM ({lower}) AS lower"

    return Spelled(spelled("sqlite"), spelled("postgresql"))


class Own(NamedTuple):
    """One person's standing. `former` is the last closed board of its kind, `was` the place then.

    `kept` is what this board closed with for them, None where it is not closed.
    """

    period: int
    former: int
    was: int | None
    closed: bool
    kept: int
    privacy: Preset
    depth: int
    subject: int
    amount: int
    visible: bool
    key: str
    name: str


def own(conn: Connection, measure: str, span: Span, scope: str, person: int, *, moves: bool = False) -> Own | None:
    """`moves`: with how it was at the last close."""
    values = {"name": measure, "kind": span.kind, "start": span.start, "scope": scope, "subject": person}
    row = (_MOVING if moves else _STANDING).row(conn, values)
    if row is None:
        return None
    return Own(
        row[0], row[1] or 0, row[2], row[3] is not None, row[4] or 0, visibility.read(row[5]), _depth(row[6]),
        person, int(row[7]), bool(row[8]), row[9], row[10],
    )  # fmt: skip


_OWN = f"""
    {visibility.SPELLED}, {_DEPTH}, s.amount, s.visible, q.handle, q.name
    FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
                      AND p.scope = :scope AND p.kind = :kind AND p.start = :start
    JOIN core_standing s ON s.subject_id = :subject AND s.period_id = p.id
    JOIN core_person q ON q.id = s.subject_id
    WHERE m.name = :name
"""

_STANDING = Spelled(f"SELECT p.id, 0, NULL, NULL, NULL, {_OWN}")
_MOVING = Spelled(f"""
    SELECT p.id, {_FORMER},
           (SELECT c.rank FROM core_standing_close c WHERE c.period_id = {_FORMER} AND c.subject_id = :subject),
           p.closed,
           (SELECT c.amount FROM core_standing_close c WHERE c.period_id = p.id AND c.subject_id = :subject),
           {_OWN}
""")
