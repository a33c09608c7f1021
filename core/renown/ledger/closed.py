"""Closed periods as they were printed, and what late events have changed since. Part of the gate, as `boards` is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from renown.access.viewer import Viewer
from renown.ledger import boards
from renown.ledger.boards import ORGANISATION, TEAMS, Board, Cursor, Line
from renown.ledger.periods import Kind, Span


def board(
    conn: Connection,
    viewer: Viewer,
    measure: str,
    kind: Kind,
    start: int,
    scope: str = ORGANISATION,
    *,
    after: Cursor | None = None,
    limit: int = 50,
    deep: bool = False,
) -> Board:
    """A page of a period as it was closed: `amount` is what it closed with, `difference` what came since.

    Whoever is not visible now is left out, and places close up. Raises NotShown, also where nothing is closed.
    """
    boards.allow(conn, viewer, scope)
    span = Span(kind, start)
    found = boards.find(conn, measure, span, scope)
    if found is None or found.closed is None:
        raise boards.NotShown("no such closed period")
    depth = boards.depth_for(conn, viewer, scope, deep)
    which = {"period": found.id}
    seen = _VISIBLE[scope == TEAMS]
    before = 0 if after is None else _count(conn, seen, which | _at(after), _UP_TO)
    wanted = limit if depth is None else max(0, min(limit, depth - before))
    where = "" if after is None else f"AND NOT {_UP_TO}"
    page = text(_PAGE.format(seen=seen, where=where))
    rows = conn.execute(page, which | {"limit": wanted + 1} | ({} if after is None else _at(after))).all()
    first = rows[0].amount if rows else 0
    place = 1 + _count(conn, seen, which | {"amount": first}, "c.amount > :amount")
    lines = tuple(_ranked(list(rows[:wanted]), place, before, viewer, scope))
    more = len(rows) > wanted and (depth is None or before + wanted < depth) and lines
    end = rows[wanted - 1] if more else None
    last = Cursor(end.amount, end.subject_id) if end is not None else None
    total = _count(conn, seen, which, "true")
    counted_at = boards.counted(conn, measure)
    return Board(measure, span, scope, lines, total, last, depth, counted_at, found.closed_at)


def corrections(
    conn: Connection, viewer: Viewer, measure: str, kind: Kind, start: int, scope: str = ORGANISATION
) -> int:
    """How many visible lines of a closed period differ from how it stands now. Raises NotShown."""
    boards.allow(conn, viewer, scope)
    found = boards.find(conn, measure, Span(kind, start), scope)
    if found is None or found.closed is None:
        raise boards.NotShown("no such closed period")
    return int(conn.scalar(text(_CORRECTED.format(seen=_VISIBLE[scope == TEAMS])), {"period": found.id}) or 0)


def _ranked(rows: list[Row[Any]], place: int, before: int, viewer: Viewer, scope: str) -> list[Line]:
    lines: list[Line] = []
    for number, row in enumerate(rows, start=before + 1):
        amount = int(row.amount)
        if lines and amount != lines[-1].amount:
            place = number
        own = scope != TEAMS and viewer.person_id == row.root
        lines.append(Line(place, row.root, row.key, row.name, amount, difference=int(row.live or 0) - amount, own=own))
    return lines


def _count(conn: Connection, seen: str, which: dict[str, int], where: str) -> int:
    return int(conn.scalar(text(_COUNT.format(seen=seen, where=where)), which) or 0)


def _at(cursor: Cursor) -> dict[str, int]:
    return {"amount": cursor.amount, "subject": cursor.subject}


_UP_TO = "(c.amount > :amount OR (c.amount = :amount AND c.subject_id >= :subject))"

# Whom a line speaks of today: people merged since stand under the one they count as.
_VISIBLE = {
    False: """
        JOIN core_person q ON q.id = c.subject_id
        JOIN core_person w ON w.id = coalesce(q.root_id, q.id)
        JOIN core_seen n ON n.person_id = w.id AND n.state = 3
        LEFT JOIN core_standing s ON s.period_id = c.period_id AND s.subject_id = w.id
    """,
    True: """
        JOIN (SELECT id, slug AS handle, name FROM core_team) w ON w.id = c.subject_id
        JOIN core_standing s ON s.period_id = c.period_id AND s.subject_id = w.id AND s.visible
    """,
}

_COUNT = """
    SELECT count(*) FROM core_standing_close c {seen} WHERE c.period_id = :period AND c.amount > 0 AND {where}
"""

_PAGE = """
    SELECT c.subject_id, c.amount, w.id AS root, w.handle AS key, w.name, s.amount AS live
    FROM core_standing_close c {seen}
    WHERE c.period_id = :period AND c.amount > 0 {where}
    ORDER BY c.amount DESC, c.subject_id DESC LIMIT :limit
"""

_CORRECTED = """
    SELECT (SELECT count(*) FROM core_standing_close c {seen}
            WHERE c.period_id = :period AND c.amount <> coalesce(s.amount, 0))
         + (SELECT count(*) FROM core_standing v
            WHERE v.period_id = :period AND v.visible = true
              AND NOT EXISTS (SELECT 1 FROM core_standing_close k
                              WHERE k.period_id = v.period_id AND k.subject_id = v.subject_id))
"""
