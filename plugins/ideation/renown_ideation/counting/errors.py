"""What is wrong with what was given to be counted."""

from __future__ import annotations

import msgspec


class Refused(ValueError):
    """It cannot be taken. The text names the field and says why."""


class BadBallot(Refused):
    """A ballot that the charter does not allow. `number`: the how many-th ballot it is, from 0."""

    def __init__(self, number: int, voter: str, why: str) -> None:
        super().__init__(f"the ballot of voter {voter}: {why}")
        self.number = number


def named(error: msgspec.ValidationError, what: str) -> Refused:
    """msgspec's error, with the field in front: `ballot.budget: Expected ...`."""
    said, _, path = str(error).partition(" - at `$")
    field = what + path.rstrip("`") if path else what
    return Refused(f"{field}: {said[:1].lower()}{said[1:]}")
