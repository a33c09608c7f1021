"""Numbers as they are printed: rounded so that the parts add up to the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence


def fitted(parts: Sequence[float], whole: int) -> list[int]:
    """Each part in whole steps, so that together they are `whole`: the largest remainders get what is missing."""
    found = [math.floor(part) for part in parts]
    missing = whole - sum(found)
    order = sorted(range(len(parts)), key=lambda one: (found[one] - parts[one], one))
    for turn in range(abs(missing)):
        if not order:
            break
        at = order[turn % len(order)] if missing > 0 else order[-1 - turn % len(order)]
        found[at] += 1 if missing > 0 else -1
    return found
