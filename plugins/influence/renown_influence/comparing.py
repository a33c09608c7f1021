"""Activity beside influence: who is heard though quiet, and who is busy and not yet heard.

Names come from boards and go no deeper than boards do, so nobody is listed at the end of anything. All the others are
counted, told of themselves that they are among them, and drawn as dots without names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown.api import Line, PluginContext, Viewer
from renown_influence import run
from renown_influence.graph import Floats
from renown_influence.raters import SMALLEST

ACTIVITY = "activity.points"
#: The quarter whose points are taken: this one, as long as the one before has none.
PERIODS = ("last-quarter", "this-quarter")
#: People whom each table names.
NAMED = 10
#: So far apart, as parts of all people, the places in the two must be.
_APART = 0.25

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Both:
    """Somebody's line, and their amounts in the two, in thousandths."""

    line: Line
    activity: int
    influence: int


@dataclass(frozen=True)
class Side:
    """Everybody who stands out on one side: `who` tells of each person compared whether they do."""

    who: NDArray[np.bool_]
    named: tuple[Both, ...] = ()

    @property
    def people(self) -> int:
        return int(self.who.sum())

    @property
    def others(self) -> int | None:
        """Who is not named; None where they are too few to be counted."""
        others = self.people - len(self.named)
        return None if 0 < others < SMALLEST else others


@dataclass(frozen=True)
class Comparison:
    """Everybody on one of the two boards: people by id, and thousandths of both. `period` is the points'.

    `mine` is "heard", "busy", "neither" or, for who has no numbers, nothing: for the viewer alone.
    """

    period: str
    people: Longs
    activity: Longs
    influence: Longs
    heard: Side
    busy: Side
    mine: str = ""

    @property
    def empty(self) -> bool:
        """Whether one of the two is nothing yet: then it tells nothing to compare them."""
        return not self.activity.any() or not self.influence.any()


def of(ctx: PluginContext, viewer: Viewer) -> Comparison | None:
    """None where nothing counts activity. Raises LookupError where the viewer may see no boards of people."""
    if ACTIVITY not in ctx.standings.measures():
        return None
    influential = _everybody(ctx, viewer, run.MEASURE, "all")
    for period in PERIODS:
        active = _everybody(ctx, viewer, ACTIVITY, period)
        if active[1].any():
            break
    people = np.union1d(active[0], influential[0])
    activity, influence = _of(people, *active), _of(people, *influential)
    ahead = standing(influence, influence) - standing(activity, activity)
    named = [(line, int(np.searchsorted(people, line.subject_id))) for line in _lines(ctx, viewer, period)]

    def side(by: Floats) -> Side:
        known = sorted(
            {at: line for line, at in named if by[at] >= _APART}.items(), key=lambda one: (-by[one[0]], one[0])
        )
        both = tuple(Both(line, int(activity[at]), int(influence[at])) for at, line in known[:NAMED])
        return Side(by >= _APART, both)

    mine = _mine(ctx, viewer, period, activity, influence)
    return Comparison(period, people, activity, influence, side(ahead), side(-ahead), mine)


def _everybody(ctx: PluginContext, viewer: Viewer, measure: str, period: str) -> tuple[Longs, Longs]:
    people, amounts = ctx.standings.everybody(viewer, measure, period)
    return np.frombuffer(people, np.int64), np.frombuffer(amounts, np.int64)


def _lines(ctx: PluginContext, viewer: Viewer, period: str) -> Sequence[Line]:
    """As far as boards name people."""
    boards = ctx.standings.board(viewer, run.MEASURE), ctx.standings.board(viewer, ACTIVITY, period)
    return [line for board in boards for line in board.lines]


def _mine(ctx: PluginContext, viewer: Viewer, period: str, activity: Longs, influence: Longs) -> str:
    """Whoever hides is among nobody, and may know all the same."""
    if viewer.person_id is None:
        return ""
    lines = [
        ctx.standings.of(viewer, viewer.person_id, measure, asked)
        for measure, asked in ((run.MEASURE, "all"), (ACTIVITY, period))
    ]
    if not any(lines):
        return ""
    heard, active = (np.array([0 if line is None else line.amount]) for line in lines)
    ahead = float(standing(heard, influence)[0] - standing(active, activity)[0])
    return "heard" if ahead >= _APART else "busy" if ahead <= -_APART else "neither"


def _of(people: Longs, who: Longs, amounts: Longs) -> Longs:
    found = np.zeros(len(people), np.int64)
    found[np.searchsorted(people, who)] = amounts
    return found


def standing(amounts: Longs, among: Longs) -> Floats:
    """Which part of all have less than each of these, those with the same counted half: 0 to 1."""
    ordered = np.sort(among)
    below, upto = np.searchsorted(ordered, amounts), np.searchsorted(ordered, amounts, "right")
    found: Floats = (below + upto) / 2 / max(len(among), 1)
    return found
