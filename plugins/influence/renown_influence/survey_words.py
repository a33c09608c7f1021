"""What a report says, in sentences and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The picture: -1 to 1 from left to right in percent of its width, and the height of a line in pixels. So letters keep
#: their size however narrow it is.
_LEFT, _RIGHT, _LINE = 4.0, 96.0, 48.0
#: With a smaller part of all employees, those who did not answer could turn it over.
_HALF = 0.5


@dataclass(frozen=True)
class Mark:
    """An agreement and its interval: places in percent of the width, `y` in pixels."""

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


def begun(text: str) -> str:
    """As a sentence begins; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def answered(report: Mapping[str, Any]) -> str:
    said = f"{report['answers']:,} of {report['asked']:,} employees answered ({_part(report):.0%})"
    return f"{said}, and named {report['named']:,} or more colleagues." if report["named"] else f"{said}."


def agreement(compared: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """How far the answers and a measure agree, and how surely; no more than numbers where few answered."""
    low, high = compared["low"], compared["high"]
    if low is None or high is None:
        return (
            "Nothing can be said of their order: it has too few people, or all have the same place in one of the two."
        )
    two = f"The answers and {_the(compared['title'])}"
    said = f"{number(compared['agreement'])}, where 1 is the same order"
    sample = f"{report['answers']:,} answers, {compared['people']:,} or more people compared."
    if _part(report) >= _HALF:
        sure = f"Part of that is chance: most likely it is between {number(low)} and {number(high)}."
        return f"{two} {_how(low, high)} ({said}). {sure} {sample}"
    few = f"Only {_part(report):.0%} of all employees answered: what the others think may be quite different."
    return f"{two}: {said}. {few} {sample}"


def _part(report: Mapping[str, Any]) -> float:
    return float(report["answers"] / report["asked"]) if report["asked"] else 0.0


def overlap(found: Mapping[str, Any]) -> str:
    most, both = found["most"], found["both"]
    said = f"{both} of the {most} most named {'is' if both == 1 else 'are'} among the {found['highest']} highest"
    return f"{said}; by chance it would be {found['chance']:.1f}."


def number(value: float) -> str:
    """One place behind the point, with a real minus, and no minus before nothing."""
    return f"{abs(value) if abs(value) < 0.05 else value:.1f}".replace("-", "−")


def interval(compared: Mapping[str, Any]) -> str:
    low, high = compared["low"], compared["high"]
    return "–" if low is None or high is None else f"{number(low)} to {number(high)}"


def picture(compared: Sequence[Mapping[str, Any]]) -> Picture:
    """Of those of which something can be said."""
    known = [one for one in compared if one["low"] is not None]
    marks = [
        Mark(begun(one["title"]), _place(one["low"]), _place(one["agreement"]), _place(one["high"]), _LINE * line + 32)
        for line, one in enumerate(known)
    ]
    grid = [(_place(at / 2), number(at / 2)) for at in range(-2, 3)]
    return Picture(_LINE * len(known) + 24, marks, grid)


def _the(title: str) -> str:
    return f"the {title}" if title.startswith("points") else title


def _how(low: float, high: float) -> str:
    if low <= 0 <= high:
        return "may agree or not, which cannot be told"
    if high < 0:
        return "disagree"
    middle = (low + high) / 2
    return "agree closely" if middle >= 0.7 else "agree in part" if middle >= 0.4 else "hardly agree"


def _place(value: float) -> float:
    return round(_LEFT + (value + 1) / 2 * (_RIGHT - _LEFT), 1)
