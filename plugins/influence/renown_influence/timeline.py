"""How a score went: its days and amounts, where the scale was set anew, and why it fell where it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Row, func, select

from renown.api import PluginContext
from renown_influence import fading, history, scale
from renown_influence.models import Epoch, Run

#: Steps that are explained, and that a table lists, the newest.
LISTED = 30

SCALE = "The scale was set anew."
NOTHING = "No act counts any more."
SETTINGS = "Administrators changed how it is counted."
AGAIN = "All acts were counted anew, as when rules change."
ERASED = "Somebody’s data were erased, and with them what they had passed on."
FADED = "Acts grew older, or were taken back."
VOICES = "Colleagues who rely on this work are relied on less, or rely on more people."
UNKNOWN = "What the number before was made of is gone."
_CAUSES = {fading.ACTS: FADED, fading.VOICES: VOICES, fading.ERASED: ERASED, fading.SCALE: SCALE}


@dataclass(frozen=True)
class Step:
    """From `day` on it was `amount` (thousandths). `anew`: that day was the first of a new scale.

    `fell` is why it is less than the one before: a sentence; empty where it is not.
    """

    day: int
    amount: int
    anew: bool
    fell: str = ""


@dataclass(frozen=True)
class Timeline:
    """First to last; the last step holds to `until`. `scales` are the days on which the scale was set anew."""

    steps: tuple[Step, ...]
    scales: tuple[int, ...]
    until: int


def of(ctx: PluginContext, person: int, until: int, topic: int = 0, *, explained: int = LISTED) -> Timeline:
    """`until` is the day of the run that is shown. Falls among the newest steps are `explained`, so many of them."""
    rows = history.of(ctx, person, topic)
    first = rows[0].day if rows else until
    begun = select(func.min(Run.day).label("day")).where(Run.state == "published").group_by(Run.epoch_id)
    scales = tuple(sorted(day for day in ctx.session.scalars(begun) if first < day <= until))
    falls = _falls(ctx, rows[-explained - 1 :]) if explained else {}
    steps = (Step(row.day, row.amount, row.day in scales, falls.get(row.day, "")) for row in rows)
    return Timeline(tuple(steps), scales, until)


def _falls(ctx: PluginContext, rows: Sequence[Row[int, int, int, int | None]]) -> dict[int, str]:
    """Why, by day."""
    fallen = [(before, now) for before, now in pairwise(rows) if now.amount < before.amount]
    if not fallen:
        return {}
    columns = (Run.id, Run.parameters, Run.generation, Epoch.unit)
    since = (
        select(*columns)
        .join(Epoch, Epoch.id == Run.epoch_id)
        .where(Run.state == "published", Run.id >= fallen[0][0].run_id)
    )
    runs = ctx.session.execute(since.order_by(Run.id)).all()
    return {
        now.day: _why(before, now, [one for one in runs if before.run_id <= one.id <= now.run_id])
        for before, now in fallen
    }


def _why(before: Row[int, int, int, int | None], now: Row[int, int, int, int | None], runs: Sequence[Any]) -> str:
    """`runs`: the one that found the number before, to the one that found this. What weighs most is told."""
    if not now.amount:
        return NOTHING
    if any(one.generation != runs[0].generation for one in runs):
        return AGAIN
    if runs and _by_scale(before.amount, runs[0].unit, runs[-1].unit) * 2 >= before.amount - now.amount:
        return SCALE
    if any(one.parameters != runs[0].parameters for one in runs):
        return SETTINGS
    return UNKNOWN if now.cause is None else _CAUSES[now.cause]


def _by_scale(amount: int, then: float, unit: float) -> float:
    """By how many thousandths the same is less on the scale of another unit."""
    return amount - float(scale.shown(np.array(scale.behind(amount / 1000, then)), unit)) * 1000
