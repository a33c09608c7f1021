"""A site on which kudos is on, and how its people thank each other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from renown.api import Viewer
from renown.testing import Kit
from renown_kudos import giving, reading

WHY = "for staying on the call until it worked"


@dataclass
class Office:
    """`kit` with Ana, Bea and Cem, who work here and may sign in."""

    kit: Kit
    ana: int
    bea: int
    cem: int

    def give(self, giver: int, to: int | str, reason: str = WHY, *, private: bool = False, once: str = "") -> str:
        """Returns its key."""
        with self.kit.context("kudos") as ctx:
            handle = to if isinstance(to, str) else self.kit.handle(to)
            made, _ = giving.give(ctx, Viewer(giver, "member"), handle, reason, private=private, once=once)
            return made.key

    def take_back(self, giver: int, key: str) -> bool:
        with self.kit.context("kudos") as ctx:
            return giving.take_back(ctx, Viewer(giver, "member"), key)

    def seen(self, viewer: int, show: str = "everyone") -> list[str]:
        """The reasons that somebody reads, the newest first."""
        with self.kit.context("kudos") as ctx:
            return [one.reason for one in reading.page(ctx, Viewer(viewer, "member"), show).lines]

    def amount(self, person: int, measure: str = "kudos.received") -> float:
        self.kit.settle()
        return self.kit.amount(person, measure)

    def page(self, viewer: int, path: str = "/kudos") -> str:
        answer = self.kit.client(viewer).get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def office(renown_kit: Kit) -> Office:
    renown_kit.enable("kudos")
    return Office(renown_kit, *(renown_kit.person(name, "member") for name in ("Ana", "Bea", "Cem")))
