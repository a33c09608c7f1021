"""The lines of a published file, but for the result."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from renown_ideation.counting.canonical import LARGEST, canonical
from renown_ideation.counting.charter import Positive
from renown_ideation.counting.dates import Instant

Sha256: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
VoterId: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{32}\\Z")]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record"):
    """A line: an object in canonical JSON, of the kind that `record` says."""

    def line(self) -> bytes:
        """Its canonical bytes, without the newline."""
        return canonical(msgspec.to_builtins(self))


class Sealed(Record, tag="charter", frozen=True):
    charter: dict[str, Any]


class Amendment(Record, tag="amendment", frozen=True):
    """`what`: the dates that move, by their path in the charter, such as `phases.vote.to`, and where to."""

    announced_at: Instant
    effective_at: Instant
    what: dict[str, str]
    why: Annotated[str, Meta(min_length=1, max_length=2000)]


class Option(Record, tag="option", frozen=True):
    """One that can be voted for: the revision of an idea, frozen. `submitted_at` is the idea's, for the tie-break."""

    id: Positive
    title: str
    submitted_at: Instant
    idea: str
    revision: Annotated[int, Meta(ge=1, le=LARGEST)]


class Opening(Record, tag="opening", frozen=True):
    """What was fixed before the first ballot, and its hashes."""

    opened_at: Instant
    charter_sha256: Sha256
    options_sha256: Sha256
    electorate_sha256: Sha256
    options: Annotated[int, Meta(ge=1, le=LARGEST)]
    voters: Annotated[int, Meta(ge=0, le=LARGEST)]


class Voter(Record, tag="voter", frozen=True):
    voter: VoterId
    weight: Positive = 1


class Ballot(Record, tag="ballot", frozen=True):
    """What one voter's last ballot gives: option, and a value as the charter's ballot has it."""

    voter: str
    choices: dict[str, int]


def voter_of(receipt: str) -> str:
    """Under which name the holder of this receipt stands in the file."""
    return sha256(f"renown.voter/1:{receipt}".encode()).hexdigest()[:32]
