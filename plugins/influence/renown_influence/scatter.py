"""Everybody as dots by activity and influence, wide for desks and narrow for phones. A table stands beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from renown_influence import layout
from renown_influence.comparing import Comparison
from renown_influence.drawing import rounded

#: People who are drawn one by one; more are drawn as squares.
DOTS = 300
#: Room around dots, and about as wide and high as the letters of a name are.
_CLEAR, _LETTER, _LINE = 8, 6.6, 13
#: Where a name is tried: whether left of its dot, and how many lines below it.
_PLACES = tuple((left, down) for down in (0, -1, 1, -2, 2) for left in (False, True))


@dataclass(frozen=True)
class Frame:
    """A picture's size and the margins around its dots. `across` by `down` squares; `names` beside who stands out."""

    width: int
    height: int
    left: int
    right: int
    top: int
    below: int
    across: int
    down: int
    names: bool

    @property
    def wide(self) -> int:
        return self.width - self.left - self.right

    @property
    def high(self) -> int:
        return self.height - self.top - self.below


WIDE = Frame(960, 420, 44, 24, 34, 54, 36, 16, names=True)
NARROW = Frame(360, 380, 40, 16, 34, 54, 18, 14, names=False)


@dataclass(frozen=True)
class Dot:
    """`kind` is "heard", "busy", "you" or nothing; `label` is told to who points at it."""

    x: float
    y: float
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Name:
    """Beside its dot: where it begins or, to the `left` of the dot, where it ends."""

    x: float
    y: float
    left: bool
    text: str


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
    """Activity to the right, closer together the more it is (by its square root); influence upwards."""

    frame: Frame
    dots: Sequence[Dot]
    names: Sequence[Name]
    squares: Sequence[Square]
    across: Sequence[tuple[float, int]]
    up: Sequence[tuple[float, int]]


class _Scales:
    """From amounts to places in a frame."""

    def __init__(self, frame: Frame, found: Comparison) -> None:
        self.frame = frame
        self.right = max(float(found.activity.max(initial=1000)) / 1000, 1.0)
        self.top = rounded(max(float(found.influence.max(initial=0)) / 1000, 1.0))

    @property
    def ticks(self) -> list[int]:
        """0, and those of 1, 2, 5, 10, ... that are not too near to it."""
        found = [one * 10**power for power in range(9) for one in (1, 2, 5)]
        return [0, *(one for one in found if self.right / 20 <= one <= self.right)]

    def x(self, value: float) -> float:
        part = math.sqrt(max(value, 0) / self.right)
        return round(self.frame.left + self.frame.wide * part, 1)

    def y(self, value: float) -> float:
        return round(self.frame.top + self.frame.high * (1 - max(value, 0) / self.top), 1)


def of(found: Comparison, me: int | None, frame: Frame) -> Scatter:
    scales = _Scales(frame, found)
    known = {one.line.subject_id: ("heard", one.line.name) for one in found.heard.named}
    known |= {one.line.subject_id: ("busy", one.line.name) for one in found.busy.named}
    if me is not None:
        known[me] = ("you", "You")
    many = len(found.people) > DOTS
    rows = zip(found.people.tolist(), found.activity.tolist(), found.influence.tolist(), strict=True)
    dots = [
        Dot(scales.x(a / 1000), scales.y(b / 1000), *known.get(one, ("", "")))
        for one, a, b in rows
        if not many or one in known
    ]
    # Who stands out is drawn last, and so on top.
    dots.sort(key=lambda dot: ("", "busy", "heard", "you").index(dot.kind))
    return Scatter(
        frame,
        dots,
        tuple(_names(frame, dots)) if frame.names else (),
        _squares(found, scales) if many else (),
        [(scales.x(tick), tick) for tick in scales.ticks],
        [(scales.y(tick), tick) for tick in range(0, scales.top + 1, max(scales.top // 4, 1))],
    )


def _names(frame: Frame, dots: Sequence[Dot]) -> Iterator[Name]:
    """Of those who stand out, you first, as far as there is room: no name lies on another, or on anybody's dot."""
    marked = [dot for dot in reversed(dots) if dot.kind]
    taken = [(dot.x - 5, dot.y - 5, dot.x + 5, dot.y + 5) for dot in dots]
    for dot in marked:
        text = layout.label(dot.label)
        wide = _LETTER * len(text)
        for left, down in _PLACES:
            begin, middle = (dot.x - _CLEAR - wide if left else dot.x + _CLEAR), dot.y + down * _LINE
            box = (begin, middle - _LINE / 2, begin + wide, middle + _LINE / 2)
            if frame.left <= box[0] and box[2] <= frame.width and not any(_over(box, other) for other in taken):
                taken.append(box)
                yield Name(round(dot.x - _CLEAR if left else begin, 1), round(middle + 4, 1), left, text)
                break


def _over(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _squares(found: Comparison, scales: _Scales) -> Sequence[Square]:
    frame = scales.frame
    across = np.sqrt(np.maximum(found.activity / 1000, 0) / scales.right)
    up = np.maximum(found.influence / 1000, 0) / scales.top
    column, row = (
        np.minimum((part * steps).astype(np.int64), steps - 1)
        for part, steps in ((across, frame.across), (up, frame.down))
    )
    counts = np.bincount(column * frame.down + row, minlength=frame.across * frame.down)
    most = math.log1p(float(counts.max(initial=1)))
    width, height = frame.wide / frame.across, frame.high / frame.down
    return [
        Square(
            round(frame.left + at // frame.down * width, 1),
            round(frame.top + frame.high - (at % frame.down + 1) * height, 1),
            round(width, 1),
            round(height, 1),
            int(counts[at]),
            round(0.12 + 0.78 * math.log1p(float(counts[at])) / most, 2),
        )
        for at in np.flatnonzero(counts).tolist()
    ]
