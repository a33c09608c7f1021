"""Whole numbers as forms and addresses write them: ASCII digits, and no more of them than the place can hold."""

from __future__ import annotations

#: Of a number in the database.
MOST = 2**63 - 1
#: The same, of tables whose rows are counted in 32 bits: PostgreSQL raises past it.
SMALL = 2**31 - 1


def whole(said: str, most: int = MOST) -> int | None:
    """None for what is none, or larger. Python's `int` would take "²" for no number and "٣" for one."""
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(most))):
        return None
    number = int(said)
    return number if number <= most else None
