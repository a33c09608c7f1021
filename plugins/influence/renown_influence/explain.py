"""Why a score is what it is: one's own voice and what each rater brings. The parts add up to the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.solve import power


@dataclass(frozen=True)
class Parts:
    """`own` voice, and for each pair of the owner, in their order, what the rater brings and how loud the rater is.

    A rater's `voice` is what it would be without the owner's own endorsements. `own + brought.sum()` is the score,
    exactly what self-return leaves of it.
    """

    own: float
    raters: Ints
    brought: Floats
    voice: Floats

    @property
    def whole(self) -> float:
        return self.own + float(self.brought.sum())


def parts(shares: Pairs, voices: Floats, alpha: float, owner: int, start: Floats | None = None) -> Parts:
    """One solve without what the owner endorses: then nothing comes back, and what comes in is the score.

    By the engine that is built in, whichever found the score: another may be gone by now, or not so exact.
    """
    values = power(silenced(shares, owner), voices, alpha, 1e-12, start).values
    mine = slice(shares.start[owner], shares.start[owner + 1])
    raters = shares.rater[mine]
    heard = values[raters]
    return Parts(float(voices[owner]), raters, alpha * shares.weight[mine] * heard, heard)


def silenced(shares: Pairs, owner: int) -> Pairs:
    """Without what the owner endorses."""
    return shares.weighing(np.where(shares.rater == owner, 0.0, shares.weight))
