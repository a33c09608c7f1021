"""Periods in addresses and in the control above a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import abort, g, request

from renown import clock
from renown.hooks.manifest import MeasureSpec
from renown.ledger.periods import ALL, ROLLING, Span, on, parse
from renown.web.formats import zone


def today() -> int:
    """The day in the organisation's zone."""
    if "today" not in g:
        g.today = clock.day_of(clock.now(), zone())
    return int(g.today)


def asked(default: str = "this-month") -> Span:
    """The period of this request's `?period=`; 404 where it is none."""
    try:
        return parse(request.args.get("period", default), today())
    except ValueError:
        abort(404)


def asked_of(measure: MeasureSpec) -> Span:
    """The same for a page of one measure. A level has no periods: it is what it is now."""
    return ALL if measure.kind == "level" else asked()


@dataclass(frozen=True)
class Choice:
    title: str
    period: str
    current: bool


def choices(span: Span) -> Sequence[Choice]:
    """The usual periods, with the one looked at among them."""
    return _choices(span, today())


@lru_cache(maxsize=256)
def _choices(span: Span, now: int) -> Sequence[Choice]:
    month = on("month", now)
    usual = [
        ("This month", month),
        ("Last month", month.before()),
        ("Quarter", on("quarter", now)),
        ("Year", on("year", now)),
        ("30 days", ROLLING),
        ("All time", ALL),
    ]
    found = [Choice(title, str(one), one == span) for title, one in usual]
    if not any(choice.current for choice in found):
        found.append(Choice(span.label, str(span), True))
    return tuple(found)


def links(span: Span, address: Callable[[str], str]) -> tuple[tuple[str, str, bool], ...]:
    """The usual periods as the control draws them: title, address of the period, and whether it is looked at."""
    return tuple([(one.title, address(one.period), one.current) for one in choices(span)])


def neighbours(span: Span) -> tuple[str | None, str | None]:
    """The periods before and after, of the same kind; None where there is none, or it has not begun."""
    return _neighbours(span, today())


@lru_cache(maxsize=256)
def _neighbours(span: Span, now: int) -> tuple[str | None, str | None]:
    if span.last is None:
        return None, None
    later = span.after()
    return str(span.before()), str(later) if later.start <= now else None
