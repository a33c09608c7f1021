from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from renown.api import DAY, day_of, from_datetime
from renown_care.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")


def minutes(start: str, end: str, hours: tuple[int, int] = (9, 17)) -> int:
    """Of a week from Monday to Friday. 2026-05-18 is a Monday."""

    def works(day: int) -> bool:
        return (day + 3) % 7 < 5

    first, last = (from_datetime(datetime.fromisoformat(one).replace(tzinfo=BERLIN)) for one in (start, end))
    return Hours(works, BERLIN, *hours).minutes(first, last)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-05-18T10:00", "2026-05-18T11:30", 90),
        ("2026-05-18T07:00", "2026-05-18T09:20", 20),
        ("2026-05-18T16:30", "2026-05-19T09:30", 60),
        ("2026-05-22T16:00", "2026-05-25T10:00", 120),
        ("2026-05-23T10:00", "2026-05-24T20:00", 0),
        ("2026-05-18T11:00", "2026-05-18T10:00", 0),
        # The clock goes forward in the night to the 29th of March: a day of work is eight hours none the less.
        ("2026-03-27T17:00", "2026-03-30T17:00", 480),
    ],
)
def test_only_working_time_counts(start: str, end: str, expected: int) -> None:
    assert minutes(start, end) == expected


def test_many_long_waits_count_each_day_once() -> None:
    asked: list[int] = []

    def works(day: int) -> bool:
        asked.append(day)
        return (day + 3) % 7 < 5

    hours, end = Hours(works, BERLIN, 9, 17), from_datetime(datetime(2026, 5, 18, 12, tzinfo=BERLIN))
    start = from_datetime(datetime(2016, 5, 18, 12, tzinfo=BERLIN))
    waits = [hours.minutes(start + number * DAY, end) for number in range(60)]
    assert len(asked) < 3 * 3_653
    # From noon to noon, the last a Monday: three hours of the last day, none or five of the first, eight of the others.
    first, last = day_of(start, BERLIN), day_of(end, BERLIN)
    for number, wait in enumerate(waits):
        begun = first + number
        days = sum((day + 3) % 7 < 5 for day in range(begun + 1, last))
        assert wait == (days * 8 + 3 + 5 * ((begun + 3) % 7 < 5)) * 60


def test_work_may_end_at_midnight() -> None:
    assert minutes("2026-05-18T22:00", "2026-05-19T02:00", (0, 24)) == 240
