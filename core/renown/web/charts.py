"""Shapes of the small charts: numbers to SVG attributes. Colours come from classes; a table stands beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask


def init(app: Flask) -> None:
    app.jinja_env.globals.update(spark=spark, lines=lines)


@dataclass(frozen=True)
class Spark:
    """Path data inside a box of 100 by 24; `base` is the height of zero."""

    line: str
    area: str
    base: float


def spark(points: Sequence[int]) -> Spark:
    return _spark(tuple(points) or (0,))


@lru_cache(maxsize=4096)
def _spark(values: tuple[int, ...]) -> Spark:
    low, high = min(0, *values), max(0, *values)
    reach = (high - low) or 1
    step = 100 / max(len(values) - 1, 1)

    def y(value: int) -> float:
        return round(23 - 22 * (value - low) / reach, 2)

    spots = [(round(index * step, 2), y(value)) for index, value in enumerate(values)]
    if len(spots) == 1:
        spots.append((100.0, spots[0][1]))
    line = "M" + " ".join(f"{x:g},{height:g}" for x, height in spots)
    return Spark(line, f"{line} L{spots[-1][0]:g},{y(0):g} {spots[0][0]:g},{y(0):g}Z", y(0))


@dataclass(frozen=True)
class Lines:
    """Several series over the same steps, in a box of `width` by `height`."""

    width: int
    height: int
    paths: Sequence[str]
    grid: Sequence[tuple[float, float]]


def lines(series: Sequence[Sequence[float]], *, width: int = 640, height: int = 220) -> Lines:
    """Paths for each series, and grid lines as (y, value): round values between zero and the highest."""
    top = max((value for values in series for value in values), default=0) or 1
    count = max((len(values) for values in series), default=1)
    step = (width - 44) / max(count - 1, 1)

    def y(value: float) -> float:
        return round(height - 24 - (height - 36) * max(value, 0) / top, 1)

    paths = ["M" + " ".join(f"{40 + i * step:.1f},{y(value)}" for i, value in enumerate(values)) for values in series]
    return Lines(width, height, paths, [(y(top * part / 4), top * part / 4) for part in range(5)])
