"""Working time between two instants. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from renown.api import PluginContext, day_of, from_datetime, to_date

_MINUTE = 60_000_000


@dataclass(frozen=True)
class Hours:
    """`works` tells of a day since 1970 whether it is worked; `opens` and `closes` are hours of the clock in `zone`."""

    works: Callable[[int], bool]
    zone: ZoneInfo
    opens: int
    closes: int

    def minutes(self, start: int, end: int) -> int:
        """Whole minutes of work on [start, end), instants in microseconds; 0 where `end` is not later."""
        if end <= start:
            return 0
        days = range(day_of(start, self.zone), day_of(end, self.zone) + 1)
        return sum(self._within(day, start, end) for day in days if self.works(day)) // _MINUTE

    def _within(self, day: int, start: int, end: int) -> int:
        return max(0, min(end, self._instant(day, self.closes)) - max(start, self._instant(day, self.opens)))

    def _instant(self, day: int, hour: int) -> int:
        date = to_date(day)
        return from_datetime(datetime(date.year, date.month, date.day, tzinfo=self.zone) + timedelta(hours=hour))


def of(ctx: PluginContext) -> Hours:
    """Those of the organisation: its calendar, its zone, and the hours in the settings."""
    return Hours(ctx.calendar.load().works, ctx.calendar.zone(), ctx.settings["opens"], ctx.settings["closes"])
