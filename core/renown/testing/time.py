"""A clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from renown import clock

#: A Monday at noon (UTC), in the middle of a month and of a quarter: a day either way changes no period.
START = datetime(2026, 5, 18, 12, tzinfo=UTC)


class Clock:
    """`renown_clock` in tests. It stands still until it is moved, and never goes back."""

    def __init__(self, at: datetime = START) -> None:
        self._now = clock.from_datetime(at)

    def __call__(self) -> int:
        return self._now

    @property
    def at(self) -> datetime:
        return clock.to_datetime(self._now)

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Forward. Raises ValueError for a step back, which no clock of a site ever makes by itself."""
        step = round(days * clock.DAY + hours * clock.HOUR + minutes * 60 * clock.SECOND + seconds * clock.SECOND)
        if step < 0:
            raise ValueError(f"a step of {step / clock.SECOND} s goes back")
        self._now += step

    def set(self, at: datetime) -> None:
        """To an instant with a time zone, no earlier than now. Raises ValueError."""
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone")
        self.move(seconds=(clock.from_datetime(at) - self._now) / clock.SECOND)

    @contextmanager
    def holds(self) -> Iterator[Clock]:
        """While the block runs, this is the time of the whole process, for Renown and for what asks `ctx.clock`."""
        with clock.set_to(self):
            yield self
