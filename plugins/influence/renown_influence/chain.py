"""From what is left of a rater's acts to what they bring, with so many digits that each number follows from others.

Reckoned in printed numbers: whoever reckons after it on paper comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

#: Digits after the point of what is brought, and of all others the fewest and the most.
BROUGHT, _FEWEST, _MOST = 3, 3, 12


@dataclass(frozen=True)
class Chain:
    """All numbers as they are printed: `digits` after the point, `share` with two more.

        strength = left / (left + half) / friends
        share = strength / (total + shrink)
        brought = share * voice * alpha

    `friends` is 1 where nobody who is close to the rater praises the same person, or where that is let be. `total` is
    the strengths added up of all that the rater relies on.
    """

    digits: int
    left: float
    half: float
    friends: float
    strength: float
    total: float
    shrink: float
    share: float
    voice: float
    alpha: float
    brought: float

    @classmethod
    def of(
        cls, left: float, half: float, friends: float, total: float, shrink: float, voice: float, alpha: float
    ) -> Self:
        """As exact numbers say it."""
        exact = left / (left + half) / friends / (total + shrink) * voice * alpha
        numbers = (left, half, friends, total, shrink, voice, alpha)
        return cls._printed(
            numbers, enough(lambda digits: abs(cls._printed(numbers, digits).brought - exact) <= 0.5001 * 10**-BROUGHT)
        )

    @classmethod
    def _printed(cls, exact: tuple[float, ...], digits: int) -> Self:
        *others, shrink, voice, alpha = exact
        left, half, friends, total, voice = (round(one, digits) for one in (*others, voice))
        strength = round(left / (left + half) / friends, digits) if left + half else 0.0
        share = round(strength / (total + shrink), digits + 2)
        brought = round(share * voice * alpha, BROUGHT)
        return cls(digits, left, half, friends, strength, total, shrink, share, voice, alpha, brought)


def enough(holds: Callable[[int], bool], fewest: int = _FEWEST) -> int:
    """The fewest digits with which it holds; the most there are where it holds with none."""
    return next((digits for digits in range(fewest, _MOST) if holds(digits)), _MOST)
