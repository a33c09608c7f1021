"""What waits for moderators on the last day of a demo: a comment that is held, one that is reported, a likely
duplicate."""

from __future__ import annotations

from sqlalchemy import select

from renown.api import PluginContext, Viewer
from renown_ideation.ideas import comments, writing
from renown_ideation.models import Board, Idea
from renown_ideation.moderation import reports
from renown_ideation.story.brought import ABOUT, AGAIN, HELD, RUDE
from renown_ideation.story.calendar import Today
from renown_ideation.story.living import author


def live(ctx: PluginContext, today: Today) -> None:
    if today.number != len(today.days) - 1 or not today.told.customers:
        return
    board = ctx.session.scalars(select(Board).where(Board.slug == "product")).one()
    idea = ctx.session.scalar(select(Idea).where(Idea.board_id == board.id, Idea.title == ABOUT))
    if idea is None:
        return
    first, last = (Viewer(today.told.customers[at], "customer") for at in (0, -1))
    comments.add(ctx, last, board, idea, {"body": HELD})
    said = comments.add(ctx, last, board, idea, {"body": RUDE})
    reports.report(ctx, first, board, idea, said, {"reason": "hurt", "word": "They answered us within a day."})
    writing.submit(ctx, author(today, AGAIN), board, {"title": AGAIN.title, "body": AGAIN.body, "tags": AGAIN.tags})
