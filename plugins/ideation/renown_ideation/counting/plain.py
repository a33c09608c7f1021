"""Plain: who has the most. Weight times value, added up."""

from __future__ import annotations

from collections.abc import Sequence

from renown_ideation.counting.method import Outcome, Ties, by_total
from renown_ideation.counting.profile import Block


class Plain:
    def __init__(self, ids: Sequence[int]) -> None:
        self.totals = [0] * len(ids)

    def take(self, block: Block) -> None:
        self.totals = [before + more for before, more in zip(self.totals, block.totals(), strict=True)]

    def outcome(self, ties: Ties) -> Outcome:
        return by_total(range(len(self.totals)), self.totals, ties)
