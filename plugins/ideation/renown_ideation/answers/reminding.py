"""Who owes an answer is reminded; what is overdue goes further up, and is a number that everybody can read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select

from renown.api import DAY, PluginContext
from renown_ideation import promises
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea

DUE = "ideation.due"
#: An owner hears so long before, again when it is overdue, and then it goes further up.
_BEFORE = 2 * DAY
SOON, OVER, UP = 1, 2, 3
_BATCH = 200


def waiting(now: int) -> Select[int]:
    return select(Idea.id).where(*_due(now))


def work(ctx: PluginContext) -> bool:
    """A job. Each of the three is sent once for each answer that is due."""
    now = ctx.clock.now()
    found = (
        select(Idea, Board)
        .join(Board, Board.id == Idea.board_id)
        .where(*_due(now))
        .order_by(Idea.due_at, Idea.id)
        .with_for_update(of=Idea, skip_locked=True)
    )
    sent = 0
    for idea, board in ctx.session.execute(found).yield_per(_BATCH):
        sent += _remind(ctx, idea, board, now)
        if sent == _BATCH:
            break
    ctx.session.flush()
    return sent == _BATCH


def _due(now: int) -> tuple[ColumnElement[bool], ...]:
    return Idea.due_at < now + _BEFORE, Idea.reminded < UP, Idea.standing == "shown"


def _remind(ctx: PluginContext, idea: Idea, board: Board, now: int) -> bool:
    """Whether there was something to send that had not been sent."""
    due = idea.due_at or now
    level = SOON if now < due else OVER if now < due + _allowance(board) else UP
    if level <= idea.reminded:
        return False
    idea.reminded = level
    whom = board.escalation_id if level == UP else idea.owner_id or board.steward_id
    if whom is None:
        return True
    day = promises.day(ctx, due)
    said = f"An answer is due by {day}." if level == SOON else f"Its answer was due by {day}."
    title = f"{'Due soon' if level == SOON else 'Overdue'}: {idea.title}"
    once = f"due:{idea.id}:{due}:{level}"
    ctx.notify.tell(whom, DUE, f"idea:{idea.id}", title, body=said, url=writing.path(board, idea), once=once)
    return True


def _allowance(board: Board) -> int:
    """How long an answer may be overdue before somebody else hears of it: as long as it was given, in days."""
    return board.answer_days * DAY
