"""What an idea's page and the API show of experts."""

from __future__ import annotations

from typing import Any

from renown.api import PluginContext, Viewer
from renown_ideation.experts import asking, cards
from renown_ideation.models import Board, Idea
from renown_ideation.naming import Names


def box(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea) -> dict[str, Any]:
    """To customers no more than the middle of what they say.

    Whoever was asked and did not answer yet sees nothing of the others, so that each judges for themselves.
    """
    mine, found = asking.mine(ctx, viewer, idea.id), cards.of(ctx, idea.id)
    blind = mine is not None and mine.state == "asked" and asking.open_to_judge(idea)
    return {
        "mine": mine,
        "blind": blind,
        "open": asking.open_to_judge(idea),
        "number": len(found),
        "criteria": [] if blind else cards.summed_up(board, found),
        "cards": found if viewer.employee and not blind else [],
        "names": Names(ctx, viewer, [one.person for one in found] if viewer.employee else []),
    }
