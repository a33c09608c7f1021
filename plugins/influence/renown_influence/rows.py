"""Rows as columns side by side: what sorts them, and where a row belongs among sorted ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int32]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]
#: Rows at once. What is reckoned on the way fits a processor's cache, and hardly shows beside the rows.
AT_ONCE = 1 << 18


def pieces(count: int) -> Iterator[slice]:
    """All of so many rows, piece by piece."""
    return (slice(begin, begin + AT_ONCE) for begin in range(0, count, AT_ONCE))


def order(columns: Sequence[Column]) -> Places:
    """What sorts the rows by the first column, then by the second, and so on. Equal rows come in any order."""
    key, taken = _key(columns)
    found = np.argsort(key)
    if taken == len(columns):
        return found
    # Few rows are equal so far: only they are sorted by the rest.
    same = np.zeros(len(key) + 1, np.bool_)
    same[1:-1] = np.diff(key[found]) == 0
    tied = np.flatnonzero(same[1:] | same[:-1])
    rest = [column[found[tied]] for column in columns[taken:]]
    group = np.cumsum(~same[:-1], dtype=np.int32)[tied]
    found[tied] = found[tied[order((group, *rest))]]
    return found


def heads(columns: Sequence[Column]) -> Places:
    """The rows that differ from the one before, and the first."""
    differs = np.ones(len(columns[0]), np.bool_)
    if len(differs):
        differs[1:] = columns[0][1:] != columns[0][:-1]
        for column in columns[1:]:
            differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)


def places(rows: Sequence[Column], wanted: Sequence[Column]) -> tuple[Places, Bools]:
    """Before which of the sorted rows each wanted one belongs, and whether that one is equal."""
    count = len(rows[0])
    low, high = np.zeros(len(wanted[0]), np.int64), np.full(len(wanted[0]), count)
    for _ in range(count.bit_length()):
        middle = (low + high) // 2
        after = _less(rows, middle, wanted) & (low < high)
        low, high = np.where(after, middle + 1, low), np.where(after, high, middle)
    inside = low < count
    inside[inside] = np.logical_and.reduce(
        [column[low[inside]] == one[inside] for column, one in zip(rows, wanted, strict=True)]
    )
    return low, inside


def joined(first: Places, size: Places) -> Places:
    """The rows of several stretches, one stretch after another."""
    end = np.cumsum(size)
    return np.repeat(first - end + size, size) + np.arange(size.sum())


def _key(columns: Sequence[Column]) -> tuple[Places, int]:
    """One number for each row that sorts as its first columns do, and how many columns 63 bits hold."""
    key, span = np.zeros(len(columns[0]), np.int64), 1
    if not len(key):
        return key, len(columns)
    for taken, column in enumerate(columns):
        least, most = int(column.min()), int(column.max())
        span *= most - least + 1
        if span >= 1 << 63:
            return key, taken
        key *= most - least + 1
        key += column
        key -= least
    return key, len(columns)


def _less(rows: Sequence[Column], at: Places, wanted: Sequence[Column]) -> Bools:
    """Whether the rows at these places come before those wanted."""
    at = np.minimum(at, len(rows[0]) - 1)
    less: Any = np.False_
    for column, one in zip(reversed(rows), reversed(wanted), strict=True):
        here = column[at]
        less = (here < one) | ((here == one) & less)
    return np.asarray(less, np.bool_)
