"""What of somebody's own was held back or taken down: why, until when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from renown.api import DAY, PluginContext
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Comment, Idea, Moderation, Proposal
from renown_ideation.moderation import queue

#: How long it is told what became of something.
_TOLD = 30 * DAY
_MOST = 50
_WHAT = {
    "idea": "Your idea", "comment": "Your comment", "text": "Your new text", "change": "Your changed comment",
    "proposal": "Your proposal",
}  # fmt: skip


@dataclass(frozen=True)
class Held:
    what: str
    title: str
    path: str
    reason: str
    due_at: int
    late: bool
    #: None while it waits, then "shown" or "taken down".
    decided: str | None
    decided_at: int | None
    #: What a moderator said to it.
    answer: str


def of(ctx: PluginContext, person: int) -> Sequence[Held]:
    """The newest first; what readers reported and nobody took down is not told."""
    now = ctx.clock.now()
    about = or_(
        and_(Moderation.comment_id.is_(None), Moderation.proposal_id.is_(None), Idea.author_id == person),
        Comment.by_id == person,
        Proposal.by_id == person,
    )
    told = or_(
        and_(Moderation.decided.is_(None), Moderation.by_id.is_(None)),
        and_(Moderation.decided == "taken down", Moderation.decided_at > now - _TOLD),
        and_(Moderation.decided == "shown", Moderation.by_id.is_(None), Moderation.decided_at > now - _TOLD),
    )
    rows = ctx.session.execute(
        select(Moderation, Idea, Board)
        .join(Idea, Idea.id == Moderation.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .outerjoin(Comment, Comment.id == Moderation.comment_id)
        .outerjoin(Proposal, Proposal.id == Moderation.proposal_id)
        .where(about, told, Idea.state != "draft")
        .order_by(Moderation.id.desc())
        .limit(_MOST)
    )
    return [_held(act, idea, board, now) for act, idea, board in rows]


def _held(act: Moderation, idea: Idea, board: Board, now: int) -> Held:
    kind = queue.key(act).partition(":")[0]
    path = writing.path(board, idea) + (f"#c{act.comment_id}" if act.comment_id else "")
    if kind == "proposal":
        path = writing.below(board, idea, f"proposals/{act.proposal_id}")
    return Held(
        _WHAT[kind], idea.title, path, act.reason, act.due_at, act.decided is None and act.due_at < now, act.decided,
        act.decided_at, act.answer,
    )  # fmt: skip
