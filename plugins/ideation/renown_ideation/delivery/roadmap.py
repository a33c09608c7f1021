"""What is being done now, what comes next, and what later. No date that nobody gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import PluginContext, Viewer
from renown_ideation import boards, listing, showing
from renown_ideation.models import Idea, Plan
from renown_ideation.showing import Line

HORIZONS = {"now": "Now", "next": "Next", "later": "Later"}
#: Of one column.
_MOST = 100
_GONE = ("draft", "merged", "withdrawn", "declined")


@dataclass(frozen=True)
class Planned:
    line: Line
    goal: str
    #: Until when, where its plan says so.
    due_at: int | None


def of(ctx: PluginContext, viewer: Viewer) -> Mapping[str, Sequence[Planned]]:
    """By horizon, of all boards that the viewer may read."""
    readable = boards.listed(ctx, viewer)
    found: dict[str, list[Planned]] = {}
    for horizon in HORIZONS:
        wanted = (
            select(Plan.goal, Plan.due_at.label("until"), *listing.COLUMNS)
            .join(Idea, Idea.id == Plan.idea_id)
            .where(Plan.horizon == horizon, Idea.board_id.in_([one.id for one in readable]))
            .where(Idea.standing == "shown", Idea.state.not_in(_GONE))
            .order_by(Plan.made_at, Plan.idea_id)
            .limit(_MOST)
        )
        rows = ctx.session.execute(wanted).all()
        lines = showing.lines(ctx, viewer, readable, rows)
        found[horizon] = [Planned(line, row.goal, row.until) for line, row in zip(lines, rows, strict=True)]
    return found
