"""Ballots as columns of numbers: those that are alike together, in blocks, so that memory is bounded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting import choices
from renown_ideation.counting.charter import Ballots
from renown_ideation.counting.errors import BadBallot

Values = choices.Numbers
Floats = NDArray[np.float64]
#: Different ballots in a block.
BLOCK = 1 << 15


@dataclass(frozen=True)
class Block:
    """`values[option, n]` is what the n-th of different ballots gives; so much `weight` and so many `heads` cast it.

    Weights are whole numbers, in float64 because sums of theirs are exact there: `bounded` has seen to it.
    """

    values: Values
    weight: Floats
    heads: Floats

    def totals(self) -> list[int]:
        """Weight times value, for each option."""
        return [int(row.astype(np.float64) @ self.weight) for row in self.values]

    def voters(self) -> list[int]:
        """How many ballots give it more than 0."""
        return [int((row > 0) @ self.heads) for row in self.values]


class Profile:
    """Collects ballots. `options`: their ids as texts, in the order of canonical JSON. `take` is given each block."""

    def __init__(self, rule: Ballots, options: Sequence[str], take: Callable[[Block], None]) -> None:
        self._rule, self._take = rule, take
        self._full, self._at = list(options), {option: at for at, option in enumerate(options)}
        self._small = choices.limits(rule)[0] >= 0 and choices.top(rule, len(options)) < 255
        self._weight: dict[bytes, int] = {}
        self._heads: dict[bytes, int] = {}
        self._first: dict[bytes, tuple[int, str]] = {}

    def add(self, number: int, voter: str, given: Mapping[str, int], weight: int) -> None:
        """The `number`-th ballot. Raises BadBallot for it or, once a block is full, for one before."""
        row = self._row(given)
        if row is None:
            why = choices.wrong(self._rule, self._at, given)
            raise BadBallot(number, voter, why or "cannot be counted")
        if row in self._weight:
            self._weight[row] += weight
            self._heads[row] += 1
            return
        if len(self._weight) == BLOCK:
            self.flush()
        self._weight[row], self._heads[row], self._first[row] = weight, 1, (number, voter)

    def full(self, given: Mapping[str, int]) -> bool:
        """Whether it has all options, in their order."""
        return list(given) == self._full

    def flush(self) -> None:
        """Hands over what has been collected since the last block. Raises BadBallot."""
        if not self._weight:
            return
        rows = np.frombuffer(b"".join(self._weight), np.uint8 if self._small else np.int64)
        values = np.ascontiguousarray(rows.reshape(len(self._weight), -1).T)
        self._refuse(values)
        weight, heads = (np.array(list(one.values()), np.float64) for one in (self._weight, self._heads))
        self._take(Block(values, weight, heads))
        for one in (self._weight, self._heads, self._first):
            one.clear()

    def _row(self, given: Mapping[str, int]) -> bytes | None:
        """What the options get, in their order; None where the ballot has something that no row can hold."""
        found: Sequence[int]
        try:
            if self.full(given):
                found = bytes(given.values()) if self._small else array("q", given.values())
            elif 2 * len(given) < len(self._full):
                found = bytearray(len(self._full)) if self._small else array("q", bytes(8 * len(self._full)))
                for option, value in given.items():
                    found[self._at[option]] = value
            else:
                wide = map(given.get, self._full, repeat(0))
                found = bytes(wide) if self._small else array("q", wide)
        except (KeyError, ValueError, OverflowError):
            return None
        if len(self._full) - found.count(0) != len(given):
            return None
        return found.tobytes() if isinstance(found, array) else bytes(found)

    def _refuse(self, values: Values) -> None:
        """The first ballot that the charter does not allow, if there is one."""
        bad = np.flatnonzero(~choices.allowed(self._rule, values))
        if not len(bad):
            return
        first = list(self._first.values())
        number, voter, at = min((*first[column], column) for column in bad.tolist())
        given = {option: int(value) for option, value in zip(self._full, values[:, at], strict=True) if value}
        raise BadBallot(number, voter, choices.wrong(self._rule, self._at, given) or "cannot be counted")


def joined(blocks: Sequence[Block], options: int) -> Block:
    """Blocks as one."""
    if not blocks:
        return Block(np.zeros((options, 0), np.uint8), np.zeros(0), np.zeros(0))
    return Block(
        np.concatenate([one.values for one in blocks], axis=1),
        np.concatenate([one.weight for one in blocks]),
        np.concatenate([one.heads for one in blocks]),
    )
