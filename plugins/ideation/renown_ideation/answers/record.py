"""How well the organisation keeps its word, in numbers that everybody can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, case, func, select

from renown.api import DAY, SECOND, PluginContext, Prepared
from renown_ideation.models import Board, BoardRecord, Idea, Status

#: Ideas that were never promised anything.
_NOT_COUNTED = ("draft", "merged", "withdrawn")
#: A look that is older, as where no worker runs, is taken anew.
_OLD = 1800 * SECOND


@dataclass(frozen=True)
class Record:
    """Of ideas that were brought to some boards. Shares are of `ideas`; None where there are none."""

    ideas: int
    answered: int
    delivered: int
    #: With those that wait for a moderator past their day, which are not among `ideas`.
    overdue: int
    #: Of the ideas answered in public, the middle one's wait for it, in microseconds.
    median: int | None
    #: Steps and answers of staff so far, and how many of them came by the time that was promised.
    steps: int = 0
    in_time: int = 0

    @property
    def share_answered(self) -> float | None:
        return self.answered / self.ideas if self.ideas else None

    @property
    def share_delivered(self) -> float | None:
        return self.delivered / self.ideas if self.ideas else None

    @property
    def median_days(self) -> int | None:
        """Within how many days half of the ideas that were answered had their first answer."""
        return None if self.median is None else max(1, -(-self.median // DAY))

    @property
    def share_in_time(self) -> float | None:
        """Of what was promised; what is overdue counts as late."""
        owed = self.steps + self.overdue
        return self.in_time / owed if owed else None


def kept(ctx: PluginContext, board: Board) -> Record:
    """Of one board, as it was some minutes ago: it takes a look at all its ideas."""
    found = _KEPT.scalar(ctx, board=board.id)
    if found is None or ctx.clock.now() - found.at > _OLD:
        return of(ctx, [board])
    return Record(found.ideas, found.answered, found.delivered, found.overdue, found.median, found.steps, found.in_time)


_KEPT = Prepared(select(BoardRecord).where(BoardRecord.board_id == bindparam("board")))


def work(ctx: PluginContext) -> bool:
    """A job: look again, at all boards."""
    with ctx.reading() as inner:
        found = {one.id: of(inner, [one]) for one in inner.session.scalars(select(Board).order_by(Board.id))}
    for board, record in found.items():
        ctx.session.merge(BoardRecord(board_id=board, at=ctx.clock.now(), **asdict(record)))
    if found:
        ctx.session.flush()
    return False


def of(ctx: PluginContext, boards: Sequence[Board]) -> Record:
    now = ctx.clock.now()
    counted = (
        Idea.board_id.in_([one.id for one in boards]),
        Idea.standing == "shown",
        Idea.state.not_in(_NOT_COUNTED),
    )
    waits = (Idea.board_id.in_([one.id for one in boards]), Idea.standing == "waiting", Idea.due_at < now)
    unseen = ctx.session.scalar(select(func.count()).select_from(Idea).where(*waits)) or 0
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
    steps, in_time = ctx.session.execute(
        select(func.count(), func.coalesce(func.sum(case((Status.late == 0, 1), else_=0)), 0))
        .join(Idea, Idea.id == Status.idea_id)
        .where(*counted, Status.before.not_in(_NOT_COUNTED), Status.state.not_in(_NOT_COUNTED))
    ).one()
    return Record(ideas, answered, int(delivered), int(overdue) + unseen, median, steps, int(in_time))
