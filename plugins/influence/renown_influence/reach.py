"""How far one rater's voice reaches: what any more weight of theirs brings to somebody, from one solve for all weights.

One more endorsement by a for b makes one column of the shares P other: a's whole voice is parted anew. So what it
brings is a rank-one update (Sherman and Morrison), exact, in which two entries of the column of a in
(I - alpha P^T)^-1 stand: how much of a's voice reaches b, and how much comes back to a.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown_influence.graph import Floats, Pairs
from renown_influence.solve import power

#: It multiplies what is brought, of which three digits are printed.
_NEAR = 1e-6


@dataclass(frozen=True)
class Reach:
    """Of the voice of a `rater` so much `reaches` the owner, `back` comes back (1 and more).

    `total` is what the rater's shares are divided by, `voice` how loud the rater is, `alpha` what is passed on.
    """

    rater: int
    reaches: float
    back: float
    total: float
    voice: float
    alpha: float

    def gain(self, weight: float) -> float:
        """What so much more weight of the rater's for the owner brings the owner, exactly."""
        part = weight / (self.total + weight)
        return self.voice * part * (self.alpha - self.reaches) / (1 + part * (self.back - 1))


def reach(shares: Pairs, values: Floats, alpha: float, pair: tuple[int, int], total: float) -> Reach:
    """`pair` are owner and rater; in `shares` the owner endorses nobody, and `values` are solved with them."""
    owner, rater = pair
    alone = np.zeros(shares.people)
    alone[rater] = 1
    column = power(shares, alone, alpha, _NEAR).values
    return Reach(rater, float(column[owner]), float(column[rater]), total, float(values[rater]), alpha)
