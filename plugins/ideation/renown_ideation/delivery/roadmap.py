"""What is being done now, what comes next, and what later. No date that nobody gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from renown.api import PluginContext, Viewer
from renown_ideation import boards, listing, showing
from renown_ideation.models import Board, Idea, Plan
from renown_ideation.showing import Line

HORIZONS = {"now": "Now", "next": "Next", "later": "Later"}
#: Of one column.
_MOST = 100
#: In these there is nothing to come. What is delivered stands in the changelog.
_OVER = ("draft", "merged", "withdrawn", "declined", "parked", "delivered")


@dataclass(frozen=True)
class Planned:
    line: Line
    #: "" where it has no plan.
    goal: str
    #: Until when, where its plan says so.
    due_at: int | None


def of(ctx: PluginContext, viewer: Viewer, board: Board | None = None) -> Mapping[str, Sequence[Planned]]:
    """By horizon, of one board, or of all that the viewer may read. What its plan puts on the roadmap, and
    what is in delivery without one."""
    readable = [board] if board is not None else boards.listed(ctx, viewer)
    found: dict[str, list[Planned]] = {}
    for horizon in HORIZONS:
        wanted = (
            select(func.coalesce(Plan.goal, "").label("goal"), Plan.due_at.label("until"), *listing.COLUMNS)
            .select_from(Idea)
            .outerjoin(Plan, Plan.idea_id == Idea.id)
            .where(_in(horizon), Idea.board_id.in_([one.id for one in readable]))
            .where(Idea.standing == "shown", Idea.state.not_in(_OVER))
            .order_by(func.coalesce(Plan.made_at, Idea.submitted_at), Idea.id)
            .limit(_MOST)
        )
        rows = ctx.session.execute(wanted).all()
        lines = showing.lines(ctx, viewer, readable, rows)
        found[horizon] = [Planned(line, row.goal, row.until) for line, row in zip(lines, rows, strict=True)]
    return found


def data(ctx: PluginContext, found: Mapping[str, Sequence[Planned]]) -> dict[str, Any]:
    return {
        horizon: [{**showing.data(ctx, one.line), "goal": one.goal, "due": showing.iso(one.due_at)} for one in planned]
        for horizon, planned in found.items()
    }


def _in(horizon: str) -> ColumnElement[bool]:
    """What is being done is done now, whatever its plan still says, unless it keeps it off the roadmap."""
    doing = Idea.state == "delivery"
    if horizon == "now":
        return or_(and_(doing, or_(Plan.horizon.is_(None), Plan.horizon != "")), Plan.horizon == "now")
    return and_(Plan.horizon == horizon, not_(doing))
