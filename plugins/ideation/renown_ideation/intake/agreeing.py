"""The author agrees: a draft in their name, linked to where it was said. They write it; the text is not fetched."""

from __future__ import annotations

from collections.abc import Mapping

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.ideas import drafts
from renown_ideation.intake import asked
from renown_ideation.models import Board, Idea, Intake, Link

_TITLE = "Where it was said first"


def agree(ctx: PluginContext, viewer: Viewer, found: Intake, given: Mapping[str, str]) -> tuple[Board, Idea]:
    """Raises Refused, where they have too many drafts; 404 for a board that they may not read."""
    board = board_of(ctx, viewer, found)
    idea = drafts.save(ctx, viewer, board, given, None)
    ctx.session.add(
        Link(
            idea_id=idea.id,
            kind="thread",
            url=found.url or "",
            title=_TITLE,
            source=found.source,
            object=found.thread or found.object,
            # Where employees talk is nothing for customers.
            private=True,
            by_id=viewer.person_id,
            at=ctx.clock.now(),
        )
    )
    found.state, found.idea_id = "agreed", idea.id
    ctx.session.flush()
    ctx.notify.withdraw([viewer.person_id or 0], asked.ASKED, asked.subject(found.id))
    return board, idea


def board_of(ctx: PluginContext, viewer: Viewer, found: Intake) -> Board:
    board = ctx.session.get(Board, found.board_id) if found.board_id is not None else None
    return gate.board(ctx, viewer, board.slug) if board is not None else gate.absent()
