"""Where a picture puts what is connected: near to what it is close to, and never on top of each other.

The same graph gives the same picture: there is no chance in it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from renown_influence.graph import Floats

#: How wide and high a picture is at least, how wide at most, and how much room it has for each that its boxes take.
_LEAST, _MOST, _ROOM = (560.0, 380.0), 1200.0, 2.8
_SHAPE = 1.5
_MARGIN = 24.0
_ROUNDS = 300
#: Rounds in which what lies on top of each other is moved apart.
_APART = 200
#: About as wide as a letter of a label is.
_LETTER = 7.2
_LONGEST = 22


def radius(people: int) -> float:
    """Of a team's circle: its area grows with the people."""
    return round(min(6 + 1.4 * math.sqrt(people), 30), 1)


def label(name: str) -> str:
    """A name as it fits."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def wide(label: str) -> float:
    """How much room its letters take."""
    return _LETTER * len(label)


def box(name: str, people: int) -> tuple[float, float]:
    """Width and height of the room for a circle with its label below it."""
    return max(2 * radius(people), wide(label(name))) + 12, 2 * radius(people) + 48


def size(boxes: Floats) -> tuple[float, float]:
    """Width and height of a picture that has room for so many."""
    room = float(boxes.prod(1).sum()) * _ROOM
    width = min(max(math.sqrt(room * _SHAPE), _LEAST[0]), _MOST)
    return round(width), round(max(room / width, _LEAST[1]))


def place(
    count: int, source: NDArray[np.int64], target: NDArray[np.int64], weight: Floats, boxes: Floats
) -> tuple[Floats, Floats]:
    """x and y of each of `count`, in a picture of the `size` for `boxes`, which are their widths and heights."""
    if not count:
        return np.empty(0), np.empty(0)
    room = np.array(size(boxes))
    ties = np.zeros((count, count))
    np.add.at(ties, (source, target), weight)
    ties += ties.T
    where = _spread(_pulled(_begun(ties), ties), room)
    for _ in range(_APART):
        where = _inside(_parted(where, boxes), boxes, room)
    return np.round(where[:, 0], 1), np.round(where[:, 1], 1)


def _begun(ties: Floats) -> Floats:
    """By the two slowest ways in which it could swing; on a circle where there are too few to swing."""
    count = len(ties)
    turn = 2 * np.pi * np.arange(count) / count
    circle = np.stack([np.cos(turn), np.sin(turn)], 1)
    if count < 4:
        return circle
    degree = ties.sum(1)
    scale = 1 / np.sqrt(np.where(degree > 0, degree, 1))
    _, ways = np.linalg.eigh(np.diag((degree > 0).astype(float)) - scale[:, None] * ties * scale)
    found = ways[:, 1:3] * np.sign(ways[np.abs(ways).argmax(0), np.arange(count)])[1:3]
    # A little of the circle, so that no two begin at the same place.
    begun: Floats = found / (np.abs(found).max() or 1) + 0.05 * circle
    return begun


def _pulled(where: Floats, ties: Floats) -> Floats:
    """What is connected pulls, and all push each other away: less in each round, as in Fruchterman and Reingold."""
    count = len(where)
    ideal = 1.6 / math.sqrt(count)
    pull = np.sqrt(ties / (ties.max() or 1))
    for number in range(_ROUNDS):
        apart = where[:, None] - where
        distance = np.sqrt((apart**2).sum(2)) + 1e-6
        np.fill_diagonal(distance, 1)
        force = ideal**2 / distance**2 - pull * distance / ideal - 0.02
        move = (apart * force[:, :, None]).sum(1)
        length = np.sqrt((move**2).sum(1, keepdims=True)) + 1e-9
        where = where + move / length * np.minimum(length, 0.1 * (1 - number / _ROUNDS))
    return where


def _spread(where: Floats, room: Floats) -> Floats:
    """Over the whole picture."""
    low, high = where.min(0), where.max(0)
    wide = np.where(high - low > 1e-9, high - low, 1)
    even: Floats = np.where(high - low > 1e-9, (where - low) / wide, 0.5)
    return 2 * _MARGIN + even * (room - 4 * _MARGIN)


def _parted(where: Floats, boxes: Floats) -> Floats:
    """Whatever lies on top of each other goes apart by half, the shorter way."""
    apart = where[:, None] - where
    over = (boxes[:, None] + boxes) / 2 - np.abs(apart)
    meet: NDArray[np.bool_] = np.asarray((over > 0).all(2))
    np.fill_diagonal(meet, False)
    shorter = over.argmin(2)
    # Where two stand at the same place, the later one gives way.
    later = np.sign(np.arange(len(where))[:, None] - np.arange(len(where)))
    for axis in (0, 1):
        by = np.where(meet & (shorter == axis), over[:, :, axis], 0)
        way = np.where(apart[:, :, axis] == 0, later, np.sign(apart[:, :, axis]))
        where[:, axis] += (by * way).sum(1) * 0.3
    return where


def _inside(where: Floats, boxes: Floats, room: Floats) -> Floats:
    half = boxes / 2
    return np.clip(where, half, room - half)
