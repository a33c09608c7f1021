"""The one source of "now", so that a test or the demo can move it.

Instants are integers: microseconds since 1970-01-01 UTC. Days are integers: days since 1970-01-01.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

#: In microseconds, as all instants and spans are.
SECOND = 1_000_000
HOUR = 3600 * SECOND
#: In microseconds.
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1)
_EPOCH_AT = datetime(1970, 1, 1, tzinfo=UTC)


def _system() -> int:
    return time.time_ns() // 1000


_now: Callable[[], int] = _system


def now() -> int:
    """This instant, in microseconds."""
    return _now()


@contextmanager
def set_to(source: Callable[[], int]) -> Iterator[None]:
    """Take the time from `source` while the block runs, in every thread of this process."""
    global _now
    before = _now
    _now = source
    try:
        yield
    finally:
        _now = before


def to_datetime(instant: int) -> datetime:
    """An instant in microseconds since 1970, as a datetime in UTC."""
    return _EPOCH_AT + timedelta(microseconds=instant)


def from_datetime(moment: datetime) -> int:
    """Microseconds since 1970 of a moment that has a time zone."""
    delta = moment - _EPOCH_AT
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def day_of(instant: int, zone: ZoneInfo) -> int:
    """The day on which `instant` falls in `zone`."""
    # Offsets are whole quarters of an hour and change on such, so a quarter decides the day for all its instants.
    return _day_of_quarter(instant // (900 * SECOND), zone)


@lru_cache(maxsize=65_536)
def _day_of_quarter(quarter: int, zone: ZoneInfo) -> int:
    return to_day((_EPOCH_AT + timedelta(seconds=quarter * 900)).astimezone(zone).date())


def to_day(value: date) -> int:
    """The days from 1970-01-01 to this one."""
    return (value - _EPOCH).days


def to_date(day: int) -> date:
    """The date of a day that is counted from 1970-01-01."""
    return _EPOCH + timedelta(days=day)
