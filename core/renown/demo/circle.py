"""Five of Acme who praise whatever one of them says: something for moderators to look into."""

from __future__ import annotations

import random
from collections.abc import Sequence

from renown.clock import DAY, SECOND
from renown.demo.organisation import CODING, SERVICE, Colleague, Organisation
from renown.demo.slack import Workspace

#: Fewer colleagues than this make no ring that could be told from chance.
LEAST = 60
MEMBERS = 5
#: How far into the story they begin, and how often one of them says something on a working day.
BEGIN, OFTEN = 0.6, 0.3


class Circle:
    """Writes what they say in one channel, and their likes, into the mail. Nobody else answers them."""

    def __init__(self, workspace: Workspace, place: str, acme: Organisation, seed: int) -> None:
        self._rng = random.Random(f"{seed}:circle")
        self._workspace, self._place = workspace, place
        # Neither of the two whom the demo signs in: whoever is in a ring is not told of it.
        others = CODING | {SERVICE}
        quiet = [one for one in acme.colleagues[:-1] if one.team not in others and one.nature.name == "steady"]
        some = quiet if len(acme.colleagues) >= LEAST and len(quiet) >= MEMBERS else []
        self._members = self._rng.sample(some, MEMBERS) if some else []

    def day(self, day: int, progress: float, here: Sequence[Colleague]) -> None:
        """`progress` as in `Story.day`; `here` are those who work today."""
        present = [one for one in self._members if one in here] if progress >= BEGIN else []
        for one in present:
            if self._rng.random() < OFTEN:
                self._praise(day, one, [other for other in present if other is not one])

    def _praise(self, day: int, one: Colleague, others: Sequence[Colleague]) -> None:
        at = day * DAY + self._rng.randrange(9 * 3600, 16 * 3600) * SECOND
        post = self._workspace.say(at, self._place, one.slack, "so true")
        for number, other in enumerate(others, start=1):
            self._workspace.react(at + number * 60 * SECOND, post, other.slack, "heart")
