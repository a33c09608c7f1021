"""Shapes of the pictures: numbers to SVG attributes. Colours come from classes; a table stands beside each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from renown_influence.comparing import Comparison
from renown_influence.timeline import Timeline

_LEFT, _RIGHT, _TOP, _BELOW = 40, 8, 10, 22
#: People who are drawn one by one; more are drawn as squares, so many across and down.
DOTS = 300
_ACROSS, _DOWN = 24, 14


@dataclass(frozen=True)
class Line:
    """A step for each change, in a box of `width` by `height`. `grid` are (y, value); `scales` are x."""

    width: int
    height: int
    path: str
    grid: Sequence[tuple[float, int]]
    scales: Sequence[float]


def line(found: Timeline, width: int = 460, height: int = 150) -> Line | None:
    """None where there is nothing to draw a line of."""
    if not found.steps:
        return None
    first, last = found.steps[0].day, max(found.until, found.steps[0].day + 1)
    top = _rounded(max(step.amount for step in found.steps) / 1000)

    def x(day: int) -> float:
        return round(_LEFT + (width - _LEFT - _RIGHT) * (day - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(height - _BELOW - (height - _BELOW - _TOP) * value / top, 1)

    path = f"M{x(first)},{y(found.steps[0].amount / 1000)}"
    path += "".join(f"H{x(step.day)}V{y(step.amount / 1000)}" for step in found.steps[1:]) + f"H{x(last)}"
    grid = [(y(value), value) for value in (0, top // 2, top)]
    return Line(width, height, path, grid, [x(day) for day in found.scales])


@dataclass(frozen=True)
class Dot:
    """`kind` is "heard", "busy", "you" or nothing; `label` is told to who points at it."""

    x: float
    y: float
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Square:
    """So many people, and how dark it is, 0 to 1."""

    x: float
    y: float
    width: float
    height: float
    people: int
    dark: float


@dataclass(frozen=True)
class Scatter:
    """Activity to the right, on a scale where each doubling is as wide; influence upwards."""

    width: int
    height: int
    dots: Sequence[Dot]
    squares: Sequence[Square]
    across: Sequence[tuple[float, int]]
    up: Sequence[tuple[float, int]]


def scatter(found: Comparison, me: int | None, width: int = 640, height: int = 420) -> Scatter:
    activity, influence = found.activity / 1000, found.influence / 1000
    right = max(float(activity.max(initial=1)), 1.0)
    top = _rounded(float(influence.max(initial=1)))
    wide, high = width - _LEFT - _RIGHT - 8, height - _BELOW - _TOP - 12

    def x(value: float) -> float:
        return round(_LEFT + 8 + wide * math.log1p(max(value, 0)) / math.log1p(right), 1)

    def y(value: float) -> float:
        return round(_TOP + 4 + high * (1 - max(value, 0) / top), 1)

    named = {one.line.subject_id: ("heard", one.line.name) for one in found.heard}
    named |= {one.line.subject_id: ("busy", one.line.name) for one in found.busy}
    if me is not None:
        named[me] = ("you", "You")
    many = len(found.people) > DOTS
    rows = zip(found.people.tolist(), activity.tolist(), influence.tolist(), strict=True)
    dots = [Dot(x(a), y(b), *named.get(one, ("", ""))) for one, a, b in rows if not many or one in named]
    dots.sort(key=lambda dot: bool(dot.kind))
    ticks = [0] + [10**power for power in range(9) if 10**power <= right]
    return Scatter(
        width,
        height,
        dots,
        _squares(found, right, top, wide, high) if many else (),
        [(x(tick), tick) for tick in ticks],
        [(y(tick), tick) for tick in range(0, top + 1, max(top // 4, 1))],
    )


def _squares(found: Comparison, right: float, top: int, wide: int, high: int) -> Sequence[Square]:
    across = np.log1p(np.maximum(found.activity / 1000, 0)) / math.log1p(right)
    up = np.maximum(found.influence / 1000, 0) / top
    column, row = (
        np.minimum((part * steps).astype(np.int64), steps - 1) for part, steps in ((across, _ACROSS), (up, _DOWN))
    )
    counts = np.bincount(column * _DOWN + row, minlength=_ACROSS * _DOWN)
    most = math.log1p(float(counts.max(initial=1)))
    width, height = wide / _ACROSS, high / _DOWN
    return [
        Square(
            round(_LEFT + 8 + at // _DOWN * width, 1),
            round(_TOP + 4 + high - (at % _DOWN + 1) * height, 1),
            round(width, 1),
            round(height, 1),
            int(counts[at]),
            round(0.12 + 0.78 * math.log1p(float(counts[at])) / most, 2),
        )
        for at in np.flatnonzero(counts).tolist()
    ]


def _rounded(value: float) -> int:
    """The next of 4, 8, 12, ... 40, 80, 120, ... so that four steps of a grid are whole numbers."""
    step = 4
    while step * 10 < value:
        step *= 10
    return max(math.ceil(value / step), 1) * step
