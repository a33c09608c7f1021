"""How a score went: its days and amounts, and where the scale was set anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from renown.api import PluginContext
from renown_influence import history
from renown_influence.models import Run


@dataclass(frozen=True)
class Step:
    """From `day` on it was `amount` (thousandths). `anew`: that day was the first of a new scale."""

    day: int
    amount: int
    anew: bool


@dataclass(frozen=True)
class Timeline:
    """First to last; the last step holds to `until`. `scales` are the days on which the scale was set anew."""

    steps: tuple[Step, ...]
    scales: tuple[int, ...]
    until: int


def of(ctx: PluginContext, person: int, until: int, topic: int = 0) -> Timeline:
    """`until` is the day of the run that is shown."""
    rows = history.of(ctx, person, topic)
    first = rows[0].day if rows else until
    begun = select(func.min(Run.day).label("day")).where(Run.state == "published").group_by(Run.epoch_id)
    scales = tuple(sorted(day for day in ctx.session.scalars(begun) if first < day <= until))
    return Timeline(tuple(Step(row.day, row.amount, row.day in scales) for row in rows), scales, until)


def changes(found: Timeline, most: int = 20) -> Sequence[Step]:
    """The newest of them first, for a table."""
    return found.steps[::-1][:most]
