"""The plugin keeps to what every plugin keeps to."""

from __future__ import annotations

from collections.abc import Sequence

from renown.access.viewer import Viewer
from renown.testing import Conformance, Kit
from renown_ideation import boards
from renown_ideation.ideas import writing

_BOARD = {"slug": "filled", "title": "Filled", "audience": "public", "held": "nobody"}


class TestConformance(Conformance):
    plugin = "ideation"

    def fill(self, kit: Kit, people: Sequence[int]) -> None:
        """Everybody has an idea. What it says stays, in nobody's name, when they are erased."""
        with kit.context("ideation") as ctx:
            board = boards.add(ctx, {**_BOARD, "acknowledge_days": "2", "answer_days": "10"})
            for number, person in enumerate(people, 1):
                writing.submit(ctx, Viewer(person, "member"), board, {"title": f"Idea number {number}"})
