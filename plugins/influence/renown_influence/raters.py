"""Whom an explanation names, and whom it tells together.

Named are at most ten who stand on boards and of whom nothing private counts. The others are told together, at least
five of them where somebody among them may not be named: so nobody is found out by what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SMALLEST = 5
NAMED = 10


@dataclass(frozen=True)
class Split:
    """Places in the list that was given. `told` is False where there are too few to say anything of them."""

    named: tuple[int, ...]
    others: tuple[int, ...]
    told: bool


def split(raters: Sequence[int], nameable: Collection[int], *, own: bool) -> Split:
    """`raters` are people, the one who brings most first. `own`: the one who looks is the one whose score it is."""
    everybody = range(len(raters))
    if not own and len(raters) < SMALLEST:
        return Split((), tuple(everybody), told=False)
    named = [at for at in everybody if raters[at] in nameable][:NAMED]
    hidden = any(person not in nameable for person in raters)
    while named and hidden and len(raters) - len(named) < SMALLEST:
        named.pop()
    left = set(named)
    others = tuple(at for at in everybody if at not in left)
    return Split(tuple(named), others, told=not hidden or len(others) >= SMALLEST)
