"""The scale that scores are shown on: each doubling of what one is relied on adds the same.

It is frozen for a quarter: until it ends, nobody falls on it because others rise. Its unit is set anew by what others
have at the first run of the next, so that one who stays as they were falls then if most rose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Floats

#: What a doubling adds.
STEP = 10.0


def unit_of(values: Floats) -> float:
    """What is shown as one doubling: the median of those who are relied on at all. 1 where nobody is."""
    heard = values[values > 1]
    return float(np.median(heard)) if len(heard) else 1.0


def shown(values: Floats, unit: float) -> Floats:
    """0 for nothing, 10 for the unit, 10 more or less for each doubling beyond."""
    return STEP * np.log2(1 + values / unit)


def behind(score: float, unit: float) -> float:
    """What is shown as this score."""
    return float(unit * (2 ** (score / STEP) - 1))


def published(values: Floats, unit: float) -> NDArray[np.int64]:
    """In thousandths, to the tenth: nothing finer is told of anybody."""
    return np.rint(shown(values, unit) * 10).astype(np.int64) * 100
