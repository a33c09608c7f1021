"""Shapes of the small charts: numbers to SVG attributes. Colours come from classes; a table stands beside each."""

from __future__ import annotations

import math
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
    base: str


def spark(points: Sequence[int]) -> Spark:
    return kept_spark(tuple(points) or (0,))


@lru_cache(maxsize=4096)
def kept_spark(values: tuple[int, ...]) -> Spark:
    low, high = min(0, *values), max(0, *values)
    reach = (high - low) or 1
    # In whole tenths, which are spelled already: a board has fifty of these.
    heights = [230 - 220 * (value - low) // reach for value in (values if len(values) > 1 else values * 2)]
    base = _TENTHS[230 - 220 * -low // reach]
    line = "M" + " ".join([x + _TENTHS[y] for x, y in zip(_across(len(heights)), heights, strict=True)])
    return Spark(line, f"{line} L100,{base} 0,{base}Z", base)


_TENTHS = [f"{tenth / 10:g}" for tenth in range(241)]


@lru_cache(maxsize=128)
def _across(count: int) -> tuple[str, ...]:
    """Where the points stand from left to right, each with its comma."""
    return tuple([f"{100 * index / (count - 1):.4g}," for index in range(count)])


@dataclass(frozen=True)
class Lines:
    """Several series over the same steps, in a box of `width` by `height`."""

    width: int
    height: int
    paths: Sequence[str]
    grid: Sequence[tuple[float, float]]


def lines(series: Sequence[Sequence[float]], *, width: int = 640, height: int = 220) -> Lines:
    """Paths for each series, and grid lines as (y, value): four round steps from zero, to the highest or above it."""
    highest = max((value for values in series for value in values), default=0)
    rise = _round_up(highest / 4) if highest > 0 else 0.25
    top = 4 * rise
    count = max((len(values) for values in series), default=1)
    step = (width - 44) / max(count - 1, 1)

    def y(value: float) -> float:
        return round(height - 24 - (height - 36) * max(value, 0) / top, 1)

    paths = ["M" + " ".join(f"{40 + i * step:.1f},{y(value)}" for i, value in enumerate(values)) for values in series]
    return Lines(width, height, paths, [(y(rise * part), round(rise * part, 9)) for part in range(5)])


#: What can be read on an axis at once, as it is and times any power of ten.
_ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * factor for factor in _ROUND if power * factor >= value * (1 - 1e-9))
