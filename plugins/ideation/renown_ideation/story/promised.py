"""Answers that fall due in a demo: most are given in time, if only to say that it takes longer; some are late."""

from __future__ import annotations

from sqlalchemy import select

from renown.api import DAY, PluginContext
from renown_ideation.answers import answering
from renown_ideation.models import Board, Idea
from renown_ideation.story.calendar import Today

#: The part of the ideas that somebody keeps an eye on.
_KEPT = 0.8
_WORDS = {
    "review": "We still look into it, and ask others what it would take.",
    "elaborating": "It is being written; it takes longer than we thought.",
    "planned": "It stays on the roadmap. Nobody could begin with it yet.",
    "delivery": "It is on its way, a step at a time. What is done already stands in its plan.",
}
_ELSE = "Not forgotten: we could not decide it yet, and say again how it stands."


def live(ctx: PluginContext, today: Today) -> None:
    """Those that are due by the end of this day."""
    due = select(Idea, Board).join(Board, Board.id == Idea.board_id).order_by(Idea.id)
    found = due.where(Idea.state.in_((*_WORDS, "acknowledged")), Idea.due_at <= ctx.clock.now() + DAY)
    for idea, board in ctx.session.execute(found).all():
        by = idea.owner_id or board.steward_id
        if by is not None and today.chance(idea.title, "kept").random() < _KEPT:
            answering.step(ctx, idea, board, idea.state, _WORDS.get(idea.state, _ELSE), by)
