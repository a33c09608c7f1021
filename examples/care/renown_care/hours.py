"""Working time between two instants. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from renown.api import PluginContext, day_of, from_datetime, to_date

_MINUTE = 60_000_000
#: Days that are counted once and then known.
_STRETCH = 64


@dataclass(frozen=True)
class Hours:
    """`works` tells of a day since 1970 whether it is worked; `opens` and `closes` are hours of the clock in `zone`."""

    works: Callable[[int], bool]
    zone: ZoneInfo
    opens: int
    closes: int
    _known: dict[int, int] = field(default_factory=dict, repr=False)

    def minutes(self, start: int, end: int) -> int:
        """Whole minutes of work on [start, end), instants in microseconds; 0 where `end` is not later.

        Of the first and the last day by the clock; what lies between are whole days, however many.
        """
        if end <= start:
            return 0
        first, last = day_of(start, self.zone), day_of(end, self.zone)
        ends = sum(self._within(day, start, end) for day in {first, last} if self.works(day)) // _MINUTE
        return ends + self._worked(first + 1, last) * (self.closes - self.opens) * 60

    def _worked(self, first: int, last: int) -> int:
        """Working days on [first, last)."""
        count, day = 0, first
        while day < last:
            whole = day % _STRETCH == 0 and day + _STRETCH <= last
            count += self._stretch(day) if whole else self.works(day)
            day += _STRETCH if whole else 1
        return count

    def _stretch(self, first: int) -> int:
        if first not in self._known:
            self._known[first] = sum(map(self.works, range(first, first + _STRETCH)))
        return self._known[first]

    def _within(self, day: int, start: int, end: int) -> int:
        return max(0, min(end, self._instant(day, self.closes)) - max(start, self._instant(day, self.opens)))

    def _instant(self, day: int, hour: int) -> int:
        date = to_date(day)
        return from_datetime(datetime(date.year, date.month, date.day, tzinfo=self.zone) + timedelta(hours=hour))


def of(ctx: PluginContext) -> Hours:
    """Those of the organisation: its calendar, its zone, and the hours in the settings."""
    return Hours(ctx.calendar.load().works, ctx.calendar.zone(), ctx.settings["opens"], ctx.settings["closes"])
