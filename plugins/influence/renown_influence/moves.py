"""By how much scores differ from those that were shown before a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Thousandths that make a difference.
TENTH = 100


class Moves(NamedTuple):
    """How many moved by a tenth or more, and the most of it in thousandths. Whoever came or went is not among them."""

    people: int
    most: int


#: People by id, and their scores in thousandths.
Levels = tuple[NDArray[np.int64], NDArray[np.int64]]


def since(former: Levels, people: NDArray[np.int64], amounts: NDArray[np.int64]) -> Moves:
    """Between what is published and what is about to be. `people` ascend."""
    who, shown = former
    _, here, there = np.intersect1d(people, who, assume_unique=True, return_indices=True)
    by = np.abs(amounts[here] - shown[there])
    return Moves(int((by >= TENTH).sum()), int(by.max(initial=0)))
