"""What a report says, in sentences and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The picture: -1 to 1 from left to right, and the height of a line.
_LEFT, _RIGHT, _LINE = 16.0, 624.0, 44.0


@dataclass(frozen=True)
class Mark:
    """An agreement and where it lies, as places in the picture."""

    title: str
    low: float
    at: float
    high: float
    y: float


@dataclass(frozen=True)
class Picture:
    """`grid` are (place, text)."""

    height: float
    marks: Sequence[Mark]
    grid: Sequence[tuple[float, str]]


def answered(report: Mapping[str, Any]) -> str:
    asked, answers = report["asked"], report["answers"]
    part = f" ({answers / asked:.0%})" if asked else ""
    named = "one colleague" if report["named"] == 1 else f"{report['named']:,} colleagues"
    return f"{answers:,} of {asked:,} employees answered{part}, and named {named}."


def agreement(compared: Mapping[str, Any], answers: int) -> str:
    """How far the two orders agree: "between 0.4 and 0.7, from 63 answers"."""
    low, high = compared["low"], compared["high"]
    if low is None or high is None:
        return "Nothing can be said of their order: everybody has the same place in one of the two."
    between = f"between {number(low)} and {number(high)}, from {answers:,} answers about {compared['people']:,} people"
    return f"{_how(low, high)}: {between}."


def overlap(found: Mapping[str, Any]) -> str:
    most, both = found["most"], found["both"]
    said = f"{both} of the {most} most named {'is' if both == 1 else 'are'} among the {found['highest']} highest"
    return f"{said}; by chance it would be {found['chance']:.1f}."


def number(value: float) -> str:
    """One place behind the point, with a real minus, and no minus before nothing."""
    return f"{abs(value) if abs(value) < 0.05 else value:.1f}".replace("-", "−")


def picture(compared: Sequence[Mapping[str, Any]]) -> Picture:
    """Of those of which something can be said."""
    known = [one for one in compared if one["low"] is not None]
    marks = [
        Mark(one["title"], _place(one["low"]), _place(one["agreement"]), _place(one["high"]), _LINE * line + 30)
        for line, one in enumerate(known)
    ]
    grid = [(_place(at / 2), number(at / 2)) for at in range(-2, 3)]
    return Picture(_LINE * len(known) + 24, marks, grid)


def _how(low: float, high: float) -> str:
    if low <= 0 <= high:
        return "Whether the two orders agree cannot be told"
    if high < 0:
        return "The two orders disagree"
    middle = (low + high) / 2
    return f"The two orders agree {'closely' if middle >= 0.7 else 'in part' if middle >= 0.4 else 'a little'}"


def _place(value: float) -> float:
    return round(_LEFT + (value + 1) / 2 * (_RIGHT - _LEFT), 1)
