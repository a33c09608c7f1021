"""Activity beside influence: who is heard though quiet, and who is busy and not yet heard.

Names come from boards and go no deeper than boards do, so nobody is listed at the end of anything; all the others are
dots, or squares of many, without names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renown.api import Line, PluginContext, Viewer
from renown_influence import run
from renown_influence.graph import Floats

ACTIVITY = "activity.points"
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
class Comparison:
    """Everybody on one of the two boards: people by id, and thousandths of both."""

    people: Longs
    activity: Longs
    influence: Longs
    heard: tuple[Both, ...]
    busy: tuple[Both, ...]


def of(ctx: PluginContext, viewer: Viewer, period: str) -> Comparison | None:
    """None where nothing counts activity. Raises LookupError where the viewer may see no boards of people."""
    if ACTIVITY not in ctx.standings.measures():
        return None
    active, influential = (
        [np.frombuffer(column, np.int64) for column in ctx.standings.everybody(viewer, measure, asked)]
        for measure, asked in ((ACTIVITY, period), (run.MEASURE, "all"))
    )
    people = np.union1d(active[0], influential[0])
    activity, influence = _of(people, *active), _of(people, *influential)
    place = {int(person): at for at, person in enumerate(people)}
    ahead = _standing(influence) - _standing(activity)

    def listed(lines: Sequence[Line], by: Floats) -> tuple[Both, ...]:
        known = [(line, place[line.subject_id]) for line in lines if line.subject_id in place]
        apart = sorted((one for one in known if by[one[1]] >= _APART), key=lambda one: (-by[one[1]], one[1]))
        return tuple(Both(line, int(activity[at]), int(influence[at])) for line, at in apart[:NAMED])

    return Comparison(
        people,
        activity,
        influence,
        listed(ctx.standings.board(viewer, run.MEASURE).lines, ahead),
        listed(ctx.standings.board(viewer, ACTIVITY, period).lines, -ahead),
    )


def _of(people: Longs, who: Longs, amounts: Longs) -> Longs:
    found = np.zeros(len(people), np.int64)
    found[np.searchsorted(people, who)] = amounts
    return found


def _standing(amounts: Longs) -> Floats:
    """Which part of all have less, those with the same counted half: 0 to 1."""
    ordered = np.sort(amounts)
    below, upto = np.searchsorted(ordered, amounts), np.searchsorted(ordered, amounts, "right")
    found: Floats = (below + upto) / 2 / max(len(amounts), 1)
    return found
