"""Whole numbers as forms and addresses write them: ASCII digits, and no more of them than the place can hold; and as
people read them.
"""

from __future__ import annotations

import re

#: Of a number in the database.
MOST = 2**63 - 1
_ADDRESS = re.compile(r"/ideas/[a-z0-9-]+/([0-9]+)")
#: The same, of tables whose rows are counted in 32 bits: PostgreSQL raises past it.
SMALL = 2**31 - 1


def whole(said: str, most: int = MOST) -> int | None:
    """None for what is none, or larger. Python's `int` would take "²" for no number and "٣" for one."""
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(most))):
        return None
    number = int(said)
    return number if number <= most else None


def of_idea(typed: str) -> int | None:
    """Of an idea, as people write it: 12, #12, or its address. None for what is none."""
    address = _ADDRESS.search(typed)
    return whole(address[1] if address else typed.strip().lstrip("#").partition("-")[0])


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"
