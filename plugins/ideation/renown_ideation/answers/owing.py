"""What is owed next, and by whom: ideas to acknowledge, answers that are due soon or overdue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from renown.api import DAY, PluginContext, Viewer
from renown_ideation import colleagues, gate, states
from renown_ideation.answers import answering
from renown_ideation.ideas import voters
from renown_ideation.models import Board, Idea

#: Rows of one list.
PAGE = 50
#: How long before it is due an answer stands here.
SOON = 7 * DAY


@dataclass(frozen=True)
class Owed:
    idea: Idea
    board: Board
    #: Whether whoever looks owes it.
    mine: bool

    @property
    def by(self) -> int | None:
        return owner(self.idea, self.board)


@dataclass(frozen=True)
class Next:
    acknowledge: Sequence[Owed]
    answer: Sequence[Owed]


def owner(idea: Idea, board: Board) -> int | None:
    """Who owes its answer: its owner, else the board's steward."""
    return idea.owner_id if idea.owner_id is not None else board.steward_id


def owed_by(person: int | None) -> ColumnElement[bool]:
    """Of Idea and Board: whether it is this person who owes the answer."""
    if person is None:
        return false()
    return or_(Idea.owner_id == person, and_(Idea.owner_id.is_(None), Board.steward_id == person))


def owed_by_nobody() -> ColumnElement[bool]:
    """Of Idea and Board."""
    return and_(Idea.owner_id.is_(None), Board.steward_id.is_(None))


def unacknowledged() -> ColumnElement[bool]:
    """Of Idea."""
    return and_(Idea.standing == "shown", Idea.state == "submitted")


def due_soon(ctx: PluginContext) -> ColumnElement[bool]:
    """Of Idea, which is acknowledged: its next answer is due within a week, or overdue."""
    late = Idea.due_at < ctx.clock.now() + SOON
    return and_(late, Idea.standing == "shown", Idea.state.in_(sorted(states.OPEN - {"submitted"})))


def next_for(ctx: PluginContext, person: int | None) -> Next:
    """Of all boards: what this person owes first, then what is due first."""
    return Next(_first(ctx, person, unacknowledged()), _first(ctx, person, due_soon(ctx)))


def own(ctx: PluginContext, viewer: Viewer) -> tuple[Sequence[Owed], int]:
    """All answers that the viewer owes and may read of, whenever they are due: the first of them, and how many."""
    if not viewer.employee:
        return [], 0
    mine = (owed_by(viewer.person_id), _owes(), gate.visible(ctx, viewer), gate.shown(viewer))
    found = select(Idea, Board).join(Board, Board.id == Idea.board_id).where(*mine)
    rows = ctx.session.execute(found.order_by(Idea.due_at.is_(None), Idea.due_at, Idea.id).limit(PAGE)).all()
    number = ctx.session.scalar(select(func.count()).select_from(found.subquery())) if len(rows) == PAGE else len(rows)
    return [Owed(idea, board, True) for idea, board in rows], number or 0


def number(ctx: PluginContext) -> int:
    found = select(func.count()).select_from(Idea).where(or_(unacknowledged(), due_soon(ctx)))
    return ctx.session.scalar(found) or 0


def acknowledge(ctx: PluginContext, ideas: Collection[int], by: int) -> int:
    """Those that wait for it, and how many that were. What somebody else did meanwhile stays as it is."""
    voters.hold_all(ctx, *ideas)
    found = select(Idea, Board).join(Board, Board.id == Idea.board_id).where(Idea.id.in_(ideas), unacknowledged())
    rows = ctx.session.execute(found.order_by(Idea.id).execution_options(populate_existing=True)).all()
    for idea, board in rows:
        answering.step(ctx, idea, board, "acknowledged", "", by)
    return len(rows)


def hand_over(ctx: PluginContext, ideas: Collection[int], typed: str, by: int) -> int:
    """To somebody who works here, by handle or e-mail; of those on which an answer is owed. Raises Refused."""
    owner = colleagues.required(ctx, typed, "owner")
    voters.hold_all(ctx, *ideas)
    wanted = select(Idea, Board).join(Board, Board.id == Idea.board_id).where(Idea.id.in_(ideas), _owes())
    rows = ctx.session.execute(wanted.order_by(Idea.id).execution_options(populate_existing=True)).all()
    # Before the first one is handed over: all of them, or none.
    for board in {board.id: board for _, board in rows}.values():
        answering.require_reader(ctx, board, owner)
    for idea, board in rows:
        answering.own(ctx, idea, board, owner, by)
    return len(rows)


def _owes() -> ColumnElement[bool]:
    """Of Idea: whether an answer is owed on it."""
    return and_(Idea.standing == "shown", Idea.state.in_(sorted(states.OPEN)))


def _first(ctx: PluginContext, person: int | None, wanted: ColumnElement[bool]) -> Sequence[Owed]:
    mine = case((owed_by(person), 1), else_=0)
    found = select(Idea, Board, mine).join(Board, Board.id == Idea.board_id).where(wanted)
    rows = ctx.session.execute(found.order_by(mine.desc(), Idea.due_at, Idea.id).limit(PAGE))
    return [Owed(idea, board, bool(own)) for idea, board, own in rows]
