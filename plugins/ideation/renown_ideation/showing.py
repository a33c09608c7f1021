"""An idea's line as everybody is shown it: on pages, as data, in tables and feeds, through the same gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import func, select

from renown.api import PluginContext, Prepared, Viewer, among, to_datetime
from renown_ideation import promises, totals
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Tagged
from renown_ideation.naming import Named, Names
from renown_ideation.states import STATES, State
from renown_ideation.totals import Hidden


class Line(NamedTuple):
    id: int
    path: str
    board: str
    title: str
    state: str
    state_title: str
    #: None while numbers are hidden; then `hidden` says why.
    voters: int | None
    hidden: Hidden | None
    earlier: int
    comments: int
    owner: Named | None
    due_at: int | None
    overdue: bool
    submitted_at: int | None
    changed_at: int
    tags: Sequence[str]

    def due(self, ctx: PluginContext) -> str:
        return promises.day(ctx, self.due_at) if self.due_at is not None else ""


def lines(ctx: PluginContext, viewer: Viewer, boards: Sequence[Board], ideas: Sequence[Any]) -> Sequence[Line]:
    """`ideas`: rows of `listing`, of these boards."""
    by_board = {one.id: one for one in boards}
    there = {idea.board_id for idea in ideas}
    hidden = {one: totals.hidden(ctx, by_board[one]) for one in there}
    counted = [one.id for one in ideas if hidden[one.board_id] is None]
    beside = {one.id: one for one in _BESIDE.rows(ctx, ideas=[one.id for one in ideas], counted=counted)}
    names, now = Names(ctx, viewer, [one.owner_id for one in ideas]), ctx.clock.now()
    return [_line(one, by_board[one.board_id], hidden[one.board_id], beside[one.id], names, now) for one in ideas]


def _line(idea: Any, board: Board, hidden: Hidden | None, beside: Any, names: Names, now: int) -> Line:
    return Line(
        id=idea.id,
        path=writing.path(board, idea),
        board=board.slug,
        title=idea.title,
        state=idea.state,
        state_title=STATES[cast(State, idea.state)].title,
        voters=beside.voters,
        hidden=hidden,
        earlier=idea.earlier_votes,
        comments=idea.comments,
        owner=names[idea.owner_id] if idea.owner_id is not None else None,
        due_at=idea.due_at,
        overdue=idea.due_at is not None and idea.due_at < now,
        submitted_at=idea.submitted_at,
        changed_at=idea.changed_at,
        tags=_split(beside.tags),
    )


def tags(ctx: PluginContext, ideas: Sequence[Any]) -> Mapping[int, Sequence[str]]:
    return {one.id: _split(one.tags) for one in _TAGS.rows(ctx, ideas=[one.id for one in ideas])}


def _split(tags: str | None) -> Sequence[str]:
    return sorted(tags.split(_BREAK)) if tags else ()


#: What no tag has in it.
_BREAK = "\n"
_OF_ONE = (
    select(func.aggregate_strings(Tagged.tag, _BREAK))
    .where(Tagged.idea_id == Idea.id)
    .correlate(Idea)
    .scalar_subquery()
    .label("tags")
)
_TAGS = Prepared(select(Idea.id, _OF_ONE).where(among(Idea.id, "ideas")))
_BESIDE = Prepared(select(Idea.id, _OF_ONE, totals.COUNTED.label("voters")).where(among(Idea.id, "ideas")))


def data(ctx: PluginContext, line: Line) -> dict[str, Any]:
    """As JSON: instants in ISO 8601, `voters` null while they are hidden."""
    return {
        "id": line.id,
        "board": line.board,
        "url": line.path,
        "title": line.title,
        "state": line.state,
        "voters": line.voters,
        "hidden": line.hidden.why if line.hidden else None,
        "earlier_votes": line.earlier,
        "comments": line.comments,
        "owner": line.owner.name if line.owner else None,
        "next_answer_by": iso(line.due_at),
        "overdue": line.overdue,
        "submitted_at": iso(line.submitted_at),
        "tags": list(line.tags),
    }


def iso(instant: int | None) -> str | None:
    return None if instant is None else f"{to_datetime(instant):%Y-%m-%dT%H:%M:%SZ}"
