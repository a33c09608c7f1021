"""Shapes of the pictures: numbers to SVG attributes. Colours come from classes; a table stands beside each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renown_influence.timeline import Timeline

_LEFT, _RIGHT, _TOP, _BELOW = 40, 8, 10, 22


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
    top = rounded(max(step.amount for step in found.steps) / 1000)

    def x(day: int) -> float:
        return round(_LEFT + (width - _LEFT - _RIGHT) * (day - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(height - _BELOW - (height - _BELOW - _TOP) * value / top, 1)

    path = f"M{x(first)},{y(found.steps[0].amount / 1000)}"
    path += "".join(f"H{x(step.day)}V{y(step.amount / 1000)}" for step in found.steps[1:]) + f"H{x(last)}"
    grid = [(y(value), value) for value in (0, top // 2, top)]
    return Line(width, height, path, grid, [x(day) for day in found.scales])


def rounded(value: float) -> int:
    """The next of 4, 8, 12, ... 40, 80, 120, ... so that four steps of a grid are whole numbers."""
    step = 4
    while step * 10 < value:
        step *= 10
    return max(math.ceil(value / step), 1) * step
