"""What was counted, in the words of pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renown_ideation.models import Campaign


@dataclass(frozen=True)
class Standing:
    """An option in the count. `total` is weighted, where the charter has weights; `voters` is always heads."""

    option: int
    place: int
    total: int
    voters: int
    selected: bool

    @property
    def ordinal(self) -> str:
        return ordinal(self.place)


def standings(campaign: Campaign) -> Sequence[Standing]:
    """By place. Empty before the count."""
    found = counted(campaign)
    if found is None:
        return ()
    return [Standing(one["id"], one["place"], one["total"], one["voters"], one["selected"]) for one in found["options"]]


def counted(campaign: Campaign) -> dict[str, Any] | None:
    """`result` of the published file's last line; None before the count. Whoever shows it asks `totals` first."""
    if campaign.result is None:
        return None
    found: dict[str, Any] = json.loads(campaign.result)["result"]
    return found


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
