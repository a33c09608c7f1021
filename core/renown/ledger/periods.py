"""Stretches of days that boards are about: all time, years, quarters, months, ISO weeks, and the rolling 30 days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args

from renown.clock import to_date, to_day

Kind = Literal["all", "year", "quarter", "month", "week", "rolling"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Kinds that begin, end and are closed.
CALENDAR: tuple[Kind, ...] = ("year", "quarter", "month", "week")
#: The rolling total counts this day and those before it.
ROLLING_DAYS = 30

_ISO_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")
_RELATIVE = re.compile(r"(this|last)-(year|quarter|month|week)")


@dataclass(frozen=True)
class Span:
    """`start` is its first day since 1970-01-01; 0 for "all" and "rolling", which have none of their own."""

    kind: Kind
    start: int = 0

    @property
    def last(self) -> int | None:
        """The last day, or None for "all" and "rolling"."""
        first = to_date(self.start)
        if self.kind == "week":
            return self.start + 6
        if self.kind == "month":
            return to_day((first + timedelta(days=31)).replace(day=1)) - 1
        if self.kind == "quarter":
            return to_day((first + timedelta(days=93)).replace(day=1)) - 1
        if self.kind == "year":
            return to_day(first.replace(year=first.year + 1)) - 1
        return None

    def holds(self, day: int) -> bool:
        """Whether `day` is in it. Raises ValueError for "rolling", whose days depend on today."""
        if self.kind == "rolling":
            raise ValueError("the days of the rolling total depend on today")
        return self.last is None or self.start <= day <= self.last

    def before(self) -> Span:
        """The one before, of the same kind; itself for "all" and "rolling"."""
        return self if self.last is None else on(self.kind, self.start - 1)

    def after(self) -> Span:
        return self if self.last is None else on(self.kind, self.last + 1)

    def __str__(self) -> str:
        """As addresses spell it: "2026-05", "2026-Q2", "2026", "2026-W21", "all", "rolling"."""
        return _spelled(self.kind, self.start)

    @property
    def label(self) -> str:
        """As people read it: "May 2026", "Q2 2026", "2026", "Week 21, 2026"."""
        first = to_date(self.start)
        if self.kind == "week":
            year, week, _ = first.isocalendar()
            return f"Week {week}, {year}"
        if self.kind == "month":
            return f"{_MONTHS[first.month - 1]} {first.year}"
        if self.kind == "quarter":
            return f"Q{(first.month + 2) // 3} {first.year}"
        if self.kind == "year":
            return str(first.year)
        return "All time" if self.kind == "all" else "Last 30 days"


@lru_cache(maxsize=1024)
def _spelled(kind: Kind, start: int) -> str:
    first = to_date(start)
    if kind == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    if kind == "month":
        return f"{first:%Y-%m}"
    if kind == "quarter":
        return f"{first:%Y}-Q{(first.month + 2) // 3}"
    return f"{first:%Y}" if kind == "year" else kind


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

ALL = Span("all")
ROLLING = Span("rolling")


def on(kind: Kind, day: int) -> Span:
    """The span of this kind that holds `day`."""
    if kind in ("all", "rolling"):
        return Span(kind)
    today = to_date(day)
    if kind == "week":
        return Span(kind, day - today.weekday())
    if kind == "month":
        return Span(kind, to_day(today.replace(day=1)))
    if kind == "quarter":
        return Span(kind, to_day(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)))
    return Span(kind, to_day(today.replace(month=1, day=1)))


def of_day(day: int) -> tuple[Span, ...]:
    """Everything but "rolling" that `day` counts for; of one that no calendar has, which is a fault, only "all"."""
    try:
        return (ALL, *(on(kind, day) for kind in CALENDAR))
    except OverflowError:
        return (ALL,)


def parse(text: str, today: int) -> Span:
    """Read what `str` writes, and "this-month", "last-week", ... as of `today`. Raises ValueError."""
    text = text.strip()
    if text in ("all", "rolling"):
        return ALL if text == "all" else ROLLING
    if found := _RELATIVE.fullmatch(text):
        kind: Kind = found[2]  # type: ignore[assignment]
        return on(kind, today) if found[1] == "this" else on(kind, today).before()
    try:
        return _calendar(text)
    except ValueError:
        raise ValueError(
            f"period: {text!r} is none of all, rolling, 2026, 2026-Q2, 2026-05, 2026-W21, this-month, last-month, ..."
        ) from None


def _calendar(text: str) -> Span:
    if found := _ISO_WEEK.fullmatch(text):
        return Span("week", to_day(date.fromisocalendar(int(found[1]), int(found[2]), 1)))
    if found := _QUARTER.fullmatch(text):
        return Span("quarter", to_day(date(int(found[1]), int(found[2]) * 3 - 2, 1)))
    if found := _MONTH.fullmatch(text):
        return Span("month", to_day(date(int(found[1]), int(found[2]), 1)))
    if _YEAR.fullmatch(text):
        return Span("year", to_day(date(int(text), 1, 1)))
    raise ValueError(text)


def window(as_of: int) -> tuple[int, int]:
    """First and last day that the rolling total counts."""
    return as_of - ROLLING_DAYS + 1, as_of


def period_days(period: str, today: int) -> tuple[int, int]:
    """First and last day of a period, as `explain` is handed one. "all" ends today, and so does "rolling".

    Raises ValueError where it is none.
    """
    span = parse(period, today)
    if span.kind == "rolling":
        return window(today)
    return span.start, today if span.last is None else span.last
