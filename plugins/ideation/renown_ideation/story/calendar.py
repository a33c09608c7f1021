"""The working days of a demo, numbered from 0."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from renown.api import DAY, DemoDay

_HOUR = DAY // 24


@dataclass(frozen=True)
class Today:
    """The day, its number among all working days, and who is there."""

    told: DemoDay
    days: Sequence[int]
    number: int

    @property
    def customers(self) -> Sequence[int]:
        """Those who are known; a colleague stands in before any customer is."""
        return self.told.customers or self.told.colleagues[:1]

    def share(self, part: float) -> int:
        """The number of the working day at a part of the whole."""
        return round(part * (len(self.days) - 1))

    def at(self, number: int, hour: int) -> int:
        """An instant of a working day, which may be after the last one."""
        beyond = max(0, number - len(self.days) + 1)
        return (self.days[min(number, len(self.days) - 1)] + beyond * 7 // 5) * DAY + hour * _HOUR

    def chance(self, *about: object) -> random.Random:
        """Luck that is the same whenever the demo is made again."""
        return random.Random(":".join(map(str, (self.told.seed, *about))))


def today(told: DemoDay) -> Today | None:
    """None on a day that is none of them."""
    days = [day for day in range(told.first, told.last + 1) if (day + 3) % 7 < 5]
    return Today(told, days, days.index(told.day)) if told.day in days else None
