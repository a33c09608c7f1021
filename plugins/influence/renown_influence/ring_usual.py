"""What is ordinary between two people: on one team or on two, both ways or one."""

from __future__ import annotations

from math import log

import numpy as np

from renown_influence.graph import Floats
from renown_influence.leave import Bools

#: What is below this part of the median pair is told apart no further: a like or two, long ago.
_LEAST = 0.25
#: From so many pairs it is taken what is ordinary among them; from fewer it is not.
_ENOUGH = 30
#: Two who endorse each other do so at most so many times what is ordinary where one endorses the other.
_RETURNED = 4.0


class Usual:
    """Medians, as logarithms, of all pairs: their weights, whether they are of one team, and whether of a couple."""

    def __init__(self, weight: Floats, same: Bools, both: Bools) -> None:
        self._least = 0.0
        if not len(weight):
            self._alone = self._mutual = (0.0, 0.0)
            return
        self._least = _LEAST * float(np.median(weight))
        within, between = self._ordinary(weight, same), self._ordinary(weight, ~same)
        # Among themselves those of a ring may be most of all who endorse each other, but not most of all who endorse.
        near = min(self._ordinary(weight, same & both, both), within + log(_RETURNED))
        apart = min(self._ordinary(weight, ~same & both, both), between + log(_RETURNED))
        # Between two teams no more is ordinary than within one.
        self._alone = min(within, between), within
        self._mutual = min(near, apart), near

    def times(self, weight: Floats, same: Bools, both: Bools | bool) -> Floats:
        """How many times what is ordinary such pairs are, as a logarithm."""
        mutual, alone = (np.where(same, one[1], one[0]) for one in (self._mutual, self._alone))
        found: Floats = np.log(np.maximum(weight, self._least)) - np.where(both, mutual, alone)
        return found

    def _ordinary(self, weight: Floats, *chosen: Bools) -> float:
        """The median of the first choice that has enough pairs; else of all."""
        enough = (which for which in chosen if np.count_nonzero(which) >= _ENOUGH)
        which = next(enough, None)
        return self._middle(weight.copy() if which is None else weight[which])

    def _middle(self, weight: Floats) -> float:
        """Of an array that is of no more use: twenty million logarithms would be another one as large."""
        places = [(len(weight) - 1) // 2, len(weight) // 2]
        weight.partition(places)
        return float(np.log(np.maximum(weight[places], self._least)).mean())
