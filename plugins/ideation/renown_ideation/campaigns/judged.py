"""What experts say of options, beside the vote: the middle of each criterion. It decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median

from sqlalchemy import and_, select

from renown.api import PluginContext
from renown_ideation.experts import cards
from renown_ideation.models import Asked, Board, Judged


def medians(ctx: PluginContext, board: Board, ideas: Collection[int]) -> Mapping[int, Sequence[tuple[str, float, int]]]:
    """By idea: criterion, median and how many experts said something; in the order of the board's criteria."""
    said: dict[int, dict[str, list[int]]] = {}
    found = (
        select(Judged.idea_id, Judged.criterion, Judged.value)
        .join(Asked, and_(Asked.idea_id == Judged.idea_id, Asked.person_id == Judged.person_id))
        .where(Judged.idea_id.in_(ideas), Asked.state == "answered")
    )
    for idea, criterion, value in ctx.session.execute(found):
        said.setdefault(idea, {}).setdefault(criterion, []).append(value)
    return {
        idea: [(name, median(of[name]), len(of[name])) for name in cards.criteria(board) if name in of]
        for idea, of in said.items()
    }
