"""Days as people say them."""

from __future__ import annotations

from renown.api import to_date

#: Days, and what so many of them are called.
_UNITS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


def ago(days: int) -> str:
    """ "today", "yesterday", "3 weeks ago"."""
    if days < 2:
        return "yesterday" if days == 1 else "today"
    size, unit = next((size, unit) for size, unit in _UNITS if days >= 2 * size or (size == 1))
    count = days // size
    return f"{count} {unit}s ago"


def until(day: int, today: int) -> str:
    """ "Monday" within the week, else "4 June"."""
    found = to_date(day)
    return f"{found:%A}" if 0 <= day - today < 7 else f"{found:%-d %B}"
