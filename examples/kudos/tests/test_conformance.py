from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from renown.api import Viewer
from renown.testing import Conformance, Kit

from renown_kudos import giving


class TestConformance(Conformance):
    plugin = "kudos"

    def fill(self, kit: Kit, people: Sequence[int]) -> None:
        """Each thanks the next, in words that name both."""
        handles = {person: kit.handle(person) for person in people}
        for giver, receiver in pairwise(people):
            said = f"@{handles[giver]} thanks @{handles[receiver]}"
            with kit.context("kudos") as ctx:
                giving.give(ctx, Viewer(giver, "member"), handles[receiver], said, private=giver % 2 == 0)
