"""Ballots as columns of numbers, in blocks, so that memory is bounded where the method can do with that."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from renown_ideation.counting import choices
from renown_ideation.counting.charter import Ballots
from renown_ideation.counting.errors import BadBallot

Values = choices.Numbers
Weights = NDArray[np.int64]
#: Bytes in a block, about: it stays in the processor's cache.
BLOCK = 1 << 20


@dataclass(frozen=True)
class Block:
    """`values[option, n]` is what the n-th ballot gives, and `weight[n]` what it weighs.

    No sum of weights times values is beyond 2^53 - 1: the electorate has seen to it.
    """

    values: Values
    weight: Weights

    def totals(self) -> list[int]:
        """Weight times value, for each option."""
        if (self.weight == 1).all():
            return [int(total) for total in self.values.sum(axis=1, dtype=np.int64)]
        return [dot(row, self.weight) for row in self.values]

    def voters(self) -> list[int]:
        """How many ballots give it more than 0."""
        return [int(np.count_nonzero(row > 0)) for row in self.values]


def dot(values: Values, weight: Weights) -> int:
    """Values times weights, added up: exact, and by no library that waits for threads of its own."""
    return int(np.einsum("i,i->", values, weight, dtype=np.int64))


class Profile:
    """Collects ballots. `options`: their ids as texts, in the order of canonical JSON. `take` is given each block."""

    def __init__(self, rule: Ballots, options: Sequence[str], take: Callable[[Block], None]) -> None:
        self._rule, self._take = rule, take
        self._full, self._at = list(options), {option: at for at, option in enumerate(options)}
        self._small = choices.limits(rule)[0] >= 0 and choices.top(rule, len(options)) < 255
        self._rows, self._weights = bytearray(), array("q")
        self._voters: list[str] = []
        self._before = 0

    def add(self, voter: str, given: Mapping[str, int], weight: int) -> Mapping[str, int]:
        """One more. Returns its choices in the order of canonical JSON. Raises BadBallot, also for one before."""
        names = list(given)
        if names == self._full:
            # A decoder gives out the same texts again, and what is the same is compared at a glance.
            self._full = names
            row = self._packed(given.values())
        else:
            if names != (ordered := sorted(names)):
                given = {name: given[name] for name in ordered}
            row = self._spread(given)
        if row is None or len(names) != len(self._full) - row.count(0):
            self._bad(len(self._voters), voter, given)
        self._rows += row if isinstance(row, bytes) else row.tobytes()
        self._weights.append(weight)
        self._voters.append(voter)
        if len(self._rows) >= BLOCK:
            self.flush()
        return given

    def flush(self) -> None:
        """Hands over what has been collected since the last block. Raises BadBallot."""
        if not self._voters:
            return
        rows = np.frombuffer(bytes(self._rows), np.uint8 if self._small else np.int64)
        values = np.ascontiguousarray(rows.reshape(len(self._voters), -1).T)
        self._refuse(values)
        self._take(Block(values, np.array(self._weights, np.int64)))
        self._before += len(self._voters)
        self._rows, self._weights = bytearray(), array("q")
        self._voters.clear()

    def _spread(self, given: Mapping[str, int]) -> bytes | array[int] | None:
        """What each option gets, in their order; None where the ballot has something that is no option's."""
        if 2 * len(given) > len(self._full):
            return self._packed(map(given.get, self._full, repeat(0)))
        found = [0] * len(self._full)
        try:
            for option, value in given.items():
                found[self._at[option]] = value
        except KeyError:
            return None
        return self._packed(found)

    def _packed(self, values: Iterable[int]) -> bytes | array[int] | None:
        try:
            return bytes(values) if self._small else array("q", values)
        except (ValueError, OverflowError):
            return None

    def _refuse(self, values: Values) -> None:
        """The first ballot that the charter does not allow, if there is one."""
        fine = choices.allowed(self._rule, values)
        if not fine.all():
            at = int(np.argmin(fine))
            given = {option: int(value) for option, value in zip(self._full, values[:, at], strict=True) if value}
            self._bad(at, self._voters[at], given)

    def _bad(self, at: int, voter: str, given: Mapping[str, int]) -> NoReturn:
        why = choices.wrong(self._rule, self._at, given)
        raise BadBallot(self._before + at, voter, why or "it cannot be counted")


def joined(blocks: Sequence[Block], options: int) -> Block:
    """Blocks as one."""
    if not blocks:
        return Block(np.zeros((options, 0), np.uint8), np.zeros(0, np.int64))
    values = np.concatenate([one.values for one in blocks], axis=1)
    return Block(values, np.concatenate([one.weight for one in blocks]))
