"""The one gate to standings: pages, the API, exports, feeds, notifications and the command line read boards here.

Only visible standings are listed and counted, ties share a place, and people always read their own. Whoever may not see
a board, or asks for one that is not there, gets the same LookupError.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, select, text, true

from renown import clock
from renown.access.viewer import Viewer
from renown.db import stored
from renown.db.packed import pack
from renown.ledger import buckets, shelf, standings, visibility
from renown.ledger.models import Standing
from renown.ledger.periods import Kind, Span
from renown.ledger.visibility import Preset

ORGANISATION, TEAMS = "organisation", "teams"
#: Places shown above and below one's own.
NEAR = 3


class NotShown(LookupError):
    """There is no such board, or not for this viewer; which of the two is not told."""


class Line(NamedTuple):
    """One place on a board. `key` is a person's handle or a team's slug, `movement` places gained (negative: lost).

    `rank` is None for a person other than the viewer who stands lower than boards show.
    `difference` is what late events added since the period closed, None where it is not closed. Amounts are in
    thousandths.
    """

    rank: int | None
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
    span, teams = Span(kind, start), scope == TEAMS
    at = (None, 0) if after is None else (after.amount, after.subject)
    opened = shelf.open_board(conn, measure, span, scope, *at)
    admit(viewer, scope, opened.privacy)
    depth = None if _unbound(viewer, scope, deep) else opened.depth
    still = opened.waiting or (opened.level and opened.stood_at)
    counted_at = opened.stood_at if still and opened.stood_at is not None else clock.now()
    if opened.period is None:
        return Board(measure, span, scope, (), 0, None, depth, counted_at)
    wanted = limit if depth is None else max(0, min(limit, depth - opened.before))
    rows = shelf.page(conn, opened, teams, wanted + 1 if wanted else 0, *at)
    lines = _lines(rows[:wanted], opened, after, None if teams else viewer.person_id)
    more = len(rows) > wanted and (depth is None or opened.before + wanted < depth)
    last = Cursor(lines[-1].amount, lines[-1].subject_id) if more and lines else None
    return Board(measure, span, scope, tuple(lines), opened.total, last, depth, counted_at, opened.closed_at)


def _lines(rows: shelf.Rows, opened: shelf.Opened, after: Cursor | None, me: int | None) -> list[Line]:
    """Give rows, which follow each other without gaps, their places."""
    lines: list[Line] = []
    place, last = (opened.higher + 1, after.amount) if after is not None else (1, None)
    closed = opened.closed is not None
    for number, (subject, amount, key, name, former, kept) in enumerate(rows, start=opened.before + 1):
        if amount != last:
            place, last = number, amount
        moved = None if former is None else former - place
        lines.append(
            Line(place, subject, key, name, amount, moved, amount - (kept or 0) if closed else None, subject == me)
        )
    return lines


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

    Nobody is among them who stands lower than boards show. Under presets that show no people it is the own line alone.
    """
    me = shelf.own(conn, measure, Span(kind, start), scope, viewer.person_id or 0, moves=True)
    if me is None or scope == TEAMS:
        return ()
    if not visibility.shows_people(viewer, me.privacy):
        return (_line(me, 1 + buckets.more_than(conn, me.period, me.amount), own=True),)
    higher, lower = shelf.sides(conn, me, near)
    mine = (me.subject, me.amount, me.key, me.name, me.was, me.kept)
    rows = [*higher, mine, *lower]
    above, before = shelf.position(conn, me.period, rows[0][1], rows[0][0])
    place, last, lines = above + 1, rows[0][1], []
    for subject, amount, key, name, former, kept in rows:
        if amount != last:
            place, last = before + 1, amount
        # Whoever is not visible is counted by nobody.
        before += subject != me.subject or me.visible
        if subject != me.subject and place > me.depth:
            continue
        moved = None if former is None else former - place
        late = amount - (kept or 0) if me.closed else None
        lines.append(Line(place, subject, key, name, amount, moved, late, subject == me.subject))
    return tuple(lines)


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

    Where the person is not visible, the place is the one they would have. Others' places are told as deep as boards go.
    """
    if scope == TEAMS:
        return None
    found = shelf.own(conn, measure, Span(kind, start), scope, person_id)
    own = viewer.person_id is not None and viewer.person_id == person_id
    if found is None or not (own or (found.visible and visibility.shows_people(viewer, found.privacy))):
        return None
    place = 1 + buckets.more_than(conn, found.period, found.amount)
    return _line(found, place if own or place <= found.depth else None, own=own)


def _line(found: shelf.Own, place: int | None, *, own: bool) -> Line:
    return Line(place, found.subject, found.key, found.name, found.amount, own=own)


def everybody(
    conn: Connection, viewer: Viewer, measure: str, kind: Kind = "all", start: int = 0, scope: str = ORGANISATION
) -> tuple[array[int], array[int]]:
    """Subjects and amounts of a whole board, by subject, to reckon with or to draw without names.

    What names people takes `board`, which goes no deeper than boards do. Raises NotShown.
    """
    admit(viewer, scope, visibility.preset(conn))
    return _amounts(conn, find(conn, measure, Span(kind, start), scope), Standing.visible.is_(True))


def totals(conn: Connection, measure: str, span: Span) -> tuple[array[int], array[int]]:
    """The same of the people who are not shown as well, whoever asks: to reckon with, not to show."""
    return _amounts(conn, find(conn, measure, span, ORGANISATION), true())


def _amounts(
    conn: Connection, board: Row[tuple[int, int | None, int | None]] | None, which: ColumnElement[bool]
) -> tuple[array[int], array[int]]:
    here = Standing.period_id == (0 if board is None else board.id)
    whole = select(Standing.subject_id, Standing.amount).where(here, which).order_by(Standing.subject_id)
    subjects, amounts = pack(conn, whole)
    return subjects, amounts


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
    return None if _unbound(viewer, scope, deep) else depth_of(conn)


def _unbound(viewer: Viewer, scope: str, deep: bool) -> bool:
    return scope == TEAMS or (deep and viewer.role == "administrator")


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

_NEXT = """
    SELECT amount FROM core_standing
    WHERE period_id = :period AND visible = true AND amount > :amount ORDER BY amount LIMIT 1
"""


def allow(conn: Connection, viewer: Viewer, scope: str) -> None:
    """Raises NotShown unless the viewer may read boards of this scope."""
    admit(viewer, scope, visibility.preset(conn))


def admit(viewer: Viewer, scope: str, under: Preset) -> None:
    """The same for who knows the preset."""
    shows = visibility.shows_teams if scope == TEAMS else visibility.shows_people
    if not shows(viewer, under):
        raise NotShown("no such board")
