"""The days by which an answer was promised before, with what came then: a date that moves is seen to have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from renown_ideation import showing
from renown_ideation.models import Status


@dataclass(frozen=True)
class Promised:
    by: int
    #: What came next.
    step: Status

    @property
    def late(self) -> bool:
        return self.step.at > self.by


def before(steps: Sequence[Status]) -> Sequence[Promised]:
    """`steps`: of one idea, oldest first. Without the day that holds now."""
    answers = [*steps[:1], *(after for one, after in pairwise(steps) if not _aside(one, after))]
    return [Promised(one.due_at, after) for one, after in pairwise(answers) if one.due_at is not None]


def _aside(one: Status, after: Status) -> bool:
    """Whether what came after it left all as it was: a vote did not choose it, and what is owed is owed as before."""
    return after.before == after.state and after.due_at == one.due_at


def data(steps: Sequence[Status]) -> Sequence[dict[str, Any]]:
    return [
        {"by": showing.iso(one.by), "state": one.step.state, "at": showing.iso(one.step.at), "late": one.late}
        for one in before(steps)
    ]
