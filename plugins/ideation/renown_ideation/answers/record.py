"""How well the organisation keeps its word, in numbers that everybody can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from renown.api import PluginContext
from renown_ideation.models import Board, Idea

#: Ideas that were never promised anything.
_NOT_COUNTED = ("draft", "merged", "withdrawn")


@dataclass(frozen=True)
class Record:
    """Of ideas that were brought to some boards. Shares are of `ideas`; None where there are none."""

    ideas: int
    answered: int
    delivered: int
    overdue: int
    #: Of the ideas answered in public, the middle one's wait for it, in microseconds.
    median: int | None

    @property
    def share_answered(self) -> float | None:
        return self.answered / self.ideas if self.ideas else None

    @property
    def share_delivered(self) -> float | None:
        return self.delivered / self.ideas if self.ideas else None


def of(ctx: PluginContext, boards: Sequence[Board]) -> Record:
    now = ctx.clock.now()
    counted = (
        Idea.board_id.in_([one.id for one in boards]),
        Idea.standing == "shown",
        Idea.state.not_in(_NOT_COUNTED),
    )
    ideas, answered, delivered, overdue = ctx.session.execute(
        select(
            func.count(),
            func.count(Idea.answered_at),
            func.coalesce(func.sum(case((Idea.state == "delivered", 1), else_=0)), 0),
            func.coalesce(func.sum(case((Idea.due_at < now, 1), else_=0)), 0),
        ).where(*counted)
    ).one()
    wait = Idea.answered_at - Idea.submitted_at
    middle = select(wait).where(*counted, Idea.answered_at.is_not(None)).order_by(wait).limit(1)
    median = ctx.session.scalar(middle.offset((answered - 1) // 2)) if answered else None
    return Record(ideas, answered, int(delivered), int(overdue), median)
