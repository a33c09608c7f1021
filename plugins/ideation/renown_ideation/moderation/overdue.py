"""Answers that are overdue: by board, the longest first, with who owes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from renown.api import PluginContext
from renown_ideation.models import Board, Idea

PAGE = 50


@dataclass(frozen=True)
class OfBoard:
    board: Board
    number: int
    #: Rows of Idea, the first PAGE of them.
    ideas: Sequence[Idea]


def by_board(ctx: PluginContext) -> Sequence[OfBoard]:
    """The board with most of them first."""
    counted = select(Idea.board_id, func.count()).where(*_late(ctx)).group_by(Idea.board_id)
    numbers: dict[int, int] = {row[0]: row[1] for row in ctx.session.execute(counted)}
    boards = ctx.session.scalars(select(Board).where(Board.id.in_(numbers))).all()
    most = sorted(boards, key=lambda one: (-numbers[one.id], one.title))
    return [OfBoard(one, numbers[one.id], _ideas(ctx, one)) for one in most]


def number(ctx: PluginContext) -> int:
    return ctx.session.scalar(select(func.count()).select_from(Idea).where(*_late(ctx))) or 0


def _ideas(ctx: PluginContext, board: Board) -> Sequence[Idea]:
    late = select(Idea).where(*_late(ctx), Idea.board_id == board.id)
    return ctx.session.scalars(late.order_by(Idea.due_at, Idea.id).limit(PAGE)).all()


def _late(ctx: PluginContext) -> list[ColumnElement[Any]]:
    """What waits for a moderator past its day is owed an answer too."""
    return [Idea.due_at < ctx.clock.now(), Idea.standing.in_(("shown", "waiting"))]
