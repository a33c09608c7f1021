"""Boards: who stands where in a measure and period, the places around you, and how the lead changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from markupsafe import Markup
from sqlalchemy import select

from renown import clock
from renown.access.routes import needs
from renown.db.spelled import Spelled
from renown.events.log import CORE
from renown.hooks.manifest import MeasureSpec
from renown.ledger import boards, lead, teams, trends, visibility
from renown.ledger.boards import ORGANISATION, TEAMS, Board, Cursor, Line, NotShown
from renown.ledger.lead import LeadChange
from renown.ledger.periods import ROLLING_DAYS, Span
from renown.ledger.teams import Share, TeamLine
from renown.people.models import Team
from renown.web import measures, spans
from renown.web.board_lines import person_line
from renown.web.components import Components
from renown.web.exports import Item, as_csv, as_feed, as_json, day_start, units
from renown.web.formats import amount
from renown.web.house import reading, viewer
from renown.web.numbers import whole_or

pages = Blueprint("boards", __name__)

#: Places on the first page, and on each further one.
PLACES = 10


@dataclass(frozen=True)
class View:
    """What the address asks for."""

    measure: MeasureSpec
    span: Span
    scope: str
    team: Any
    source: Any
    board: Board

    @property
    def of_teams(self) -> bool:
        return self.scope == TEAMS

    def at(self, period: str) -> str:
        """The address of the same board in a period."""
        team, source = (one.slug if one else "" for one in (self.team, self.source))
        return board_address(self.measure.name, period, team, "teams" if self.of_teams else "", source)


@pages.get("/boards")
@needs("boards:read")
def index() -> Any:
    found = measures.first()
    if found is None:
        return render_template("boards/none.html")
    return redirect(f"/boards/{found.name}" + (f"?{request.query_string.decode()}" if request.query_string else ""))


@pages.get("/boards/<measure>")
@needs("boards:read")
def show(measure: str) -> str:
    try:
        view = _view(measure, PLACES)
    except NotShown:
        return _without_board(measure)
    near = () if view.of_teams else _near(view)
    months = _months(view)
    return render_template(
        "boards/board.html",
        view=view,
        board=view.board,
        near=near,
        trend=_trend(view, [*view.board.lines, *near]),
        story=_story(view, 5, superseded=True),
        months=months,
        shares_of=_by_team(months),
        heads=_heads(view),
        moves=view.span.last is not None and _moves(view.board),
        teams=() if view.of_teams else _teams(),
        sources=() if view.of_teams else _sources(view.measure.name),
        periods=spans.links(view.span, view.at),
        neighbours=spans.neighbours(view.span),
        measures=_measures(view),
        age=max(clock.now() - view.board.counted_at, 0),
    )


@pages.get("/boards/<measure>/_rows")
@needs("boards:read")
def rows(measure: str) -> str:
    view = view_or_404(measure, PLACES)
    return render_template(
        "boards/_rows.html",
        view=view,
        board=view.board,
        trend=_trend(view, view.board.lines),
        heads=_heads(view),
        moves=_moves(view.board),
    )


@pages.get("/boards/<measure>.json")
@needs("boards:read")
def as_data(measure: str) -> Response:
    view = view_or_404(measure, _limit())
    return as_json(board_data(view.board, view.measure))


@pages.get("/boards/<measure>.csv")
@needs("boards:read")
def as_table(measure: str) -> Response:
    view = view_or_404(measure, _limit())
    key = "team" if view.of_teams else "person"
    columns = ("rank", key, "name", "amount", "movement")
    lines = ((one.rank, one.key, one.name, units(one.amount), one.movement) for one in view.board.lines)
    return as_csv(f"{measure}-{view.span}", columns, lines)


@pages.get("/boards/<measure>.atom")
@needs("boards:read")
def as_news(measure: str) -> Response:
    """The feed of a board: who took the lead, and when."""
    view = view_or_404(measure, 1)
    items = [
        Item(str(one.id), _headline(one, view), f"/boards/{measure}?period={view.span}", day_start(one.day))
        for one in _story(view, 50)
    ]
    return as_feed(f"{view.measure.title}, {view.span.label}: the lead", items)


def board_data(board: Board, measure: MeasureSpec) -> dict[str, Any]:
    """A board as the API and the export give it."""
    key = "team" if board.scope == TEAMS else "person"
    return {
        "measure": board.measure,
        "unit": measure.unit,
        "period": str(board.span),
        "scope": board.scope,
        "counted_at": clock.to_datetime(board.counted_at),
        "closed_at": clock.to_datetime(board.closed_at) if board.closed_at else None,
        "total": board.total,
        "rows": [
            {"rank": one.rank, key: one.key, "name": one.name, "amount": units(one.amount), "movement": one.movement}
            for one in board.lines
        ],
        "next": str(board.next) if board.next else None,
    }


def _view(measure: str, limit: int) -> View:
    spec = measures.named(measure)
    span = spans.asked_of(spec)
    team = source = None
    scope = ORGANISATION
    if request.args.get("source"):
        if request.args.get("team") or request.args.get("of") == "teams":
            abort(400, "source: a board is of a source or of a team, not of both")
        source = next((one for one in _sources(spec.name) if one.slug == request.args["source"]), None)
        if source is None:
            abort(404)
        scope = f"source:{source.id}"
    elif request.args.get("team"):
        team = reading().execute(select(Team.id, Team.slug, Team.name).where(Team.slug == request.args["team"])).first()
        if team is None:
            abort(404)
        scope = f"team:{team.id}"
    elif request.args.get("of") == "teams":
        scope = TEAMS
    try:
        after = Cursor.parse(request.args["after"]) if "after" in request.args else None
    except ValueError:
        abort(404)
    conn = reading()
    board = boards.board(conn, viewer(), spec.name, span.kind, span.start, scope, after=after, limit=limit)
    return View(spec, span, scope, team, source, board)


def view_or_404(measure: str, limit: int) -> View:
    try:
        return _view(measure, limit)
    except NotShown:
        abort(404)


def _without_board(measure: str) -> str:
    """The organisation's setting shows no people: teams, or one's own number, remain."""
    spec = measures.named(measure)
    span = spans.asked_of(spec)
    under = visibility.preset(reading())
    me = viewer().person_id or 0
    return render_template(
        "boards/own.html",
        measure=spec,
        span=span,
        teams_shown=visibility.shows_teams(viewer(), under),
        own=boards.rank(reading(), viewer(), me, spec.name, span.kind, span.start),
        periods=spans.links(span, lambda period: board_address(spec.name, period)),
    )


def _limit() -> int:
    asked = request.args.get("limit", "50")
    if not 1 <= whole_or(asked, 0) <= 200:
        abort(400, "limit: a whole number from 1 to 200")
    return int(asked)


def _near(view: View) -> tuple[Line, ...]:
    """The places around one's own that do not stand above already."""
    if "after" in request.args or any(line.own for line in view.board.lines):
        return ()
    above = {line.subject_id for line in view.board.lines}
    found = boards.around(reading(), viewer(), view.measure.name, view.span.kind, view.span.start, view.scope)
    return tuple(line for line in found if line.subject_id not in above)


def _trend(view: View, lines: list[Line] | tuple[Line, ...]) -> dict[int, tuple[int, ...]]:
    if view.of_teams or view.measure.kind == "level":
        return {}
    now = spans.today()
    shown = {line.subject_id for line in lines}
    found = trends.daily(reading(), view.measure.name, shown, now - ROLLING_DAYS + 1, now)
    return {person: tuple(days) for person, days in found.items()}


def _months(view: View) -> Sequence[tuple[Span, Sequence[Share]]]:
    """Each team's share per month, without the empty months before anything counted."""
    if not view.of_teams:
        return ()
    months = teams.shares(reading(), viewer(), view.measure.name, spans.today())
    first = next((index for index, (_, shares) in enumerate(months) if shares), len(months))
    return months[first:]


def _by_team(months: Sequence[tuple[Span, Sequence[Share]]]) -> list[tuple[str, str, tuple[float, ...]]]:
    """Slug, name and percent per month of each team, the largest of the last month first: who came up is on top."""
    names = {one.slug: one.name for _, shares in months for one in shares}
    parts = [{one.slug: one.per_mille / 10 for one in shares} for _, shares in months]
    rows = [(slug, name, tuple([part.get(slug, 0.0) for part in parts])) for slug, name in names.items()]
    return sorted(rows, key=lambda row: (-row[2][-1], row[1]))


def _heads(view: View) -> dict[int, TeamLine]:
    if not view.of_teams:
        return {}
    return {
        one.line.subject_id: one
        for one in teams.totals(reading(), viewer(), view.measure.name, spans.today(), view.span)
    }


def _measures(view: View) -> tuple[tuple[str, str, bool], ...]:
    """Title and address of the same period in each measure, and whether it is this one."""
    period, this = str(view.span), view.measure.name
    return tuple([(one.title, board_address(one.name, period), one.name == this) for one in measures.all_of()])


def _moves(board: Board) -> bool:
    return any(line.movement is not None for line in board.lines)


@pages.app_template_global()
def places(
    view: View,
    lines: Sequence[Line],
    closed: bool,
    trend: Mapping[int, tuple[int, ...]],
    heads: Mapping[int, TeamLine],
    moves: bool,
) -> Markup:
    """Lines of a board. A loop in a template takes longer than they do, most of which are drawn already."""
    ui = cast(Components, current_app.jinja_env.globals["ui"])
    if view.of_teams:
        return _joined([ui.team_place(line, *_head(heads.get(line.subject_id)), moves, closed) for line in lines])
    flat = None if view.measure.kind == "level" else (0,)
    period = str(view.span)
    return _joined(
        [person_line(ui, line, trend.get(line.subject_id, flat), view.measure, period, moves, closed) for line in lines]
    )


@pages.app_template_global()
def drawn_shares(rows: Sequence[tuple[str, str, tuple[float, ...]]]) -> Markup:
    """Lines of the table of `_by_team`, likewise."""
    share = cast(Components, current_app.jinja_env.globals["ui"]).share
    return _joined([share(*row) for row in rows])


def _joined(drawn: list[Markup]) -> Markup:
    return Markup("".join(drawn))  # noqa: S704 - each of them is Markup, and looking again takes as long as drawing


def _head(found: TeamLine | None) -> tuple[int | None, int | None]:
    """What falls on a head, and how many in a hundred are active."""
    if found is None:
        return None, None
    return found.per_head, round(100 * found.active / found.people) if found.people else None


@pages.app_template_global()
@lru_cache(maxsize=4096)
def board_address(measure: str, period: str, team: str = "", of: str = "", source: str = "") -> str:
    """Where a board is read. Pages hold a dozen such links, and building each by its route takes as long as a query."""
    which = {"team": team} if team else {"of": of} if of else {"source": source} if source else {}
    return f"/boards/{quote(measure)}?{urlencode({'period': period, **which})}"


def _teams() -> tuple[tuple[str, str], ...]:
    return tuple(_TEAMS.rows(reading(), {}))


_TEAMS = Spelled("SELECT slug, name FROM core_team WHERE archived = false ORDER BY name")


class _Source(NamedTuple):
    id: int
    slug: str
    title: str


def _sources(measure: str) -> Sequence[_Source]:
    """Those from which anybody has anything in this measure. Boards of people, so the gate shows them or not."""
    return [_Source(*row) for row in _SOURCES.rows(reading(), {"measure": measure, "core": CORE})]


_SOURCES = Spelled("""
    SELECT s.id, s.slug, s.title FROM core_measure m CROSS JOIN core_source s
    WHERE m.name = :measure AND s.network <> :core AND EXISTS (
        SELECT 1 FROM core_period p WHERE p.generation = m.generation AND p.measure = m.id
        AND p.scope = 'source:' || s.id AND p.kind = 'all' AND p.start = 0)
    ORDER BY s.title, s.id
""")


def _story(view: View, limit: int, *, superseded: bool = False) -> Sequence[LeadChange]:
    span = view.span
    if span.kind == "rolling":
        return ()
    return lead.changes(
        reading(), viewer(), view.measure.name, span.kind, span.start, view.scope, superseded=superseded, limit=limit
    )


def _headline(change: LeadChange, view: View) -> str:
    who = change.leader.name if change.leader else "Somebody"
    what = f" with {amount(change.amount)} {view.measure.unit}" if change.amount is not None else ""
    return f"{who} took the lead{what}" + (f", passing {change.former.name}" if change.former else "")
