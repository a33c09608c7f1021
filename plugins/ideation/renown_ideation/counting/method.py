"""What the methods have in common: they take blocks of ballots and, in the end, put the options in an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from renown_ideation.counting.profile import Block
from renown_ideation.counting.records import Option


@dataclass(frozen=True)
class Ties:
    """The order that decides where votes do not: options as rows of a block, and their place in it."""

    places: Sequence[int]

    @classmethod
    def of(cls, kind: str, options: Sequence[Option], ballots_sha256: str) -> Ties:
        """By `lot`, which nobody can know before the last ballot is cast, or `earlier`, whichever came first."""

        def key(option: Option) -> tuple[str, int]:
            if kind == "earlier":
                return option.submitted_at, option.id
            return sha256(f"{ballots_sha256}:{option.id}".encode()).hexdigest(), option.id

        order = sorted(range(len(options)), key=lambda at: key(options[at]))
        return cls([order.index(at) for at in range(len(options))])

    def ordered(self, several: Iterable[int]) -> list[int]:
        return sorted(several, key=self.places.__getitem__)


@dataclass
class Outcome:
    """`order`: all options, the best first. `totals` by option. `ties`: the place at stake, and who was level, in the
    order that the tie-break gave them. `rounds`: how it went, as the result shows it."""

    order: list[int]
    totals: Sequence[int]
    ties: list[tuple[int, list[int]]] = field(default_factory=list)
    rounds: list[Mapping[str, Any]] = field(default_factory=list)


class Method(Protocol):
    """One way to count. `ids` are the options' ids, by their rows."""

    def take(self, block: Block) -> None:
        """So many more ballots."""

    def outcome(self, ties: Ties) -> Outcome:
        """Of all that were taken."""


def by_total(several: Iterable[int], totals: Sequence[int], ties: Ties, place: int = 1) -> Outcome:
    """Options by what they have, the most first, from a place on."""
    order = sorted(several, key=lambda at: (-totals[at], ties.places[at]))
    found = Outcome(order, totals)
    for at, option in enumerate(order):
        level = [other for other in order[at:] if totals[other] == totals[option]]
        if len(level) > 1 and (at == 0 or totals[order[at - 1]] != totals[option]):
            found.ties.append((place + at, level))
    return found
