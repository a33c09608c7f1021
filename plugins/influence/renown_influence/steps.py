"""How many of a group, as it is told of people who did not choose to be counted: five or more, ten or more, ...

A number that is told to the last digit tells of one person, by who is left over, or by the night on which it changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from renown_influence.raters import SMALLEST

Counts = NDArray[np.int64]
_STEPS = np.array([one * 10**power for power in range(1, 9) for one in (0.5, 1, 2)], np.int64)


def told(count: Counts, whole: Counts) -> Counts:
    """The step that `count` of `whole` people reach, 0 where nothing may be told.

    From what is told it never follows that 1 to 4 are left: of 20 who do but for one, it is "10 or more". A group of
    fewer than ten is told as a whole, or not at all.
    """
    all_of_few = (whole < 2 * SMALLEST) & (count == whole)
    reached = np.where(all_of_few, np.minimum(count, SMALLEST), np.minimum(count, whole - SMALLEST))
    at = np.searchsorted(_STEPS, reached, "right")
    found: Counts = np.where(at > 0, _STEPS[at - 1], 0)
    return found
