"""What a count finds: the last line of a published file."""

from __future__ import annotations

from typing import Any

import msgspec

from renown_ideation.counting.canonical import digest
from renown_ideation.counting.charter import Part
from renown_ideation.counting.dates import Instant
from renown_ideation.counting.records import Record, Sha256


class Placed(Part, frozen=True):
    """An option. `total`: what the method counts for it. `voters`: ballots that give it more than 0, never weighted."""

    id: int
    place: int
    total: int
    voters: int
    selected: bool


class Tie(Part, frozen=True):
    """Options that the votes left level, in the order that the tie-break gave them, and the place at stake."""

    place: int
    options: list[int]


class Result(Part, frozen=True):
    """A pure function of charter, options, electorate and ballots: of the same ones it has the same bytes.

    `options` by place. `weight`: of the electorate; `weight_cast`: of those who cast a ballot. `rounds` is how it went.
    """

    charter_sha256: Sha256
    options_sha256: Sha256
    electorate_sha256: Sha256
    ballots_sha256: Sha256
    method: str
    ballot: str
    seats: int
    voters: int
    ballots: int
    abstentions: int
    weight: int
    weight_cast: int
    options: list[Placed]
    tie_break: str
    ties: list[Tie]
    rounds: list[dict[str, Any]]

    def digest(self) -> str:
        """SHA-256 of its canonical bytes."""
        return digest(msgspec.to_builtins(self))


class Counted(Record, tag="result", frozen=True):
    """`counted_at` is in no hash. `amendments_sha256`: over the amendments' lines; of none, that of nothing."""

    counted_at: Instant
    amendments_sha256: Sha256
    result: dict[str, Any]
    result_sha256: Sha256
