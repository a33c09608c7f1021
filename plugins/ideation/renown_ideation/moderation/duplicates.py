"""Newest ideas that look like one that is there: to be merged, or remembered as not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from renown.api import PluginContext, Viewer
from renown_ideation.ideas import merging, similar
from renown_ideation.models import Board, Idea, NotSame
from renown_ideation.states import OPEN

#: How many of the newest are looked at for one page; from which likeness on a pair is shown.
_LOOKED_AT, _LEAST = 30, 0.45


@dataclass(frozen=True)
class Pair:
    board: Board
    #: The newer one, which would go on in the other.
    idea: Idea
    into: Idea
    #: 0 to 1.
    likeness: float
    #: In a sentence, why they cannot be merged now.
    why_not: str = ""


@dataclass(frozen=True)
class Page:
    pairs: Sequence[Pair]
    #: The number from which on there are older ideas to look at; None: these were all.
    before: int | None


def likely(ctx: PluginContext, viewer: Viewer, before: int | None = None) -> Page:
    """Of the newest open ideas, or those older than `before`."""
    wanted = select(Idea).where(Idea.standing == "shown", Idea.state.in_(sorted(OPEN)))
    if before is not None:
        wanted = wanted.where(Idea.id < before)
    ideas = ctx.session.scalars(wanted.order_by(Idea.id.desc()).limit(_LOOKED_AT)).all()
    boards = {one.id: one for one in ctx.session.scalars(select(Board))}
    apart = _apart(ctx, [one.id for one in ideas])
    found: dict[tuple[int, int], Pair] = {}
    for idea in ideas:
        for one in similar.find(ctx, viewer, boards[idea.board_id], idea.title, but=idea.id):
            pair = (max(idea.id, one.id), min(idea.id, one.id))
            if one.likeness >= _LEAST and pair not in apart and pair not in found:
                found[pair] = _pair(ctx, boards[idea.board_id], pair, one.likeness)
    pairs = [one for one in found.values() if one.into.state in OPEN or one.into.state in ("delivered", "parked")]
    return Page(pairs, ideas[-1].id if len(ideas) == _LOOKED_AT else None)


def not_same(ctx: PluginContext, by: int, one: int, other: int) -> None:
    """Remembered for good. Raises LookupError where either is not there."""
    low, high = sorted((one, other))
    if low == high or any(ctx.session.get(Idea, number) is None for number in (low, high)):
        raise LookupError((one, other))
    ctx.session.merge(NotSame(idea_id=low, other_id=high, by_id=by, at=ctx.clock.now()))
    ctx.session.flush()
    ctx.audit.record("not-same", by=by, target=f"idea:{high}", details={"other": low})


def _apart(ctx: PluginContext, ideas: Sequence[int]) -> frozenset[tuple[int, int]]:
    """The higher number first."""
    said = select(NotSame.other_id, NotSame.idea_id)
    rows = ctx.session.execute(said.where(or_(NotSame.idea_id.in_(ideas), NotSame.other_id.in_(ideas))))
    return frozenset((high, low) for high, low in rows)


def _pair(ctx: PluginContext, board: Board, numbers: tuple[int, int], likeness: float) -> Pair:
    new, old = (ctx.session.get_one(Idea, one) for one in numbers)
    return Pair(board, new, old, likeness, merging.why_not(ctx, new, old))
