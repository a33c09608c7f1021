"""What a run is made with, as settings say it and as the run keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from renown_influence.leave import Allowance

#: Where rounds stop: by the night, and where somebody checks.
TOLERANCE, AUDIT = 1e-6, 1e-8
#: Half-lives after which evidence says less than a thousandth.
_HALVES = 10


@dataclass(frozen=True)
class Parameters:
    """What a run was made with. `tolerance` is a part of the sum of all voices."""

    half_life: int = 60
    absence: int = 4
    absence_most: int = 30
    shrink: float = 3.0
    cohesion: float = 0.0
    alpha: float = 0.85
    solver: str = "scipy"
    tolerance: float = TOLERANCE

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From settings or from what a run kept; what is of no use here is passed over."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})

    @property
    def horizon(self) -> int:
        """Evidence older than so many calendar days says nothing any more, whatever leave there was: of seven days at
        least three count."""
        return _HALVES * self.half_life * 7 // 3

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.absence, self.absence_most)
