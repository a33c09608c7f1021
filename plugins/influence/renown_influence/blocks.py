"""Inverts many small parts of a large matrix at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from renown_influence.graph import Floats
from renown_influence.rows import Bools, Places

#: Cells that are inverted at once.
_CELLS = 1 << 22


def by_part(part: Places, chosen: Bools) -> tuple[Places, Places]:
    """Who is chosen, part by part, those of one size beside one another; and the size of each one's part.

    Parts are chosen whole.
    """
    size = np.bincount(part)[part]
    members = np.flatnonzero(chosen)
    members = members[np.lexsort((part[members], size[members]))]
    return members, size[members]


def inverted(matrix: Any, members: Places, size: Places, alpha: float) -> tuple[Floats, Floats]:
    """Of each part by itself, the diagonals of (I - alpha P)^-1 and of (alpha P)^2. As `by_part` orders them."""
    found, twice = np.empty(len(members)), np.empty(len(members))
    theirs = matrix[members][:, members]
    for begin, end, wide in _batches(size):
        parts = alpha * _dense(theirs[begin:end], begin, wide)
        twice[begin:end] = np.einsum("pij,pji->pi", parts, parts).ravel()
        found[begin:end] = np.linalg.inv(np.eye(wide) - parts).diagonal(axis1=1, axis2=2).ravel()
    return found, twice


def _dense(within: Any, begin: int, wide: int) -> Floats:
    """(parts, wide, wide). From one part to another there may be a way as well: that is left out."""
    parts = np.zeros((within.shape[0] // wide, wide, wide))
    within = within.tocoo()
    row, column = within.row, within.col - begin
    here = (column >= 0) & (column // wide == row // wide)
    row, column = row[here], column[here]
    parts[row // wide, row % wide, column % wide] = within.data[here]
    return parts


def _batches(size: Places) -> Iterator[tuple[int, int, int]]:
    """Stretches of whole parts that are all as large: from where, to where, how large."""
    edges = np.flatnonzero(np.diff(size, prepend=0, append=0)).tolist()
    for first, last in pairwise(edges):
        wide = int(size[first])
        step = max(_CELLS // (wide * wide), 1) * wide
        for begin in range(first, last, step):
            yield begin, min(begin + step, last), wide
