"""Engines as packages beside Renown would offer them: one that is right, and some that are not."""

from __future__ import annotations

import numpy as np

from renown_influence.graph import Floats, Pairs
from renown_influence.solve import Solution


def direct(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    """All at once."""
    size = shares.people
    return Solution(np.linalg.solve(np.eye(size) - alpha * shares.matrix().toarray(), voices), 1, 0.0)


def sloppy(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    """Says that it solved, and did not."""
    return Solution(voices * 1.001, 1, 0.0)


def short(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    return Solution(voices[:-1], 1, 0.0)


def lost(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    return Solution(voices * np.nan, 1, 0.0)


def loose(shares: Pairs, voices: Floats, alpha: float, tolerance: float, start: Floats | None = None) -> Solution:
    """Good to one in a hundred million, whatever it is asked for: as single precision would be after a second round."""
    return Solution(direct(shares, voices, alpha, tolerance).values * (1 + 1e-8), 1, 1e-8)
