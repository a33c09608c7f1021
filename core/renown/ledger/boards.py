"""The one gate to standings: pages, the API, exports, feeds, notifications and the command line read boards here.

Only visible standings are listed and counted, ties share a place, and people always read their own. Whoever may not see
a board, or asks for one that is not there, gets the same LookupError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, text

from renown import clock
from renown.access.viewer import Viewer
from renown.db import stored
from renown.ledger import buckets, standings, visibility
from renown.ledger.periods import Kind, Span

ORGANISATION, TEAMS = "organisation", "teams"
#: Places shown above and below one's own.
NEAR = 3


class NotShown(LookupError):
    """There is no such board, or not for this viewer; which of the two is not told."""


@dataclass(frozen=True)
class Line:
    """One place on a board. `key` is a person's handle or a team's slug, `movement` places gained (negative: lost).

    `difference` is what late events added since the period closed, None where it is not closed. Amounts are in
    thousandths.
    """

    rank: int
    subject_id: int
    key: str
    name: str
    amount: int
    movement: int | None = None
    difference: int | None = None
    own: bool = False


@dataclass(frozen=True)
class Cursor:
    """Where a page ended. `str` of it goes into addresses."""

    amount: int
    subject: int

    def __str__(self) -> str:
        return f"{self.amount}.{self.subject}"

    @classmethod
    def parse(cls, spelled: str) -> Cursor:
        """Raises ValueError."""
        amount, _, subject = spelled.partition(".")
        try:
            found = cls(int(amount), int(subject))
        except ValueError:
            raise ValueError(f"after: {spelled!r} is not where a page ends") from None
        if not (-(1 << 62) < found.amount < 1 << 62 and 0 <= found.subject < 1 << 31):
            raise ValueError(f"after: {spelled!r} is out of range")
        return found


@dataclass(frozen=True)
class Board:
    """A page of a board. `total` counts everybody on it, `next` is None on the last page that may be read.

    `counted_at` is the instant up to which everything known is in it. `depth` is None where there is no bound.
    """

    measure: str
    span: Span
    scope: str
    lines: tuple[Line, ...]
    total: int
    next: Cursor | None
    depth: int | None
    counted_at: int
    closed_at: int | None = None


def board(
    conn: Connection,
    viewer: Viewer,
    measure: str,
    kind: Kind = "all",
    start: int = 0,
    scope: str = ORGANISATION,
    *,
    after: Cursor | None = None,
    limit: int = 50,
    deep: bool = False,
) -> Board:
    """A page of at most `limit` places, after `after`. `deep` lifts the bound on depth, for administrators only.

    Boards of teams have no bound.

    Raises NotShown. A board that exists but holds nobody yet is empty.
    """
    allow(conn, viewer, scope)
    span = Span(kind, start)
    found = find(conn, measure, span, scope)
    depth = depth_for(conn, viewer, scope, deep)
    counted_at = counted(conn, measure)
    if found is None:
        return Board(measure, span, scope, (), 0, None, depth, counted_at)
    before = 0 if after is None else _places_to(conn, found.id, after)
    wanted = limit if depth is None else max(0, min(limit, depth - before))
    rows = _page(conn, found.id, after, wanted + 1)
    lines = _ranked(conn, found.id, rows[:wanted], before)
    more = len(rows) > wanted and (depth is None or before + wanted < depth)
    last = Cursor(lines[-1].amount, lines[-1].subject_id) if more and lines else None
    lines = _named(conn, scope, _moved(conn, measure, span, scope, lines), viewer)
    if found.closed is not None:
        lines = _with_closed(conn, found.id, lines)
    total = buckets.more_than(conn, found.id, 0)
    return Board(measure, span, scope, tuple(lines), total, last, depth, counted_at, found.closed_at)


def around(
    conn: Connection,
    viewer: Viewer,
    measure: str,
    kind: Kind = "all",
    start: int = 0,
    scope: str = ORGANISATION,
    near: int = NEAR,
) -> tuple[Line, ...]:
    """The viewer's own place with `near` visible people above and below; empty where the viewer has none.

    Under presets that show no people it is the own line alone.
    """
    own = rank(conn, viewer, viewer.person_id or 0, measure, kind, start, scope)
    found = find(conn, measure, Span(kind, start), scope)
    if own is None or found is None:
        return ()
    if not visibility.shows_people(viewer, visibility.preset(conn)):
        return (own,)
    here = {"period": found.id, "amount": own.amount, "subject": own.subject_id, "near": near}
    above = [*reversed(conn.execute(text(_TIES_ABOVE), here).all())]
    if len(above) < near:
        rest = conn.execute(text(_HIGHER), {**here, "near": near - len(above)}).all()
        above = [*reversed(rest), *above]
    below = _page(conn, found.id, Cursor(own.amount, own.subject_id), near)
    lines = _ranked(conn, found.id, above)
    lines += [replace(own, movement=None)]
    lines += _ranked(conn, found.id, below)
    named = _named(conn, scope, _moved(conn, measure, Span(kind, start), scope, lines), viewer)
    return tuple(named)


def rank(
    conn: Connection,
    viewer: Viewer,
    person_id: int,
    measure: str,
    kind: Kind = "all",
    start: int = 0,
    scope: str = ORGANISATION,
) -> Line | None:
    """A person's total and place, or None: no standing, or not for this viewer. One's own can always be read.

    Where the person is not visible, the place is the one they would have.
    """
    found = find(conn, measure, Span(kind, start), scope)
    if found is None or scope == TEAMS:
        return None
    row = conn.execute(text(_ONE), {"period": found.id, "subject": person_id}).one_or_none()
    own = viewer.person_id is not None and viewer.person_id == person_id
    if row is None or not (own or (row.visible and visibility.shows_people(viewer, visibility.preset(conn)))):
        return None
    line = Line(1 + buckets.more_than(conn, found.id, row.amount), person_id, "", "", row.amount)
    [line] = _named(conn, scope, [line], viewer)
    return line


def next_place(conn: Connection, line: Line, measure: str, span: Span, scope: str = ORGANISATION) -> int | None:
    """How much is missing to the place above, in thousandths; None for the first. It names nobody."""
    found = find(conn, measure, span, scope)
    if found is None:
        return None
    above = conn.scalar(text(_NEXT), {"period": found.id, "amount": line.amount})
    return None if above is None else int(above) - line.amount


def depth_of(conn: Connection) -> int:
    """How many places of a board employees may see."""
    return max(0, int(stored.get(conn, "core", "board_depth", 25)))


def depth_for(conn: Connection, viewer: Viewer, scope: str, deep: bool) -> int | None:
    """How many places this viewer may read, None for all of them."""
    unbound = scope == TEAMS or (deep and viewer.role == "administrator")
    return None if unbound else depth_of(conn)


def counted(conn: Connection, measure: str) -> int:
    """The instant up to which the standings of this measure hold everything that was scored."""
    stood = conn.scalar(text("SELECT stood_at FROM core_measure WHERE name = :name"), {"name": measure})
    return clock.now() if not standings.waiting(conn) or stood is None else int(stood)


def find(conn: Connection, measure: str, span: Span, scope: str) -> Row[tuple[int, int | None, int | None]] | None:
    """The board (id, closed, closed_at) in the generation that is read now, or None while nobody stands on it."""
    names = {"name": measure, "kind": span.kind, "start": span.start, "scope": scope}
    return conn.execute(text(_FIND), names).one_or_none()


_FIND = """
    SELECT p.id, p.closed, p.closed_at FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
    WHERE m.name = :name AND p.scope = :scope AND p.kind = :kind AND p.start = :start
"""

_ONE = "SELECT amount, visible FROM core_standing WHERE period_id = :period AND subject_id = :subject"

_NEXT = """
    SELECT amount FROM core_standing
    WHERE period_id = :period AND visible = true AND amount > :amount ORDER BY amount LIMIT 1
"""

_TIES_ABOVE = """
    SELECT subject_id, amount FROM core_standing
    WHERE period_id = :period AND visible = true AND amount = :amount AND subject_id > :subject
    ORDER BY subject_id LIMIT :near
"""

_HIGHER = """
    SELECT subject_id, amount FROM core_standing
    WHERE period_id = :period AND visible = true AND amount > :amount AND amount > 0
    ORDER BY amount, subject_id LIMIT :near
"""


def allow(conn: Connection, viewer: Viewer, scope: str) -> None:
    """Raises NotShown unless the viewer may read boards of this scope."""
    under = visibility.preset(conn)
    shows = visibility.shows_teams if scope == TEAMS else visibility.shows_people
    if not shows(viewer, under):
        raise NotShown("no such board")


def _page(conn: Connection, period: int, after: Cursor | None, limit: int) -> list[Row[tuple[int, int]]]:
    """Visible standings above 0, after the cursor: first the rest of its ties, then what is lower.

    The index is read backwards, so people with the same amount come by falling id.
    """
    if limit <= 0:
        return []
    here = {"period": period, "limit": limit}
    if after is None:
        return list(conn.execute(text(_PAGE.format(where="amount > 0")), here).all())
    here |= {"amount": after.amount, "subject": after.subject}
    rows = list(conn.execute(text(_PAGE.format(where="amount = :amount AND subject_id < :subject")), here).all())
    rows = [row for row in rows if row.amount > 0]
    if len(rows) < limit:
        lower = _PAGE.format(where="amount > 0 AND amount < :amount")
        rows += conn.execute(text(lower), here | {"limit": limit - len(rows)}).all()
    return rows


_PAGE = """
    SELECT subject_id, amount FROM core_standing
    WHERE period_id = :period AND visible = true AND {where}
    ORDER BY amount DESC, subject_id DESC LIMIT :limit
"""


def _places_to(conn: Connection, period: int, cursor: Cursor) -> int:
    """How many visible standings come before the one at the cursor, and it."""
    ties = """
        SELECT count(*) FROM core_standing
        WHERE period_id = :period AND visible = true AND amount = :amount AND subject_id >= :subject
    """
    here = {"period": period, "amount": cursor.amount, "subject": cursor.subject}
    return buckets.more_than(conn, period, cursor.amount) + int(conn.scalar(text(ties), here) or 0)


def _ranked(
    conn: Connection, period: int, rows: Sequence[Row[tuple[int, int]]], before: int | None = None
) -> list[Line]:
    """Give rows, in their order and without gaps, their places."""
    lines: list[Line] = []
    for row in rows:
        amount = int(row.amount)
        if lines and lines[-1].amount == amount:
            place = lines[-1].rank
        elif lines and before is not None:
            place = before + len(lines) + 1
        else:
            place = 1 + buckets.more_than(conn, period, amount)
        lines.append(Line(place, row.subject_id, "", "", amount))
    return lines


def _named(conn: Connection, scope: str, lines: list[Line], viewer: Viewer) -> list[Line]:
    table, key = ("core_team", "slug") if scope == TEAMS else ("core_person", "handle")
    own = None if scope == TEAMS else viewer.person_id
    known = _by_id(conn, f"SELECT id, {key} AS key, name FROM {table} WHERE id IN", [one.subject_id for one in lines])
    return [
        replace(one, key=known[one.subject_id].key, name=known[one.subject_id].name, own=one.subject_id == own)
        for one in lines
        if one.subject_id in known
    ]


def _by_id(conn: Connection, select: str, ids: Sequence[int]) -> dict[int, Row[tuple[int, str, str]]]:
    if not ids:
        return {}
    # Ids come from our own rows, as numbers.
    return {row.id: row for row in conn.execute(text(f"{select} ({', '.join(str(int(one)) for one in ids)})"))}


def _moved(conn: Connection, measure: str, span: Span, scope: str, lines: list[Line]) -> list[Line]:
    """Add how many places each has gained since the last closed period of this kind."""
    if span.last is None or not lines:
        return lines
    names = {"name": measure, "kind": span.kind, "start": span.start, "scope": scope}
    closed = conn.scalar(text(_LAST_CLOSED), names)
    if closed is None:
        return lines
    then = _by_id(
        conn,
        f"SELECT subject_id AS id, rank FROM core_standing_close WHERE period_id = {int(closed)} AND subject_id IN",
        [one.subject_id for one in lines],
    )
    return [
        replace(one, movement=then[one.subject_id].rank - one.rank) if one.subject_id in then else one for one in lines
    ]


_LAST_CLOSED = """
    SELECT p.id FROM core_measure m
    JOIN core_period p ON p.generation = coalesce(m.generation, 0) AND p.measure = m.id
    WHERE m.name = :name AND p.scope = :scope AND p.kind = :kind AND p.start < :start AND p.closed IS NOT NULL
    ORDER BY p.start DESC LIMIT 1
"""


def _with_closed(conn: Connection, period: int, lines: list[Line]) -> list[Line]:
    then = _by_id(
        conn,
        f"SELECT subject_id AS id, amount FROM core_standing_close WHERE period_id = {period} AND subject_id IN",
        [one.subject_id for one in lines],
    )
    return [
        replace(one, difference=one.amount - (then[one.subject_id].amount if one.subject_id in then else 0))
        for one in lines
    ]
