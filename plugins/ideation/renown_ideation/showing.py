"""An idea's line as everybody is shown it: on pages, as data, in tables and feeds, through the same gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select

from renown.api import PluginContext, Viewer, to_datetime
from renown_ideation import promises, totals
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Tagged
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
    voters = {
        one.id: totals.shown(ctx, one, [idea.id for idea in ideas if idea.board_id == one.id])
        for one in boards
        if any(idea.board_id == one.id for idea in ideas)
    }
    names, tagged, now = Names(ctx, viewer, [one.owner_id for one in ideas]), tags(ctx, ideas), ctx.clock.now()
    return [_line(one, by_board[one.board_id], voters[one.board_id], names, tagged, now) for one in ideas]


def _line(
    idea: Any, board: Board, voters: Mapping[int, int] | Hidden, names: Names, tagged: Mapping[int, Sequence[str]],
    now: int,
) -> Line:  # fmt: skip
    hidden = voters if isinstance(voters, Hidden) else None
    return Line(
        id=idea.id,
        path=writing.path(board, idea),
        board=board.slug,
        title=idea.title,
        state=idea.state,
        state_title=STATES[cast(State, idea.state)].title,
        voters=None if isinstance(voters, Hidden) else voters[idea.id],
        hidden=hidden,
        earlier=idea.earlier_votes,
        comments=idea.comments,
        owner=names[idea.owner_id] if idea.owner_id is not None else None,
        due_at=idea.due_at,
        overdue=idea.due_at is not None and idea.due_at < now,
        submitted_at=idea.submitted_at,
        changed_at=idea.changed_at,
        tags=tagged.get(idea.id, ()),
    )


def tags(ctx: PluginContext, ideas: Sequence[Any]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for idea, tag in ctx.session.execute(_TAGS, {"ideas": [one.id for one in ideas]}):
        found.setdefault(idea, []).append(tag)
    return found


_TAGS = (
    select(Tagged.idea_id, Tagged.tag)
    .where(Tagged.idea_id.in_(bindparam("ideas", expanding=True)))
    .order_by(Tagged.tag)
)


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
