"""What was counted, in the words of pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renown_ideation.models import Campaign
from renown_ideation.numbers import ordinal


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
