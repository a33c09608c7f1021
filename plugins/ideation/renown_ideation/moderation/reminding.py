"""Moderators hear once of what waits past its day."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select

from renown.api import PluginContext
from renown_ideation import promises
from renown_ideation.models import Board, Idea, Moderation

LATE = "ideation.late"
_BATCH = 200


def waiting(now: int) -> Select[int]:
    return select(Moderation.id).where(*_late(now))


def work(ctx: PluginContext) -> bool:
    """A job: the board's steward, and where there is none, every moderator. Whether there may be more."""
    found = (
        select(Moderation, Idea, Board)
        .join(Idea, Idea.id == Moderation.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .where(*_late(ctx.clock.now()))
        .order_by(Moderation.due_at, Moderation.id)
        .limit(_BATCH)
        .with_for_update(of=Moderation, skip_locked=True)
    )
    rows = ctx.session.execute(found).all()
    moderators = ctx.people.with_role("moderator") if rows else ()
    for act, idea, board in rows:
        act.reminded = True
        steward = board.steward_id
        for person in [steward] if steward is not None and steward in moderators else moderators:
            title, said = (
                f"Waits past its day: {idea.title}",
                f"It was to be looked at by {promises.day(ctx, act.due_at)}.",
            )
            once, subject = f"late:{act.id}", f"moderation:{act.id}"
            ctx.notify.tell(person, LATE, subject, title, body=said, url="/desk/ideas/waiting", once=once)
    ctx.session.flush()
    return len(rows) == _BATCH


def _late(now: int) -> tuple[ColumnElement[bool], ...]:
    return Moderation.decided.is_(None), Moderation.due_at < now, Moderation.reminded.is_(False)
