"""Which figures are told, so that none tells of few: neither by itself nor by subtraction from another. Pure.

Time is cut into blocks of thirty days. A window is the latest so many blocks, a step of the chart is one. Of each group
(a team, or those that are counted together) only such windows and steps are told as cut what is counted into pieces of
which each is empty or of SMALLEST people at least. What is told of several groups is of all of what is told of each. So
every figure is of whole pieces, and so is whatever is left when one is taken from another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

#: The smallest group of people, and so of cases.
SMALLEST = 5
#: Days.
BLOCK = 30
#: Days that one may look back over, whole blocks.
WINDOWS = (30, 90, 360)
#: Which of them is told where not all can be: the sooner named, the sooner.
_FIRST = (90, 360, 30)

#: The people in a piece, from each side that must not be few: who answered, and who asked.
Piece = tuple[frozenset[int], ...]


def together(pieces: Sequence[Piece]) -> Piece:
    return tuple(frozenset[int]().union(*side) for side in zip(*pieces, strict=True))


def large(piece: Piece) -> bool:
    return bool(piece) and all(len(side) >= SMALLEST for side in piece)


def windows(blocks: Sequence[Piece], among: Collection[int] = WINDOWS) -> Collection[int]:
    """Those of these windows in which a group may be told, by its blocks, the latest first."""
    told: list[int] = []
    for days in _FIRST:
        if days in among and large(_latest(blocks, days)) and all(_apart(blocks, days, other) for other in told):
            told.append(days)
    return told


def stepped(blocks: Sequence[Piece], days: int) -> bool:
    """Whether a group that is told in a window may be in the steps of its chart."""
    return all(map(_whole, blocks[: days // BLOCK]))


def _apart(blocks: Sequence[Piece], one: int, other: int) -> bool:
    """Whether what lies in one window and not in the other may be known."""
    return _whole(together(blocks[min(one, other) // BLOCK : max(one, other) // BLOCK]))


def _latest(blocks: Sequence[Piece], days: int) -> Piece:
    return together(blocks[: days // BLOCK])


def _whole(piece: Piece) -> bool:
    return large(piece) or not any(piece)
