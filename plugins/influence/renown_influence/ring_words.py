"""What speaks for a ring, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor, log10
from typing import Any


def sentences(evidence: Mapping[str, Any]) -> Iterator[str]:
    """Of the group as a whole."""
    yield f"They endorse one another at least {evidence['times']:,.0f} times as much as is ordinary for them."
    if evidence["team"]:
        yield "They are most of one team, and endorse one another far more than other teams do."
    yield f"By chance such a group would come about in {odds(evidence['chance'])} organisations like this one."
    yield f"{evidence['share']:.0%} of what their scores are made of comes from one another."


def linked(links: int, possible: int) -> str:
    pairs = f"All {possible:,}" if links == possible else f"{links:,} of {possible:,}"
    return f"{pairs} pairs endorse each other that much."


def odds(chance: float) -> str:
    """1, 2 or 5 and noughts: "fewer than one of 10,000"."""
    most = 10**9
    if chance * most < 1:
        return f"fewer than one of {most:,}"
    number = 1 / chance
    size = 10 ** floor(log10(number))
    return f"about one of {int(next(one for one in (5, 2, 1) if one * size <= number * 1.0001) * size):,}"
